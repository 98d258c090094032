// Singular values and eigenvalues by Jacobi rotations. Up to `largest_small` one block a matrix, in
// shared memory. Above, what a vendor has computed is checked on the device, and slices that fail
// are computed again here, in global memory, by one block: right, and slow. Everything is enqueued
// in any case; nobody waits for the verdict.
#pragma once

#include "cuda/kernels/slices.hpp"
#include "cuda/kernels/small.hpp"

namespace tubal::detail {

/// Rotations of every pair, at most: about ten are needed.
inline constexpr int most_sweeps = 60;

/// A = U diag(values) V^H, as svd_plan. `fault`: of a matrix that does not converge.
template <class E>
void small_svd(cudaStream_t stream, batch<const E> a, real_of<E>* values, batch<E> u, batch<E> vh,
               vectors v, int sweeps, double* fault);
/// A = V diag(values) V^H, as eigen_plan.
template <class E>
void small_eigen(cudaStream_t stream, batch<E> a, real_of<E>* values, vectors v, int sweeps,
                 double* fault);

/// Which slices are computed again, those with info not 0, and the memory for it.
template <class E>
struct repetition {
  int* info;  // 0 in the end where it has converged
  E* matrices;
  double* reals;          // min(rows, cols); eigenvalues need none
  std::int64_t* counted;  // goes up by the number of such slices
};
/// Of `matrices`.
std::int64_t svd_again_elements(std::int64_t rows, std::int64_t cols);
std::int64_t eigen_again_elements(std::int64_t n);

/// As the vendor leaves it: S = left diag(values) right for the tall one of A and A^H, and
/// S = V diag(values) V^H, of S = A divided by its scale (slices.hpp).
template <class E>
void svd_again(cudaStream_t stream, batch<const E> a, real_of<E>* values, batch<E> left,
               batch<E> right, vectors v, int sweeps, const repetition<E>& again);
template <class E>
void eigen_again(cudaStream_t stream, batch<const E> a, real_of<E>* values, batch<E> v,
                 vectors with_vectors, int sweeps, const repetition<E>& again);

/// What a vendor has made of staged slices S(b): S = left diag(values) right^H.
template <class E>
struct vendor_result {
  batch<const E> a;
  staged what;
  const double* scale;
  const real_of<E>* values;
  batch<const E> left, right;  // empty: values alone
  bool right_is_adjoint;       // `right` holds right^H
};

/// info[b] = 1 where it is 0 and the result is not one: ||S x - left diag(values) right^H x|| and
/// ||Q^H Q x - x|| for random x, which are the norms of the errors on average, or, of values alone,
/// the sums of their squares. Above 30 eps n ||S||_F is too much. O(rows cols) per slice, where
/// residuals of whole matrices would cost as much as the decomposition. `work` has
/// `check_reals(rows, cols)` numbers per slice.
template <class E>
void check_result(cudaStream_t stream, const vendor_result<E>& result, double* work, int* info);
std::int64_t check_reals(std::int64_t rows, std::int64_t cols);

}  // namespace tubal::detail
