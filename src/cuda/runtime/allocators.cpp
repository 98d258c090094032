// The allocators that come with the library.
#include <tubal/device_allocator.hpp>

#include "cuda/runtime/errors.hpp"

namespace tubal {
namespace {

/// The memory, or null when there is none left.
template <class... Stream>
void* allocate_with(cudaError_t (*function)(void**, std::size_t, Stream...),
                    const detail::call& made, std::size_t bytes, Stream... stream) {
  void* data = nullptr;
  const cudaError_t status = function(&data, bytes, stream...);
  if (status == cudaErrorMemoryAllocation) {
    static_cast<void>(cudaGetLastError());
    return nullptr;
  }
  detail::check(status, made);
  return data;
}

/// Nothing to be done about an error: it is sticky, or the runtime is shutting down.
void forget(cudaError_t status) noexcept {
  if (status != cudaSuccess) static_cast<void>(cudaGetLastError());
}

class stream_ordered final : public device_allocator {
 public:
  void* allocate(std::size_t bytes, CUstream_st* stream) override {
    return allocate_with<cudaStream_t>(
        cudaMallocAsync, {"cudaMallocAsync", {static_cast<std::int64_t>(bytes)}}, bytes, stream);
  }
  void release(void* data, std::size_t, CUstream_st* stream) noexcept override {
    forget(cudaFreeAsync(data, stream));
  }
  const char* name() const noexcept override { return "cudaMallocAsync"; }
};

class plain final : public device_allocator {
 public:
  void* allocate(std::size_t bytes, CUstream_st*) override {
    return allocate_with<>(cudaMalloc, {"cudaMalloc", {static_cast<std::int64_t>(bytes)}}, bytes);
  }
  void release(void* data, std::size_t, CUstream_st*) noexcept override { forget(cudaFree(data)); }
  const char* name() const noexcept override { return "cudaMalloc"; }
};

}  // namespace

device_allocator& stream_ordered_allocator() {
  static stream_ordered only;
  return only;
}
device_allocator& plain_allocator() {
  static plain only;
  return only;
}

}  // namespace tubal
