// What the threads of a block do together.
#pragma once

#include "cuda/launch.hpp"

namespace tubal::detail {

/// Thread of the whole grid, and their number.
__device__ inline std::int64_t first_element() {
  return static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
}
__device__ inline std::int64_t grid_threads() {
  return static_cast<std::int64_t>(gridDim.x) * block_threads;
}

/// `combine` over the values of all threads of the block, in a fixed order, for every thread.
template <class Combine>
__device__ double block_reduce(double value, Combine combine) {
  __shared__ double partial[block_threads];
  partial[threadIdx.x] = value;
  __syncthreads();
  for (unsigned half = block_threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      partial[threadIdx.x] = combine(partial[threadIdx.x], partial[threadIdx.x + half]);
    }
    __syncthreads();
  }
  const double result = partial[0];
  __syncthreads();  // before the next use of `partial`
  return result;
}

}  // namespace tubal::detail
