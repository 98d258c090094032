// Element types as cuSOLVER names them, and the routines that it has once per type.
#pragma once

#include <cuComplex.h>

#include <tubal/error.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "cuda/context.hpp"
#include "cuda/kernels/jacobi.hpp"
#include "cuda/kernels/slices.hpp"

namespace tubal::detail {

template <class E>
constexpr cudaDataType data_type = CUDA_R_64F;
template <>
inline constexpr cudaDataType data_type<float> = CUDA_R_32F;
template <>
inline constexpr cudaDataType data_type<std::complex<float>> = CUDA_C_32F;
template <>
inline constexpr cudaDataType data_type<std::complex<double>> = CUDA_C_64F;

// One name over cusolverDnSorgqr, cusolverDnCungqr, ...; the arguments as there, E for the vendor's
// element type.
#define TUBAL_SOLVER_ROUTINES(E, V, ORGQR)                                                        \
  inline cusolverStatus_t orgqr_size(cusolverDnHandle_t h, int m, int n, const E* a, int* work) { \
    const auto* v = reinterpret_cast<const V*>(a);                                                \
    return cusolverDn##ORGQR##_bufferSize(h, m, n, n, v, m, v, work);                             \
  }                                                                                               \
  inline cusolverStatus_t orgqr(cusolverDnHandle_t h, int m, int n, E* a, const E* tau, E* work,  \
                                int size, int* info) {                                            \
    return cusolverDn##ORGQR(h, m, n, n, reinterpret_cast<V*>(a), m,                              \
                             reinterpret_cast<const V*>(tau), reinterpret_cast<V*>(work), size,   \
                             info);                                                               \
  }
TUBAL_SOLVER_ROUTINES(float, float, Sorgqr)
TUBAL_SOLVER_ROUTINES(double, double, Dorgqr)
TUBAL_SOLVER_ROUTINES(std::complex<float>, cuComplex, Cungqr)
TUBAL_SOLVER_ROUTINES(std::complex<double>, cuDoubleComplex, Zungqr)
#undef TUBAL_SOLVER_ROUTINES

/// A vendor's work on the device (an offset in the scratch area) and on the host.
struct solver_work {
  std::size_t offset = 0;
  std::size_t device_bytes = 0;
  std::vector<unsigned char> on_host;
  /// Throws `argument_error` for sizes that no memory has: an overflow in the vendor's query.
  void set(const call& made, std::size_t bytes, std::size_t host_bytes) {
    device_bytes = require_possible(bytes, made);
    on_host.resize(require_possible(host_bytes, made));
  }
  void* host_data() { return on_host.empty() ? nullptr : on_host.data(); }
};

/// Throws `backend_error` while the stream is captured.
inline void refuse_capture(cudaStream_t stream, const char* what) {
  cudaStreamCaptureStatus status{};
  check(cudaStreamIsCapturing(stream, &status), {"cudaStreamIsCapturing"});
  if (status != cudaStreamCaptureStatusNone)
    throw backend_error(std::string(what) + " of slices above " + std::to_string(largest_small) +
                        " x " + std::to_string(largest_small) + " cannot be captured");
}

/// What every factorisation holds.
template <class E>
struct factor_state {
  explicit factor_state(backend<cuda>& b) : owner(b.internals()) {}
  factor_state(const factor_state&) = delete;
  ~factor_state() {
    if (work.on_host.empty()) return;
    const device_guard guard(owner.device);
    static_cast<void>(cudaStreamSynchronize(owner.stream));  // enqueued work may use `on_host`
  }

  backend<cuda>::state& owner;
  std::shared_ptr<device_memory> scratch;
  std::size_t copy = 0, scale = 0, info = 0;  // offsets
  std::size_t check_work = 0, again_matrices = 0, again_reals = 0;
  solver_work work;
  scratch_layout layout;

  /// Staged slices, their scales and the vendor's information.
  void add_slices(std::int64_t size, std::int64_t count) {
    copy = layout.add<E>(size * count);
    scale = layout.add<double>(count);
    info = layout.add<int>(count);
  }
  /// For a check of the vendor's result, and another attempt.
  void add_check(std::int64_t rows, std::int64_t cols, std::int64_t count, std::int64_t elements) {
    check_work = layout.add<double>(check_reals(rows, cols) * count);
    again_matrices = layout.add<E>(elements);
    again_reals = layout.add<double>(std::min(rows, cols));
  }
  repetition<E> again() const {
    return {at<int>(info), at<E>(again_matrices), at<double>(again_reals),
            static_cast<std::int64_t*>(owner.again.data())};
  }
  void allocate() { scratch = owner.scratch(layout.bytes()); }

  template <class P>
  P* at(std::size_t offset) const {
    return part_of<P>(*scratch, offset);
  }
  outcome result(double* fault) const {
    return {at<double>(scale), at<int>(info), fault, is_complex<E>};
  }
  double* slot(fault f) const {
    return static_cast<double*>(owner.faults.data()) + static_cast<int>(f);
  }
};

}  // namespace tubal::detail
