// Random problems with a known answer.
#pragma once

#include <tubal/sensing.hpp>

#include <optional>
#include <vector>

namespace tubal {

/// How X of T = X * X^T is drawn.
enum class truth_factor {
  orthonormal,  ///< X^T * X is the identity, uniformly distributed
  gaussian      ///< i.i.d. N(0, 1/(n k)): the singular values of every slice X^_f are near 1
};

struct synthetic_options {
  std::int64_t n = 10;
  std::int64_t k = 4;
  /// r, tubal rank of the truth, 1 <= r <= n
  std::int64_t tubal_rank = 2;
  /// R, columns of the factor
  std::int64_t factor_rank = 100;
  /// m
  std::int64_t measurements = 254;
  /// alpha: U_0 = alpha G, G i.i.d. N(0, 1/R)
  double init_scale = 1e-7;
  /// y = A(T) + e with e i.i.d. normal and sqrt(E ||e||^2) = noise ||A(T)||
  double noise = 0;
  std::uint64_t seed = 1;
  truth_factor factor = truth_factor::orthonormal;
  /// Of an orthonormal X, whose singular values become condition^(-i/(r-1)), i = 0 .. r-1, in every
  /// slice; that of T is its square. At least 1; 1 where r = 1.
  double condition = 1;
  /// Rank of every slice T^_f, f = 0 .. k-1; r in all when empty. The largest is r, and slices f
  /// and k - f have the same.
  std::vector<std::int64_t> multi_rank = {};
  /// Of the measurement tensors; `seed` when not given. Problems that share it share them.
  std::optional<std::uint64_t> operator_seed = {};
};

/// What a recovery needs, and the answer.
template <class T, class Space>
struct problem {
  packed_sensing<T, Space> sensing;
  tensor<T, Space> measurements;    ///< y, {m, 1, 1}
  tensor<T, Space> initial_factor;  ///< U_0, n x R x k
  tensor<T, Space> ground_truth;    ///< T, n x n x k; empty when not known
};

/// `A_i` i.i.d. N(0, 1/m); T = X * X^T with X, n x r x k: an orthonormal one is the transposed Q of
/// the t-LQ of a Gaussian r x n x k tensor. Everything comes from the seeds. Allocates, waits.
/// Throws `argument_error`.
template <class T, class Space>
problem<T, Space> make_synthetic_problem(context<Space>& ctx, const synthetic_options& options);

}  // namespace tubal
