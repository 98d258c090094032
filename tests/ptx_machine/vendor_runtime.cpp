// What CUB and Thrust ask the CUDA runtime beyond what the product does.
#include <cuda_runtime_api.h>

#include <algorithm>

#include "modules.hpp"

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* kernel) {
  const ptx::program* code = ptx::kernel_of(kernel);
  if (!code) return cudaErrorInvalidDeviceFunction;
  *attributes = {};
  attributes->ptxVersion = attributes->binaryVersion = 90;
  attributes->maxThreadsPerBlock = 1024;
  attributes->sharedSizeBytes = static_cast<std::size_t>(code->shared_bytes);
  attributes->localSizeBytes = static_cast<std::size_t>(code->local_bytes);
  return cudaSuccess;
}
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, const void*,
                                                                   int threads, std::size_t,
                                                                   unsigned) {
  *blocks = std::max(1, 2048 / std::max(1, threads));
  return cudaSuccess;
}
cudaError_t cudaPeekAtLastError() { return cudaSuccess; }
