// Small matrices in shared memory.
#pragma once

#include "core/primitives/number.hpp"
#include "cuda/kernels/block.cuh"
#include "cuda/kernels/small.hpp"

namespace tubal::detail {

/// A matrix in shared memory, column by column. The padding keeps the entries of a row in different
/// banks.
template <class N>
struct tile {
  using entry_type = N;
  N columns[largest_small][largest_small + 1];
  __device__ N& operator()(int i, int j) { return columns[j][i]; }
};

/// A matrix in global memory, for those that do not fit.
template <class N>
struct global_matrix {
  using entry_type = N;
  N* data;
  std::int64_t ld;
  __device__ N& operator()(std::int64_t i, std::int64_t j) const { return data[i + j * ld]; }
};

/// The row whose entries this thread handles in `each_entry`.
__device__ inline int own_row() { return static_cast<int>(threadIdx.x) % largest_small; }

/// f(i, j) for all entries, a column a warp. Without a barrier.
template <class F>
__device__ void each_entry(int rows, int cols, F f) {
  constexpr int step = block_threads / largest_small;
  const int i = own_row();
  for (int j = static_cast<int>(threadIdx.x) / largest_small; j < cols && i < rows; j += step)
    f(i, j);
}

/// Loads A(b), between two barriers. Whether all of it is finite.
template <class N>
__device__ bool load(const batch<N>& a, std::int64_t b, tile<N>& to) {
  __syncthreads();
  double largest = 0;
  each_entry(static_cast<int>(a.rows), static_cast<int>(a.cols), [&](int i, int j) {
    to(i, j) = entry(a, b, i, j);
    largest = fmax(largest, magnitude(to(i, j)));
  });
  return block_reduce(largest, larger()) <= DBL_MAX;
}

/// A(b) = f(i, j)
template <class N, class F>
__device__ void store(const batch<N>& a, std::int64_t b, F f) {
  each_entry(static_cast<int>(a.rows), static_cast<int>(a.cols),
             [&](int i, int j) { entry(a, b, i, j) = f(i, j); });
}

}  // namespace tubal::detail
