// The t-product.
#pragma once

#include <tubal/tube_transform.hpp>

namespace tubal {

/// Plan for `C = A * B`, the t-product of A, `n1 x p x k`, and B, `p x n2 x k`:
///   C(i,j,l) = sum_q sum_s A(i,q,s) B(q,j,(l-s) mod k),   per slice   C^_f = A^_f B^_f.
///
/// Constructor: allocates, plans, may wait; throws `shape_error` naming a and b.
/// `execute`: enqueues only, no allocation, no wait, capturable; a and b unchanged; c must not
/// overlap them (`alias_error`); throws `shape_error` naming the argument and both shapes. NaN or
/// Inf in a or b is reported by the next `context::wait` as `nonfinite_error`.
/// Cost: n1 p n2 (2 real + 8 complex slices) flops and three transforms; workspace
/// k (n1 p + p n2 + n1 n2) reals. Source: Kilmer and Martin 2011.
template <class T, class Space>
class tproduct_plan {
 public:
  tproduct_plan(context<Space>& ctx, shape a, shape b);
  ~tproduct_plan();
  tproduct_plan(tproduct_plan&&) noexcept;
  tproduct_plan& operator=(tproduct_plan&&) noexcept;

  void execute(tensor_view<const T, Space> a, tensor_view<const T, Space> b,
               tensor_view<T, Space> c);
  /// n1 x n2 x k
  shape result() const;
  std::size_t workspace_bytes() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// `C = A * B` in one call: plans, executes, waits, throws `nonfinite_error`. For a product done
/// often make a plan.
template <class T, class Space>
void tproduct(context<Space>& ctx, input<T, Space> a, input<T, Space> b, tensor_view<T, Space> c);
/// The same into a new tensor.
template <class T, class Space>
tensor<std::remove_const_t<T>, Space> tproduct(context<Space>& ctx, const tensor_view<T, Space>& a,
                                               input<T, Space> b);

}  // namespace tubal
