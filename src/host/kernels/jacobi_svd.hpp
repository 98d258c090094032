// Small singular value decompositions by one-sided Jacobi rotations, which lose none of the small
// values, nor digits of rows that differ in size.
#pragma once

#include <cstdint>

#include "core/primitives/batch.hpp"

namespace tubal::detail {

/// Of the smaller and of the larger size; beyond, LAPACK is faster.
inline constexpr std::int64_t most_jacobi_rows = 16, most_jacobi_cols = 64;
inline constexpr int most_jacobi_sweeps = 40;

/// Numbers of workspace, aligned to 64 bytes, for a matrix with vectors.
std::int64_t jacobi_reals(std::int64_t rows, std::int64_t cols, bool is_complex);
/// A finite matrix s; false when `sweeps` have not been enough, with nothing written.
template <class E>
bool jacobi_svd(const svd_arguments<E>& all, std::int64_t s, bool with_vectors, double* work,
                int sweeps = most_jacobi_sweeps);

// ---- what it shares with its kernels

/// Matrices X = [B J] with 2 * pairs rows, in lanes: column j, real or complex, holds, from
/// x + j * column_reals(pairs) on, the first `pairs` rows in `jacobi_lanes(pairs)` numbers and the
/// other rows in as many (what is over is 0); then the same of the imaginary parts. Rows of B are
/// kept divided by a power of two.
struct jacobi_rows {
  double* x;      // aligned to 64 bytes
  double* sizes;  // those powers, then 1 / them, each as a real column; 1 where a row is over
  std::int64_t pairs;
  bool is_complex;
  std::int64_t measured, cols;  // columns of B, and of X
};
constexpr std::int64_t jacobi_lanes(std::int64_t pairs) {
  return pairs <= 2 ? 2 : pairs <= 4 ? 4 : 8;
}
constexpr std::int64_t column_reals(std::int64_t pairs, bool is_complex) {
  return (is_complex ? 4 : 2) * jacobi_lanes(pairs);
}

/// Below, the square of the norm of a row of B, as it is kept, counts as 0.
inline constexpr double least_jacobi_square = 1e-120;

// X(namespace) for every instruction set
#define TUBAL_DECLARE(set)                                                                     \
  namespace set {                                                                              \
  /* Turns pairs of rows of X until those of B are orthogonal, but for those whose norm counts \
     as 0; false when `sweeps` times all pairs have not been enough. Those end where they      \
     were. */                                                                                  \
  bool orthogonalise_rows(const jacobi_rows& all, int sweeps);                                 \
  }
TUBAL_DECLARE(portable)
TUBAL_DECLARE(avx2)
TUBAL_DECLARE(avx512)
#undef TUBAL_DECLARE

}  // namespace tubal::detail
