// Random problems with a known answer.
#pragma once

#include <tubal/sensing.hpp>

namespace tubal {

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
};

/// What a recovery needs, and the answer.
template <class T, class Space>
struct problem {
  packed_sensing<T, Space> sensing;
  tensor<T, Space> measurements;    ///< y, {m, 1, 1}
  tensor<T, Space> initial_factor;  ///< U_0, n x R x k
  tensor<T, Space> ground_truth;    ///< T, n x n x k; empty when not known
};

/// `A_i` i.i.d. N(0, 1/m); T = X * X^T with X, n x r x k, orthonormal (X^T * X is the identity) and
/// uniformly distributed: the transposed Q of the t-LQ of a Gaussian r x n x k tensor. Everything
/// comes from the seed. Allocates, waits. Throws `argument_error`.
template <class T, class Space>
problem<T, Space> make_synthetic_problem(context<Space>& ctx, const synthetic_options& options);

}  // namespace tubal
