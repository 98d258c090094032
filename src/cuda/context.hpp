// What a CUDA back end holds.
#pragma once

#include <tubal/device_allocator.hpp>

#include <memory>

#include "cuda/backend.hpp"
#include "cuda/kernels/jacobi.hpp"
#include "cuda/runtime/errors.hpp"

namespace tubal::detail {

/// Makes a device current, and the former one again at the end of the scope.
class device_guard {
 public:
  explicit device_guard(int device) noexcept;
  ~device_guard();
  device_guard(const device_guard&) = delete;
  device_guard& operator=(const device_guard&) = delete;

 private:
  int former_ = -1;  // -1: nothing to restore
};

/// Where a context gets device memory.
struct memory_source {
  int device = 0;
  cudaStream_t stream = nullptr;
  device_allocator* allocator = nullptr;
};

/// Device memory, aligned to 256 bytes.
class device_memory {
 public:
  device_memory() = default;
  /// Throws `out_of_memory`. Null for 0 bytes.
  device_memory(const memory_source& source, std::size_t bytes);
  device_memory(device_memory&& other) noexcept { *this = std::move(other); }
  device_memory& operator=(device_memory&& other) noexcept;
  ~device_memory();

  /// Owns what `give_up` gave away.
  static device_memory take(const memory_source& source, void* data, std::size_t bytes) noexcept {
    device_memory owner;
    owner.source_ = source;
    owner.data_ = data;
    owner.bytes_ = bytes;
    return owner;
  }
  void* give_up() { return std::exchange(data_, nullptr); }

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  memory_source source_;
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// How A x - y and A^T (A x - y) are computed: two products of cuBLAS, or one pass over A.
enum class sensing_way { by_size, two_products, rows, strips };

/// Kernels that stand in for several calls; tests switch them off and on.
struct kernel_choices {
  bool packed_gram = true, direct_product = true;
  sensing_way sensing = sensing_way::by_size;
  /// Whether cuSOLVER's eigenvalues may be captured: undocumented, and not yet tried on a GPU.
  bool vendor_eigen_in_captures = false;
  int jacobi_sweeps = most_sweeps;
};

/// Partial sums that `sum` may leave in between.
inline constexpr std::int64_t most_partial_sums = 1024;

struct backend<cuda>::state {
  int device = 0;
  cudaStream_t stream = nullptr;
  device_allocator* allocator = nullptr;
  kernel_choices choices;
  memory_source memory() const { return {device, stream, allocator}; }

  // Destroyed from the last to the first: handles before the memory they use.
  stream_handle own_stream;
  device_memory faults, partial_sums, blas_workspace;
  device_memory again;  // std::int64_t: slices of vendors that were decomposed again
  std::weak_ptr<device_memory> scratch_area;
  blas_handle blas;
  solver_handle solver;  // made with the first plan that needs it
  solver_params solver_options;

  /// Scratch of at least `bytes` bytes, shared by all plans of the context.
  std::shared_ptr<device_memory> scratch(std::size_t bytes);
  cusolverDnHandle_t make_solver();
};

/// Offsets of parts of a scratch area, each aligned to 256 bytes.
class scratch_layout {
 public:
  std::size_t add(std::size_t bytes) {
    const std::size_t offset = bytes_;
    bytes_ += (bytes + 255) / 256 * 256;
    return offset;
  }
  template <class E>
  std::size_t add(std::int64_t count) {
    return add(static_cast<std::size_t>(count) * sizeof(E));
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};
template <class E>
E* part_of(const device_memory& area, std::size_t offset) {
  return reinterpret_cast<E*>(static_cast<unsigned char*>(area.data()) + offset);
}

/// The architectures that the kernels were compiled for.
extern const char* const built_architectures;

/// Runs a kernel that leaves a mark. Waits. Throws `device_error` with the device and the built
/// architectures when the mark is not there.
void run_canary(const memory_source& source);

}  // namespace tubal::detail
