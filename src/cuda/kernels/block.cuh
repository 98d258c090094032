// What the threads of a block do together.
#pragma once

#include <cmath>

#include "cuda/runtime/launch.hpp"

namespace tubal::detail {

/// Thread of the whole grid, and their number.
__device__ inline std::int64_t first_element() {
  return static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
}
__device__ inline std::int64_t grid_threads() {
  return static_cast<std::int64_t>(gridDim.x) * block_threads;
}

/// The dynamic shared memory of the block, aligned to 16 bytes.
__device__ inline unsigned char* dynamic_shared_memory() {
#ifdef TUBAL_DYNAMIC_SHARED  // the stand-in's
  return TUBAL_DYNAMIC_SHARED;
#else
  extern __shared__ __align__(16) unsigned char bytes[];
  return bytes;
#endif
}

/// `combine` over the values of all threads of the block, in a fixed order, for every thread:
/// 16 threads over 16 values each, then everybody over those 16.
template <class Combine>
__device__ double block_reduce(double value, Combine combine) {
  constexpr unsigned width = 16;
  static_assert(width * width == block_threads);
  __shared__ double partial[block_threads];
  __syncthreads();  // the last use of `partial` is over
  partial[threadIdx.x] = value;
  __syncthreads();
  if (threadIdx.x < width) {
    for (unsigned i = 1; i < width; ++i) value = combine(value, partial[threadIdx.x + i * width]);
    partial[threadIdx.x] = value;
  }
  __syncthreads();
  double result = partial[0];
  for (unsigned i = 1; i < width; ++i) result = combine(result, partial[i]);
  return result;
}

struct plus {
  __device__ double operator()(double x, double y) const { return x + y; }
};
struct larger {
  __device__ double operator()(double x, double y) const { return fmax(x, y); }
};

/// Whether any thread of the block says so, for every thread.
__device__ inline bool any_thread(bool condition) {
  return block_reduce(condition ? 1 : 0, larger()) != 0;
}

}  // namespace tubal::detail
