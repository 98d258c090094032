// Products.
#include <tubal/tproduct.hpp>

#include <tubal/error.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::describe;
using detail::nonfinite;

namespace {

shape after(op o, const shape& s) { return o == op::none ? s : shape{s.cols, s.rows, s.tube}; }

/// Shape of op(A) op(B). A tube length of 1 goes with any other where `broadcast`.
shape product_shape(const checks& check, shape a, shape b, op op_a, op op_b, bool broadcast) {
  check.valid("a", a).valid("b", b);
  const shape left = after(op_a, a), right = after(op_b, b);
  const bool tubes = a.tube == b.tube || (broadcast && (a.tube == 1 || b.tube == 1));
  if (left.cols != right.rows || !tubes)
    check.fail_shape("a is " + to_string(a) + " and b is " + to_string(b) + ", but " +
                     (op_a == op::none ? "a" : "a^T") + " * " + (op_b == op::none ? "b" : "b^T") +
                     " asks for as many rows of the second as the first has columns, and one tube "
                     "length");
  return {left.rows, right.cols, std::max(a.tube, b.tube)};
}

}  // namespace

template <class T, class S>
struct tproduct_plan<T, S>::work final : slicewise_plan<T, S>::state {
  op op_a, op_b;
  bool along_dft;
  T alpha = 1, beta = 0;
  tensor_view<T, S> c;  // of this execution
  tube_transform<T, S> to_c;

  work(context<S>& ctx, shape a, shape b, shape product, const product_options& o)
      : slicewise_plan<T, S>::state(ctx, "tproduct", o.along),
        op_a(o.op_a),
        op_b(o.op_b),
        along_dft(o.along.is_dft() && o.along.dimensions(product.tube).count == 1),
        to_c(ctx, product, o.along) {
    this->add_input(ctx, nonfinite("tproduct: a"), a);
    this->add_input(ctx, nonfinite("tproduct: b"), b);
    this->add_output(ctx, "c", product);
  }
  std::size_t more_bytes() const override { return to_c.workspace_bytes(); }

  bool run_directly(std::initializer_list<tensor_view<const T, S>> in,
                    std::initializer_list<tensor_view<T, S>> out) override {
    const auto &a = in.begin()[0], &b = in.begin()[1];
    const shape& product = out.begin()->shape();
    const auto slot = [&](detail::fault f) { return detail::slot(this->be(), f); };
    return along_dft &&
           this->be().direct_product(detail::tensor_product<T>{
               op_a, op_b, product.rows, after(op_a, a.shape()).cols, product.cols, product.tube,
               alpha, beta, a.data(), b.data(), out.begin()->data(), slot(nonfinite("tproduct: a")),
               slot(nonfinite("tproduct: b")), slot(nonfinite("tproduct: c")),
               slot(nonfinite("tube_transform::inverse: spectrum"))});
  }

  void compute() override {
    if (beta != 0) to_c.forward(c, this->output(0), nonfinite("tproduct: c"));
    // C^_f = alpha op(A^_f) op(B^_f) + beta C^_f
    detail::multiply<T, S>(this->be(), op_a, op_b, alpha, this->input(0), this->input(1), beta,
                           this->output(0));
  }
};

template <class T, class S>
tproduct_plan<T, S>::tproduct_plan(context<S>& ctx, shape a, shape b, const product_options& o)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, a, b, product_shape(checks("tproduct"), a, b, o.op_a, o.op_b, false), o)) {}

template <class T, class S>
void tproduct_plan<T, S>::execute(tensor_view<const T, S> a, tensor_view<const T, S> b,
                                  tensor_view<T, S> c, T alpha, T beta) {
  checks("tproduct").finite("alpha", alpha).finite("beta", beta);
  work& w = static_cast<work&>(*this->state_);
  w.alpha = alpha;
  w.beta = beta;
  w.c = c;
  this->run({a, b}, {c});
}

template <class T, class S>
void facewise_product(context<S>& ctx, input<T, S> a, input<T, S> b, tensor_view<T, S> c, op op_a,
                      op op_b, std::type_identity_t<T> alpha, std::type_identity_t<T> beta) {
  const checks check("facewise_product");
  const shape product = product_shape(check, a.shape(), b.shape(), op_a, op_b, true);
  check.usable(describe("a", a))
      .usable(describe("b", b))
      .is(describe("c", c), product, "a * b")
      .disjoint(describe("c", c), describe("a", a))
      .disjoint(describe("c", c), describe("b", b))
      .finite("alpha", alpha)
      .finite("beta", beta);
  detail::backend<S>& be = *ctx.backend();
  detail::watch_finite<T>(be, a.data(), a.size(), nonfinite("facewise_product: a"));
  detail::watch_finite<T>(be, b.data(), b.size(), nonfinite("facewise_product: b"));
  if (beta != 0) detail::watch_finite<T>(be, c.data(), c.size(), nonfinite("facewise_product: c"));
  const auto slices = [&](const auto& x) {
    auto all = detail::contiguous(x.data(), x.shape().rows, x.shape().cols, product.tube);
    if (x.shape().tube == 1) all.stride = 0;
    return all;
  };
  be.template gemm<T>(op_a, op_b, alpha, slices(a), slices(b), beta, slices(c));
}

template <class T, class S>
struct power_plan<T, S>::work final : slicewise_plan<T, S>::state {
  std::int64_t exponent;
  half_spectrum<T, S> square, product;

  work(context<S>& ctx, shape a, std::int64_t p, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "power", along), exponent(p) {
    this->checks().square("a", a).between("exponent", p, 0, 1 << 30);
    this->add_input(ctx, nonfinite("power: a"), a);
    this->add_output(ctx, "c", a);
    square = half_spectrum<T, S>(ctx, this->spectral(a));
    product = half_spectrum<T, S>(ctx, this->spectral(a));
  }
  std::size_t more_bytes() const override {
    return static_cast<std::size_t>(square.size() + product.size()) * sizeof(T);
  }

  /// `x` <- x y, through `product`
  void multiply_into(half_spectrum_view<T, S> x, half_spectrum_view<T, S> y) {
    detail::multiply<T, S>(this->be(), op::none, op::none, T(1), x, y, T(0), product);
    detail::copy_spectrum<T, S>(this->be(), product, x);
  }
  void compute() override {
    detail::copy_spectrum<T, S>(this->be(), this->input(0), square);
    detail::set_identity_slices<T, S>(this->be(), this->output(0));
    for (std::int64_t p = exponent; p > 0; p /= 2) {
      if (p % 2 == 1) multiply_into(this->output(0), square);
      if (p > 1) multiply_into(square, square);
    }
  }
};

template <class T, class S>
power_plan<T, S>::power_plan(context<S>& ctx, shape a, std::int64_t exponent,
                             const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, a, exponent, along)) {}

#define TUBAL_INSTANTIATE(T, S)                                                                    \
  template class tproduct_plan<T, S>;                                                              \
  template class power_plan<T, S>;                                                                 \
  template void facewise_product(context<S>&, input<T, S>, input<T, S>, tensor_view<T, S>, op, op, \
                                 std::type_identity_t<T>, std::type_identity_t<T>);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
