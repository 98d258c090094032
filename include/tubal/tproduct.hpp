// Products of tensors.
#pragma once

#include <tubal/op.hpp>
#include <tubal/slicewise.hpp>

namespace tubal {

/// What a product does to its operands, and along which transform it is taken.
struct product_options {
  op op_a = op::none;
  op op_b = op::none;
  transform along = {};
};

/// Plan for `C = alpha op(A) * op(B) + beta C`, with op(A) n1 x p x k and op(B) p x n2 x k. With
/// the DFT it is the t-product,
///   C(i,j,l) = alpha sum_q sum_s A(i,q,s) B(q,j,(l-s) mod k) + beta C(i,j,l),
/// with any transform, per slice   C^_f = alpha op(A^_f) op(B^_f) + beta C^_f.
/// A tensor times a lateral slice (n2 = 1) is the tensor-vector product.
///
/// See slicewise.hpp for what holds for every plan. Cost: n1 p n2 (2 real + 8 complex slices) flops
/// and three transforms, four with beta; workspace k (n1 p + p n2 + n1 n2) reals.
/// Source: Kilmer and Martin 2011.
template <class T, class Space>
class tproduct_plan : public slicewise_plan<T, Space> {
 public:
  tproduct_plan(context<Space>& ctx, shape a, shape b, const product_options& options = {});

  /// With beta = 0, c is not read.
  void execute(tensor_view<const T, Space> a, tensor_view<const T, Space> b,
               tensor_view<T, Space> c, T alpha = 1, T beta = 0);

 private:
  struct work;
};

/// `C = op(A) * op(B)` in one call: plans, executes, waits, throws `nonfinite_error`. For a product
/// done often make a plan.
template <class T, class Space>
void tproduct(context<Space>& ctx, input<T, Space> a, input<T, Space> b, tensor_view<T, Space> c,
              const product_options& options = {}) {
  tproduct_plan<T, Space>(ctx, a.shape(), b.shape(), options).execute(a, b, c);
  ctx.wait();
}
/// The same into a new tensor.
template <class T, class Space>
auto tproduct(context<Space>& ctx, const tensor_view<T, Space>& a, input<T, Space> b,
              const product_options& options = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(
      ctx, tproduct_plan<value, Space>(ctx, a.shape(), b.shape(), options), a, b);
}

/// `C(:,:,l) = alpha op(A(:,:,l)) op(B(:,:,l)) + beta C(:,:,l)`, slice by slice without a
/// transform. An operand with tube length 1 is a matrix that multiplies every slice: the
/// tensor-matrix product (with the DFT, the t-product with the tensor whose first slice it is).
/// Enqueues only, capturable. Throws `shape_error`, `alias_error`; NaN or Inf in an input is
/// reported by the next `context::wait`. Cost: 2 n1 p n2 k flops.
template <class T, class Space>
void facewise_product(context<Space>& ctx, input<T, Space> a, input<T, Space> b,
                      tensor_view<T, Space> c, op op_a = op::none, op op_b = op::none,
                      std::type_identity_t<T> alpha = 1, std::type_identity_t<T> beta = 0);

/// Plan for `A^p = A * A * ... * A`, p >= 0 factors, of a square tensor; A^0 is the identity.
/// Cost: 2 log2 p products per slice.
template <class T, class Space>
class power_plan : public slicewise_plan<T, Space> {
 public:
  power_plan(context<Space>& ctx, shape a, std::int64_t exponent, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> c) { this->run({a}, {c}); }

 private:
  struct work;
};
template <class T, class Space>
auto power(context<Space>& ctx, const tensor_view<T, Space>& a, std::int64_t exponent,
           const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(ctx, power_plan<value, Space>(ctx, a.shape(), exponent, along), a);
}

}  // namespace tubal
