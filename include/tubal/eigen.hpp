// Eigenvalues and functions of t-symmetric tensors.
#pragma once

#include <tubal/slicewise.hpp>

namespace tubal {

/// sym(A) = V * D * V^T
template <class T, class Space>
struct eigen_factors {
  tensor<T, Space> v, d;
};

/// Plan for the eigendecomposition `sym(A) = V * D * V^T` of a, n x n x k, sym(A) = (A + A^T)/2:
/// V orthogonal, D f-diagonal, the eigenvalues of each slice descending.
/// See slicewise.hpp. Not capturable on a GPU with n above 32. Cost: a Hermitian eigendecomposition
/// per stored slice and three transforms.
template <class T, class Space>
class eigen_plan : public slicewise_plan<T, Space> {
 public:
  eigen_plan(context<Space>& ctx, shape a, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> v, tensor_view<T, Space> d) {
    this->run({a}, {v, d});
  }

 private:
  struct work;
};

enum class symmetric_function {
  exponential,  ///< exp(A) = E + A + A * A / 2 + ...
  square_root   ///< B, positive semidefinite, with B * B = A
};

/// Plan for f(sym(A)) = V * f(D) * V^T of a, n x n x k. A square root of a tensor with an
/// eigenvalue below -n eps times the largest is a `numerical_error`; smaller negative ones count as
/// 0. See slicewise.hpp. Not capturable on a GPU with n above 32. Cost: an eigendecomposition per
/// stored slice and two transforms.
template <class T, class Space>
class symmetric_function_plan : public slicewise_plan<T, Space> {
 public:
  symmetric_function_plan(context<Space>& ctx, shape a, symmetric_function f,
                          const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> c) { this->run({a}, {c}); }

 private:
  struct work;
};

/// In one call, into new tensors: plan, execute, wait.
template <class T, class Space>
auto eigen(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<eigen_factors<value, Space>, 2>(
      ctx, eigen_plan<value, Space>(ctx, a.shape(), along), a);
}
namespace detail {
template <class T, class Space>
auto run_function(context<Space>& ctx, const tensor_view<T, Space>& a, symmetric_function f,
                  const transform& along) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(
      ctx, symmetric_function_plan<value, Space>(ctx, a.shape(), f, along), a);
}
}  // namespace detail
template <class T, class Space>
auto exponential(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  return detail::run_function(ctx, a, symmetric_function::exponential, along);
}
template <class T, class Space>
auto square_root(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  return detail::run_function(ctx, a, symmetric_function::square_root, along);
}

}  // namespace tubal
