// U * U^T, the t-symmetric positive semidefinite tensor of a factor.
#pragma once

#include <tubal/tube_transform.hpp>

namespace tubal {

/// Plan for `X = U * U^T`, n x n x k, of U, n x R x k:   X^_f = U^_f U^_f^H.
/// Prepare and execute as `tproduct_plan`. Cost: one triangle, n^2 R (real + 4 complex slices)
/// flops, and two transforms.
template <class T, class Space>
class gram_plan {
 public:
  gram_plan(context<Space>& ctx, shape u);
  ~gram_plan();
  gram_plan(gram_plan&&) noexcept;
  gram_plan& operator=(gram_plan&&) noexcept;

  void execute(tensor_view<const T, Space> u, tensor_view<T, Space> x);
  std::size_t workspace_bytes() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// `X = U * U^T` in one call, into a new tensor: plans, executes, waits, throws `nonfinite_error`.
template <class T, class Space>
tensor<std::remove_const_t<T>, Space> gram(context<Space>& ctx, const tensor_view<T, Space>& u);

}  // namespace tubal
