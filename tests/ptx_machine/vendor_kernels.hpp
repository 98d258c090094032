// What vendor_kernels.cu calls of CUB and Thrust.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace ptx {

/// cub::DeviceReduce::Sum; with `work` null it only says how many bytes it needs.
cudaError_t sum(void* work, std::size_t& bytes, const double* in, double* out, int count,
                cudaStream_t stream);
/// thrust::transform: out[i] = in[i]^2.
void squares(const double* in, double* out, int count, cudaStream_t stream);

}  // namespace ptx
