// Householder reflections H = I - tau w w^H from the right, w^H = v with v_k = 1, by a block:
// A H_0 H_1 ... = L, Q = ... H_1^H H_0^H. The matrix is a tile or in global memory.
#pragma once

#include "cuda/small.cuh"

namespace tubal::detail {

template <class M>
using entry_of = typename M::entry_type;

/// The reflection that turns the end of a row, from entry k on, into its first entry `first`.
template <class N>
struct reflection {
  N tau, divisor;          // v = row / size / divisor
  real_of<N> first, size;  // of the largest part of the row: squares may not be representable
};

template <class M, class N = entry_of<M>>
__device__ reflection<N> reflection_of(M& t, int k, int cols) {
  double largest = 0;
  for (int j = k; j < cols; ++j) largest = fmax(largest, magnitude(t(k, j)));
  const auto size = static_cast<real_of<N>>(largest);
  if (size == 0) return {N{}, real_number<N>(1), 0, 1};
  real_of<N> sum = 0;
  for (int j = k; j < cols; ++j) sum += abs_square(t(k, j) / size);
  const N head = t(k, k) / size;
  const real_of<N> beta = real_part(head) > 0 ? -std::sqrt(sum) : std::sqrt(sum);
  return {(real_number<N>(beta) - conjugate(head)) / beta, head - real_number<N>(beta), beta * size,
          size};
}

/// Row = row - factor (row v^H) v for all rows after k; v is the end of row k, after its diagonal.
template <class M, class N = entry_of<M>>
__device__ void reflect_rows(M& t, int k, N factor, int rows, int cols) {
  constexpr int step = block_threads / largest_small;
  for (int first = k + 1; first < rows; first += largest_small) {
    const int own = first + own_row();
    N product{};  // found by every thread that has a part of the row
    if (own < rows) {
      product = t(own, k);
      for (int j = k + 1; j < cols; ++j) product = product + t(own, j) * conjugate(t(k, j));
      product = factor * product;
    }
    __syncthreads();
    for (int j = k + static_cast<int>(threadIdx.x) / largest_small; j < cols && own < rows;
         j += step)
      t(own, j) = t(own, j) - (j == k ? product : product * t(k, j));
    __syncthreads();
  }
}

/// Row k of L, its reflection in the rest of the row, and later rows reflected.
template <class M, class N = entry_of<M>>
__device__ void reduce_row(M& t, N* tau, int k, int rows, int cols) {
  const int me = static_cast<int>(threadIdx.x);
  const reflection<N> h = reflection_of(t, k, cols);  // found by all
  __syncthreads();
  for (int j = k + 1 + me; j < cols; j += block_threads) t(k, j) = t(k, j) / h.size / h.divisor;
  if (me == 0) {
    t(k, k) = real_number<N>(h.first);
    tau[k] = h.tau;
  }
  __syncthreads();
  reflect_rows(t, k, h.tau, rows, cols);
}

/// Rows k .. of Q from those after k, which are zero up to column k, and the reflection in row k.
template <class M, class N = entry_of<M>>
__device__ void form_row(M& t, const N* tau, int k, int rows, int cols) {
  const int me = static_cast<int>(threadIdx.x);
  const N factor = conjugate(tau[k]);
  reflect_rows(t, k, factor, rows, cols);
  for (int j = k + 1 + me; j < cols; j += block_threads) t(k, j) = -(factor * t(k, j));
  if (me == 0) t(k, k) = real_number<N>(1) - factor;
  __syncthreads();
}

/// Q from what `reduce_row` has left in all rows. With barriers before and after.
template <class M, class N = entry_of<M>>
__device__ void form_q(M& t, const N* tau, int rows, int cols) {
  __syncthreads();
  for (int j = 0; j < rows; ++j)
    for (int i = j + 1 + static_cast<int>(threadIdx.x); i < rows; i += block_threads) t(i, j) = N{};
  __syncthreads();
  for (int k = rows - 1; k >= 0; --k) form_row(t, tau, k, rows, cols);
}

}  // namespace tubal::detail
