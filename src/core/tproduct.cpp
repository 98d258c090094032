// The t-product.
#include <tubal/tproduct.hpp>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/slices.hpp"

namespace tubal {

using detail::checks;
using detail::describe;
using detail::fault;

template <class T, class S>
struct tproduct_plan<T, S>::state {
  std::shared_ptr<detail::backend<S>> owner;
  shape a, b, c;
  half_spectrum<T, S> a_hat, b_hat, c_hat;
  tube_transform<T, S> to_a, to_b, from_c;

  state(context<S>& ctx, shape a_, shape b_)
      : owner(ctx.backend()),
        a(a_),
        b(b_),
        c{a.rows, b.cols, a.tube},
        a_hat(ctx, a),
        b_hat(ctx, b),
        c_hat(ctx, c),
        to_a(ctx, a),
        to_b(ctx, b),
        from_c(ctx, c) {}
};

template <class T, class S>
tproduct_plan<T, S>::tproduct_plan(context<S>& ctx, shape a, shape b) {
  const checks check("tproduct");
  check.valid("a", a).valid("b", b);
  if (a.cols != b.rows || a.tube != b.tube)
    check.fail_shape(
        "a is " + to_string(a) + " and b is " + to_string(b) +
        ", but a * b asks for as many rows of b as a has columns, and one tube length");
  check.valid("a * b", {a.rows, b.cols, a.tube});
  state_ = std::make_unique<state>(ctx, a, b);
}
template <class T, class S>
tproduct_plan<T, S>::~tproduct_plan() = default;
template <class T, class S>
tproduct_plan<T, S>::tproduct_plan(tproduct_plan&&) noexcept = default;
template <class T, class S>
tproduct_plan<T, S>& tproduct_plan<T, S>::operator=(tproduct_plan&&) noexcept = default;

template <class T, class S>
void tproduct_plan<T, S>::execute(tensor_view<const T, S> a, tensor_view<const T, S> b,
                                  tensor_view<T, S> c) {
  state& s = *state_;
  checks("tproduct")
      .is(describe("a", a), s.a, "the plan")
      .is(describe("b", b), s.b, "the plan")
      .is(describe("c", c), s.c, "a * b")
      .disjoint(describe("c", c), describe("a", a))
      .disjoint(describe("c", c), describe("b", b));
  detail::backend<S>& be = *s.owner;
  const typename detail::backend<S>::range name("tubal::tproduct");
  s.to_a.forward(a, s.a_hat);
  s.to_b.forward(b, s.b_hat);
  detail::watch_finite<T>(be, s.a_hat, fault::tproduct_a);
  detail::watch_finite<T>(be, s.b_hat, fault::tproduct_b);
  // C^_f = A^_f B^_f
  detail::multiply<T, S>(be, op::none, op::none, T(1), s.a_hat, s.b_hat, T(0), s.c_hat);
  s.from_c.inverse(s.c_hat, c);
}

template <class T, class S>
shape tproduct_plan<T, S>::result() const {
  return state_->c;
}

template <class T, class S>
std::size_t tproduct_plan<T, S>::workspace_bytes() const {
  const state& s = *state_;
  return static_cast<std::size_t>(s.a.size() + s.b.size() + s.c.size()) * sizeof(T) +
         s.to_a.workspace_bytes() + s.to_b.workspace_bytes() + s.from_c.workspace_bytes();
}

template <class T, class S>
void tproduct(context<S>& ctx, input<T, S> a, input<T, S> b, tensor_view<T, S> c) {
  tproduct_plan<T, S>(ctx, a.shape(), b.shape()).execute(a, b, c);
  ctx.wait();
}

template <class T, class S>
tensor<std::remove_const_t<T>, S> tproduct(context<S>& ctx, const tensor_view<T, S>& a,
                                           input<T, S> b) {
  using bare = std::remove_const_t<T>;
  tproduct_plan<bare, S> plan(ctx, a.shape(), b.shape());
  tensor<bare, S> c(ctx, plan.result());
  plan.execute(a, b, c);
  ctx.wait();
  return c;
}

#define TUBAL_INSTANTIATE(T, S)                                                       \
  template class tproduct_plan<T, S>;                                                 \
  template void tproduct(context<S>&, input<T, S>, input<T, S>, tensor_view<T, S>);   \
  template tensor<T, S> tproduct(context<S>&, const tensor_view<T, S>&, input<T, S>); \
  template tensor<T, S> tproduct(context<S>&, const tensor_view<const T, S>&, input<T, S>);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
