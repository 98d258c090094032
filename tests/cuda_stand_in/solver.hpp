// What the cuSOLVER entry points of the stand-in share.
#pragma once

#include <cusolverDn.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/primitives/batch.hpp"
#include "host/lapack.hpp"
#include "machine.hpp"

struct cusolverDnContext {
  int device = 0;
  cudaStream_t stream = nullptr;
};
struct cusolverDnParams {};

namespace stand_in {

namespace lapack = tubal::detail::lapack;
using complex_float = std::complex<float>;
using complex_double = std::complex<double>;

inline std::set<void*>& alive() {
  static auto* all = new std::set<void*>;
  return *all;
}

#define ENTER_SOLVER(handle)                                          \
  STAND_IN_ENTER(solver, cusolverStatus_t);                           \
  if (!require(alive().contains(handle), __func__, "no such handle")) \
  return CUSOLVER_STATUS_NOT_INITIALIZED

inline constexpr std::size_t host_bytes = 40;

inline bool ready(const char* who, cusolverDnHandle_t h) {
  return require(h->device == current_device(), who, "handle of another device") &&
         require(h->stream, who, "stream must be set before") && usable(who, h->stream);
}

/// The caller's workspaces, as large as was said.
struct workspaces {
  void* device;
  std::size_t device_bytes;
  void* on_host;
  std::size_t host_size;

  bool valid(const char* who, std::size_t wanted, std::size_t wanted_on_host) const {
    return require(device_bytes >= wanted && host_size >= wanted_on_host, who, "workspace size") &&
           on_device(who, device, device_bytes) &&
           require(!in_device_memory(on_host), who, "host workspace on the device");
  }
  void use() const {
    scribble(device, device_bytes);
    scribble(on_host, host_size);
  }
};

template <class E>
bool matrix(const char* who, const E* a, std::int64_t rows, std::int64_t cols, std::int64_t ld,
            std::int64_t count = 1) {
  return require(rows > 0 && cols > 0 && count > 0, who, "empty") &&
         require(ld >= rows, who, "leading dimension") &&
         require(reinterpret_cast<std::uintptr_t>(a) % sizeof(E) == 0, who, "alignment") &&
         on_device(who, a, static_cast<std::size_t>(ld * cols * count) * sizeof(E));
}

/// The real routines may never return from NaN and Inf.
template <class E>
void require_finite(const char* who, const E* a, std::int64_t rows, std::int64_t cols,
                    std::int64_t ld, bool lower) {
  for (std::int64_t j = 0; j < cols; ++j)
    for (std::int64_t i = lower ? j : 0; i < rows; ++i)
      if (!require(std::isfinite(std::abs(a[i + j * ld])), who, "NaN or Inf")) return;
}

template <class E>
using real = tubal::detail::real_of<E>;

template <class F>
cusolverStatus_t by_type(cudaDataType type, F run) {
  switch (type) {
    case CUDA_R_32F:
      return run(float());
    case CUDA_R_64F:
      return run(double());
    case CUDA_C_32F:
      return run(complex_float());
    case CUDA_C_64F:
      return run(complex_double());
    default:
      violate("cuSOLVER: a data type that is not imitated");
  }
  return CUSOLVER_STATUS_INVALID_VALUE;
}
inline int as_int(std::int64_t n) { return static_cast<int>(n); }

}  // namespace stand_in
