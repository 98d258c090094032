// Vendor calls, checked: a bad status becomes a typed exception that names call, status and sizes.
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cufft.h>
#include <cusolverDn.h>

#include <cstdint>
#include <initializer_list>
#include <utility>

namespace tubal::detail {

/// What a call worked on, for the message; `slice` when it was one of a batch.
struct call {
  const char* name;
  std::initializer_list<std::int64_t> sizes = {};
  std::int64_t slice = -1;
};

/// Return when the status is a success. Throw `out_of_memory`, `device_error` (no device, or one
/// that has failed for good) or `backend_error`.
void check(cudaError_t status, const call& made);
void check(cublasStatus_t status, const call& made);
void check(cufftResult status, const call& made);
void check(cusolverStatus_t status, const call& made);

/// The value as the 32-bit argument of a call. Throws `argument_error` when it does not fit.
int narrow(std::int64_t value, const call& made);
/// A number of bytes that a vendor asks for. Throws `argument_error` above 2^48.
std::size_t require_possible(std::size_t bytes, const call& made);

/// Owns a vendor handle.
template <class H, auto destroy>
class handle {
 public:
  handle() = default;
  /// Takes over what a creating call gave.
  explicit handle(H made) : handle_(made), owned_(true) {}
  handle(handle&& other) noexcept
      : handle_(std::exchange(other.handle_, {})), owned_(std::exchange(other.owned_, false)) {}
  handle& operator=(handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  ~handle() {
    if (owned_) static_cast<void>(destroy(handle_));
  }

  H get() const { return handle_; }
  explicit operator bool() const { return owned_; }

 private:
  H handle_{};
  bool owned_ = false;
};

/// `make(&handle, more...)`, checked.
template <class Handle, class Make, class... More>
Handle create(const call& made, Make make, More... more) {
  auto raw = Handle().get();
  check(make(&raw, more...), made);
  return Handle(raw);
}

using stream_handle = handle<cudaStream_t, cudaStreamDestroy>;
using graph_handle = handle<cudaGraph_t, cudaGraphDestroy>;
using graph_exec_handle = handle<cudaGraphExec_t, cudaGraphExecDestroy>;
using blas_handle = handle<cublasHandle_t, cublasDestroy_v2>;
using fft_handle = handle<cufftHandle, cufftDestroy>;
using solver_handle = handle<cusolverDnHandle_t, cusolverDnDestroy>;
using solver_params = handle<cusolverDnParams_t, cusolverDnDestroyParams>;

}  // namespace tubal::detail
