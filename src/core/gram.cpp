// U * U^T.
#include <tubal/gram.hpp>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/slices.hpp"
#include "core/symmetric_layout.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
struct gram_plan<T, S>::state {
  std::shared_ptr<detail::backend<S>> owner;
  shape u, x;
  half_spectrum<T, S> u_hat, x_hat;
  tensor<T, S> packed;
  tube_transform<T, S> to_u, from_x;

  state(context<S>& ctx, shape u_)
      : owner(ctx.backend()),
        u(u_),
        x{u.rows, u.rows, u.tube},
        u_hat(ctx, u),
        x_hat(ctx, x),
        packed(ctx, {symmetric_dimension(u.rows, u.tube), 1, 1}),
        to_u(ctx, u),
        from_x(ctx, x) {}
};

template <class T, class S>
gram_plan<T, S>::gram_plan(context<S>& ctx, shape u) {
  checks("gram").valid("u", u).valid("u * u^T", {u.rows, u.rows, u.tube});
  state_ = std::make_unique<state>(ctx, u);
}
template <class T, class S>
gram_plan<T, S>::~gram_plan() = default;
template <class T, class S>
gram_plan<T, S>::gram_plan(gram_plan&&) noexcept = default;
template <class T, class S>
gram_plan<T, S>& gram_plan<T, S>::operator=(gram_plan&&) noexcept = default;

template <class T, class S>
void gram_plan<T, S>::execute(tensor_view<const T, S> u, tensor_view<T, S> x) {
  state& s = *state_;
  checks("gram")
      .is(describe("u", u), s.u, "the plan")
      .is(describe("x", x), s.x, "u * u^T")
      .disjoint(describe("x", x), describe("u", u));
  detail::backend<S>& be = *s.owner;
  const typename detail::backend<S>::range name("tubal::gram");
  s.to_u.forward(u, s.u_hat);
  detail::watch_finite<T>(be, s.u_hat, detail::fault::gram_u);
  // X^_f = U^_f U^_f^H, one triangle; through the packed coordinates for the other one
  detail::multiply_gram<T, S>(be, s.u_hat, s.x_hat);
  detail::pack_lower<T, S>(be, s.x_hat, s.packed.data());
  detail::unpack<T, S>(be, s.packed.data(), s.x_hat);
  s.from_x.inverse(s.x_hat, x);
}

template <class T, class S>
std::size_t gram_plan<T, S>::workspace_bytes() const {
  const state& s = *state_;
  return static_cast<std::size_t>(s.u.size() + s.x.size() + s.packed.size()) * sizeof(T) +
         s.to_u.workspace_bytes() + s.from_x.workspace_bytes();
}

template <class T, class S>
tensor<std::remove_const_t<T>, S> gram(context<S>& ctx, const tensor_view<T, S>& u) {
  using bare = std::remove_const_t<T>;
  gram_plan<bare, S> plan(ctx, u.shape());
  tensor<bare, S> x(ctx, {u.shape().rows, u.shape().rows, u.shape().tube});
  plan.execute(u, x);
  ctx.wait();
  return x;
}

#define TUBAL_INSTANTIATE(T, S)                                      \
  template class gram_plan<T, S>;                                    \
  template tensor<T, S> gram(context<S>&, const tensor_view<T, S>&); \
  template tensor<T, S> gram(context<S>&, const tensor_view<const T, S>&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
