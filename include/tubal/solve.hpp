// Factorisations for linear systems, inverses and their kin. See slicewise.hpp for what holds for
// every plan.
#pragma once

#include <tubal/slicewise.hpp>

#include <optional>

namespace tubal {

/// Plan for `A = L * L^T` of a t-symmetric positive definite a, n x n x k: L^_f lower triangular
/// with a positive diagonal. sym(A) is factorised. Otherwise `numerical_error`.
template <class T, class Space>
class cholesky_plan : public slicewise_plan<T, Space> {
 public:
  cholesky_plan(context<Space>& ctx, shape a, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> l) { this->run({a}, {l}); }

 private:
  struct work;
};

/// P * A = L * U
template <class T, class Space>
struct lu_factors {
  tensor<T, Space> p, l, u;
};

/// Plan for the t-LU `P * A = L * U` of a, n1 x n2 x k, with partial pivoting in every slice: P,
/// n1 x n1, has permutation matrices as slices, so P^T * P = E; L, n1 x q, is unit lower and U,
/// q x n2, upper triangular per slice, q = min(n1, n2).
template <class T, class Space>
class lu_plan : public slicewise_plan<T, Space> {
 public:
  lu_plan(context<Space>& ctx, shape a, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> p, tensor_view<T, Space> l,
               tensor_view<T, Space> u) {
    this->run({a}, {p, l, u});
  }

 private:
  struct work;
};

/// Plan for `X = A^-1 * B` of a, n x n x k, and b, n x c x k, by t-LU.
///
/// A tensor that is singular to working precision is a `numerical_error`: one whose condition
/// number (norms.hpp; every slice against the largest of all) is 1 / (c eps) or more, c = n + 2 +
/// log2(k + 1), eps = 2^-52 or 2^-23. From a thousandth of that on the result stands and
/// `context::take_warnings` has words. Both name the slice, and the condition number as it is
/// estimated from the factors, up to sqrt(n) too large or a small factor too small. What is to be
/// solved all the same: `least_squares`, `pseudo_inverse`.
template <class T, class Space>
class solve_plan : public slicewise_plan<T, Space> {
 public:
  solve_plan(context<Space>& ctx, shape a, shape b, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<const T, Space> b,
               tensor_view<T, Space> x) {
    this->run({a, b}, {x});
  }

 private:
  struct work;
};

/// Plan for the inverse, A * A^-1 = E, by t-LU; as `solve_plan` with b = E.
template <class T, class Space>
class inverse_plan : public slicewise_plan<T, Space> {
 public:
  inverse_plan(context<Space>& ctx, shape a, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> x) { this->run({a}, {x}); }

 private:
  struct work;
};

/// Plan for the Moore-Penrose pseudo-inverse A^+, n2 x n1 x k, by t-SVD. Singular values up to
/// `tolerance` times the largest one of all slices count as 0; max(n1, n2) eps unless given.
template <class T, class Space>
class pseudo_inverse_plan : public slicewise_plan<T, Space> {
 public:
  pseudo_inverse_plan(context<Space>& ctx, shape a, std::optional<double> tolerance = std::nullopt,
                      const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> x) { this->run({a}, {x}); }

 private:
  struct work;
};

/// Plan for the X, n2 x c x k, of smallest norm with the smallest ||A * X - B||_F: A^+ * B, of a,
/// n1 x n2 x k of any rank, and b, n1 x c x k. (With a transform that is no multiple of an
/// orthogonal one, the norm of the transform domain.)
template <class T, class Space>
class least_squares_plan : public slicewise_plan<T, Space> {
 public:
  least_squares_plan(context<Space>& ctx, shape a, shape b,
                     std::optional<double> tolerance = std::nullopt, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<const T, Space> b,
               tensor_view<T, Space> x) {
    this->run({a, b}, {x});
  }

 private:
  struct work;
};

/// A = W * H
template <class T, class Space>
struct polar_factors {
  tensor<T, Space> w, h;
};

/// Plan for the polar decomposition `A = W * H` of a, n1 x n2 x k, by t-SVD: W, n1 x n2, a partial
/// isometry (W^T * W = E when n1 >= n2), H, n2 x n2, positive semidefinite.
template <class T, class Space>
class polar_plan : public slicewise_plan<T, Space> {
 public:
  polar_plan(context<Space>& ctx, shape a, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> w, tensor_view<T, Space> h) {
    this->run({a}, {w, h});
  }

 private:
  struct work;
};

// In one call, into new tensors: plan, execute, wait.

template <class T, class Space>
auto cholesky(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(ctx, cholesky_plan<value, Space>(ctx, a.shape(), along), a);
}
template <class T, class Space>
auto lu(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<lu_factors<value, Space>, 3>(
      ctx, lu_plan<value, Space>(ctx, a.shape(), along), a);
}
template <class T, class Space>
auto solve(context<Space>& ctx, const tensor_view<T, Space>& a, input<T, Space> b,
           const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(ctx, solve_plan<value, Space>(ctx, a.shape(), b.shape(), along), a,
                                 b);
}
template <class T, class Space>
auto inverse(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(ctx, inverse_plan<value, Space>(ctx, a.shape(), along), a);
}
template <class T, class Space>
auto pseudo_inverse(context<Space>& ctx, const tensor_view<T, Space>& a,
                    std::optional<double> tolerance = std::nullopt, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(
      ctx, pseudo_inverse_plan<value, Space>(ctx, a.shape(), tolerance, along), a);
}
template <class T, class Space>
auto least_squares(context<Space>& ctx, const tensor_view<T, Space>& a, input<T, Space> b,
                   std::optional<double> tolerance = std::nullopt, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(
      ctx, least_squares_plan<value, Space>(ctx, a.shape(), b.shape(), tolerance, along), a, b);
}
template <class T, class Space>
auto polar(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<polar_factors<value, Space>, 2>(
      ctx, polar_plan<value, Space>(ctx, a.shape(), along), a);
}

}  // namespace tubal
