// Singular value decompositions of tensors.
#pragma once

#include <tubal/slicewise.hpp>

#include <optional>
#include <vector>

namespace tubal {

struct svd_options {
  factor_size size = factor_size::economy;
  /// The leading `rank` singular tubes alone: the best approximation of that tubal rank.
  std::optional<std::int64_t> rank = std::nullopt;
  transform along = {};
};

/// A = U * S * V^T
template <class T, class Space>
struct svd_factors {
  tensor<T, Space> u, s, v;
};

/// Plan for the t-SVD `A = U * S * V^T` of a, n1 x n2 x k: per slice A^_f = U^_f S^_f V^_f^H with
/// nonnegative, descending diagonals. U and V are real, with U^T * U = V^T * V = E; S is
/// f-diagonal. With q = min(n1, n2): economy U n1 x q, S q x q, V n2 x q; full U n1 x n1, S n1 x
/// n2, V n2 x n2; `rank` r: U n1 x r, S r x r, V n2 x r, A = U * S * V^T up to the best error of
/// tubal rank r.
///
/// See slicewise.hpp. Not capturable on a GPU with a dimension above 32. Cost: an SVD per stored
/// slice and four transforms. Source: Kilmer and Martin 2011.
template <class T, class Space>
class svd_plan : public slicewise_plan<T, Space> {
 public:
  svd_plan(context<Space>& ctx, shape a, const svd_options& options = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> u, tensor_view<T, Space> s,
               tensor_view<T, Space> v) {
    this->run({a}, {u, s, v});
  }

 private:
  struct work;
};

struct randomized_svd_options {
  /// Columns of the sketch beyond the rank.
  std::int64_t oversampling = 8;
  /// Passes (A * A^T) with orthonormalisation; each sharpens the singular values of the sketch.
  std::int64_t power_iterations = 2;
  std::uint64_t seed = 0;
  transform along = {};
};

/// Plan for the leading r singular tubes by a random sketch: A is multiplied with r + oversampling
/// Gaussian columns, the products span a space Q, and the SVD of Q^T * A is small. The expected
/// error is the best one times a factor near 1 that falls with power iterations.
///
/// See slicewise.hpp. Cost: 2 n1 n2 (r + oversampling) (2 + 2 power_iterations) flops per real
/// slice in place of about 4 n1 n2 min(n1, n2). The sketch depends on the seed alone. Source:
/// Halko, Martinsson and Tropp 2011; Zhang, Saibaba, Kilmer and Aeron 2018.
template <class T, class Space>
class randomized_svd_plan : public slicewise_plan<T, Space> {
 public:
  randomized_svd_plan(context<Space>& ctx, shape a, std::int64_t rank,
                      const randomized_svd_options& options = {});
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> u, tensor_view<T, Space> s,
               tensor_view<T, Space> v) {
    this->run({a}, {u, s, v});
  }

 private:
  struct work;
};

/// What a truncated t-SVD keeps.
class truncation {
 public:
  /// The numerical tubal rank: singular tubes with a slice above `tolerance` times the largest
  /// singular value; max(n1, n2) eps unless given ("skinny").
  static truncation numerical_rank(std::optional<double> tolerance = std::nullopt);
  /// The fewest singular tubes with at least this share, in [0, 1], of ||A||_F^2.
  static truncation energy(double share);
  /// So many singular values in slice f = 0 .. k-1, the rest of S zero. Slices f and -f of a DFT
  /// must agree.
  static truncation multi_rank(std::vector<std::int64_t> ranks);

  std::optional<double> tolerance, share;
  std::vector<std::int64_t> ranks;
};

/// The factors that a truncation keeps, U n1 x r, S r x r, V n2 x r with the r that it asks for.
/// Allocates, waits; throws `argument_error`, `nonfinite_error`.
template <class T, class Space>
svd_factors<std::remove_const_t<T>, Space> truncated_svd(context<Space>& ctx,
                                                         const tensor_view<T, Space>& a,
                                                         const truncation& keep,
                                                         const transform& along = {});

/// In one call, into new tensors: plan, execute, wait.
template <class T, class Space>
auto svd(context<Space>& ctx, const tensor_view<T, Space>& a, const svd_options& options = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<svd_factors<value, Space>, 3>(
      ctx, svd_plan<value, Space>(ctx, a.shape(), options), a);
}
template <class T, class Space>
auto randomized_svd(context<Space>& ctx, const tensor_view<T, Space>& a, std::int64_t rank,
                    const randomized_svd_options& options = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once_for<svd_factors<value, Space>, 3>(
      ctx, randomized_svd_plan<value, Space>(ctx, a.shape(), rank, options), a);
}

}  // namespace tubal
