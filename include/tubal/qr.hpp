// Orthogonal-triangular factorisations.
#pragma once

#include <tubal/slicewise.hpp>

namespace tubal {

/// A = Q * R
template <class T, class Space>
struct qr_factors {
  tensor<T, Space> q, r;
};
/// A = L * Q
template <class T, class Space>
struct lq_factors {
  tensor<T, Space> l, q;
};

/// Plan for the t-QR `A = Q * R` of a, n1 x n2 x k: Q^T * Q = E, R^_f upper triangular with a
/// nonnegative diagonal, which makes the factors unique when every slice has full column rank.
/// Economy: Q n1 x q, R q x n2, q = min(n1, n2); full: Q n1 x n1, R n1 x n2.
/// See slicewise.hpp. Cost: a QR per stored slice and three transforms. On a GPU, `argument_error`
/// where cuSOLVER's 32-bit sizes end: slices of 2^31 entries, or of too many rows for its
/// workspace.
template <class T, class Space>
class qr_plan : public slicewise_plan<T, Space> {
 public:
  qr_plan(context<Space>& ctx, shape a, factor_size size = factor_size::economy,
          const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> q, tensor_view<T, Space> r) {
    this->run({a}, {q, r});
  }

 private:
  struct work;
};

/// Plan for the t-LQ `A = L * Q`: Q * Q^T = E, L^_f lower triangular with a nonnegative diagonal.
/// Economy: L n1 x q, Q q x n2; full: L n1 x n2, Q n2 x n2.
template <class T, class Space>
class lq_plan : public slicewise_plan<T, Space> {
 public:
  lq_plan(context<Space>& ctx, shape a, factor_size size = factor_size::economy,
          const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> l, tensor_view<T, Space> q) {
    this->run({a}, {l, q});
  }

 private:
  struct work;
};

/// In one call, into new tensors: plan, execute, wait.
template <class T, class Space>
auto qr(context<Space>& ctx, const tensor_view<T, Space>& a,
        factor_size size = factor_size::economy, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<qr_factors<value, Space>, 2>(
      ctx, qr_plan<value, Space>(ctx, a.shape(), size, along), a);
}
template <class T, class Space>
auto lq(context<Space>& ctx, const tensor_view<T, Space>& a,
        factor_size size = factor_size::economy, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<lq_factors<value, Space>, 2>(
      ctx, lq_plan<value, Space>(ctx, a.shape(), size, along), a);
}

}  // namespace tubal
