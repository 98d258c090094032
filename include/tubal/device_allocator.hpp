// Where the memory of a GPU comes from.
#pragma once

#include <tubal/space.hpp>

#include <cstddef>

namespace tubal {

/// Three functions that a context takes all of its device memory from, the workspaces of plans
/// included. Calls come with the device of the context current. Must outlive the context and every
/// tensor made with it.
class device_allocator {
 public:
  virtual ~device_allocator() = default;
  /// `bytes` > 0 bytes, aligned to 256, for use on `stream`. Null when there are not as many.
  virtual void* allocate(std::size_t bytes, CUstream_st* stream) = 0;
  /// Takes back what `allocate` gave; work that uses it may still be enqueued on `stream`.
  virtual void release(void* data, std::size_t bytes, CUstream_st* stream) noexcept = 0;
  /// For reports.
  virtual const char* name() const noexcept = 0;
};

/// cudaMallocAsync and cudaFreeAsync on the stream of the context: releasing memory does not wait.
/// The default where the device supports it. In a build without CUDA: throws `device_error`.
device_allocator& stream_ordered_allocator();

/// cudaMalloc and cudaFree: releasing memory waits for the device. The default elsewhere.
device_allocator& plain_allocator();

}  // namespace tubal
