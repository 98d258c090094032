// The one way to launch a kernel.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>

#include "cuda/runtime/errors.hpp"

namespace tubal::detail {

/// Threads of every block.
inline constexpr int block_threads = 256;

/// Blocks for `count` tasks of a block each, in a loop that strides over the grid.
inline std::int64_t a_block_each(std::int64_t count) {
  return std::min<std::int64_t>(count, 1 << 20);
}
/// Blocks for `count` elements, a thread each, in such a loop.
inline std::int64_t blocks_for(std::int64_t count) {
  return a_block_each((count + block_threads - 1) / block_threads);
}

/// Dynamic shared memory that a block may have, less what is left for the static one and the
/// driver.
inline std::int64_t most_shared_bytes(int device) {
  constexpr int reserved = 4096;
  int largest = 0;
  check(cudaDeviceGetAttribute(&largest, cudaDevAttrMaxSharedMemoryPerBlockOptin, device),
        {"cudaDeviceGetAttribute"});
  return largest - reserved;
}
/// Lets a kernel have all of it, whatever other plans ask for: the limit is the kernel's.
template <class... P>
void allow_shared(void (*kernel)(P...), int device) {
  const std::int64_t bytes = most_shared_bytes(device);
  check(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                             cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
        {"cudaFuncSetAttribute", {bytes}});
}

/// Enqueues `kernel(args...)` with so much dynamic shared memory; no blocks, no launch.
template <class... P, class... A>
void launch_with_shared(cudaStream_t stream, const char* name, void (*kernel)(P...),
                        std::int64_t blocks, std::size_t shared_bytes, A... args) {
  if (blocks == 0) return;
  const cudaLaunchConfig_t config{
      dim3(static_cast<unsigned>(blocks)), dim3(block_threads), shared_bytes, stream, nullptr, 0};
  check(cudaLaunchKernelEx(&config, kernel, P(args)...), {name, {blocks, block_threads}});
}
template <class... P, class... A>
void launch(cudaStream_t stream, const char* name, void (*kernel)(P...), std::int64_t blocks,
            A... args) {
  launch_with_shared(stream, name, kernel, blocks, 0, args...);
}

}  // namespace tubal::detail
