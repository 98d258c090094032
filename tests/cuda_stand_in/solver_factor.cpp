// QR, LU and Cholesky of cuSOLVER, as far as src/cuda uses them, on the LAPACK of the host.
#include <limits>

#include "solver.hpp"

using namespace stand_in;

extern "C" {
#define DECLARE(P, Q, E)                                                                        \
  void P##geqrf_(const int*, const int*, E*, const int*, E*, E*, const int*, int*);             \
  void P##Q##gqr_(const int*, const int*, const int*, E*, const int*, const E*, E*, const int*, \
                  int*);
DECLARE(s, or, float)
DECLARE(d, or, double)
DECLARE(c, un, complex_float)
DECLARE(z, un, complex_double)
}

namespace {

#define OVERLOAD(P, Q, E)                                                               \
  void geqrf(int m, int n, E* a, int lda, E* tau, E* work, int size, int* info) {       \
    P##geqrf_(&m, &n, a, &lda, tau, work, &size, info);                                 \
  }                                                                                     \
  void orgqr(int m, int n, E* a, int lda, const E* tau, E* work, int size, int* info) { \
    P##Q##gqr_(&m, &n, &n, a, &lda, tau, work, &size, info);                            \
  }
OVERLOAD(s, or, float)
OVERLOAD(d, or, double)
OVERLOAD(c, un, complex_float)
OVERLOAD(z, un, complex_double)

// ---- sizes of workspaces: odd on purpose; nonsense where those of the real ones are
/// "OOM: 1EB" above 2^31 entries: github.com/pytorch/pytorch/issues/134326.
std::size_t qr_bytes(std::int64_t m, std::int64_t n) {
  if (m * n > std::numeric_limits<int>::max()) return std::size_t{1} << 60;
  return static_cast<std::size_t>((m + n) * 16 + 56);
}
/// "silently goes negative beyond ~16M rows": github.com/JuliaGPU/CUDA.jl/pull/3258.
int orgqr_elements(int m, int n) { return m > 1 << 24 ? -m : m + 3 * n + 1; }
std::size_t lu_bytes(std::int64_t m, std::int64_t n) {
  return static_cast<std::size_t>((m + 2 * n) * 8 + 72);
}
std::size_t cholesky_bytes(std::int64_t n) { return static_cast<std::size_t>(n * 24 + 88); }

template <class E>
cusolverStatus_t form_q(const char* who, cusolverDnHandle_t h, int m, int n, int k, E* a, int lda,
                        const E* tau, E* work, int size, int* info) {
  if (!ready(who, h) || !require(m >= n && n == k && lda == m, who, "not imitated") ||
      !matrix(who, a, m, n, lda) || !matrix(who, tau, k, 1, k) || !matrix(who, info, 1, 1, 1) ||
      !require(size >= orgqr_elements(m, n), who, "workspace size") ||
      !matrix(who, work, size, 1, size))
    return CUSOLVER_STATUS_INVALID_VALUE;
  record(h->stream, [=] {
    scribble(work, static_cast<std::size_t>(size) * sizeof(E));
    std::vector<E> own(static_cast<std::size_t>(64 * n));
    orgqr(m, n, a, lda, tau, own.data(), 64 * n, info);
  });
  return CUSOLVER_STATUS_SUCCESS;
}

}  // namespace

// ---- QR
cusolverStatus_t cusolverDnXgeqrf_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                             int64_t m, int64_t n, cudaDataType, const void*,
                                             int64_t, cudaDataType, const void*, cudaDataType,
                                             size_t* on_device_bytes, size_t* on_host_bytes) {
  ENTER_SOLVER(handle);
  require(alive().contains(params), __func__, "no such parameters");
  *on_device_bytes = qr_bytes(m, n);
  *on_host_bytes = host_bytes;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnXgeqrf(cusolverDnHandle_t handle, cusolverDnParams_t params, int64_t m,
                                  int64_t n, cudaDataType type, void* a, int64_t lda, cudaDataType,
                                  void* tau, cudaDataType compute, void* device,
                                  size_t device_bytes, void* on_host, size_t host_size, int* info) {
  ENTER_SOLVER(handle);
  const char* who = __func__;
  const workspaces work{device, device_bytes, on_host, host_size};
  return by_type(type, [&](auto element) {
    using E = decltype(element);
    if (!ready(who, handle) || !require(alive().contains(params), who, "no such parameters") ||
        !require(lda == m && m >= n && compute == type, who, "not imitated") ||
        !matrix(who, static_cast<E*>(a), m, n, lda) ||
        !matrix(who, static_cast<E*>(tau), n, 1, n) || !matrix(who, info, 1, 1, 1) ||
        !work.valid(who, qr_bytes(m, n), host_bytes))
      return CUSOLVER_STATUS_INVALID_VALUE;
    record(handle->stream, [=] {
      work.use();
      std::vector<E> own(static_cast<std::size_t>(64 * n));
      geqrf(as_int(m), as_int(n), static_cast<E*>(a), as_int(lda), static_cast<E*>(tau), own.data(),
            as_int(64 * n), info);
    });
    return CUSOLVER_STATUS_SUCCESS;
  });
}

#define PER_TYPE(V, E, ORGQR)                                                                   \
  cusolverStatus_t cusolverDn##ORGQR##_bufferSize(cusolverDnHandle_t handle, int m, int n, int, \
                                                  const V*, int, const V*, int* elements) {     \
    ENTER_SOLVER(handle);                                                                       \
    *elements = orgqr_elements(m, n);                                                           \
    return CUSOLVER_STATUS_SUCCESS;                                                             \
  }                                                                                             \
  cusolverStatus_t cusolverDn##ORGQR(cusolverDnHandle_t handle, int m, int n, int k, V* a,      \
                                     int lda, const V* tau, V* work, int size, int* info) {     \
    ENTER_SOLVER(handle);                                                                       \
    return form_q(__func__, handle, m, n, k, reinterpret_cast<E*>(a), lda,                      \
                  reinterpret_cast<const E*>(tau), reinterpret_cast<E*>(work), size, info);     \
  }
PER_TYPE(float, float, Sorgqr)
PER_TYPE(double, double, Dorgqr)
PER_TYPE(cuComplex, complex_float, Cungqr)
PER_TYPE(cuDoubleComplex, complex_double, Zungqr)

// ---- LU
cusolverStatus_t cusolverDnXgetrf_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                             int64_t m, int64_t n, cudaDataType, const void*,
                                             int64_t, cudaDataType, size_t* on_device_bytes,
                                             size_t* on_host_bytes) {
  ENTER_SOLVER(handle);
  require(alive().contains(params), __func__, "no such parameters");
  *on_device_bytes = lu_bytes(m, n);
  *on_host_bytes = host_bytes;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnXgetrf(cusolverDnHandle_t handle, cusolverDnParams_t params, int64_t m,
                                  int64_t n, cudaDataType type, void* a, int64_t lda,
                                  int64_t* pivots, cudaDataType compute, void* device,
                                  size_t device_bytes, void* on_host, size_t host_size, int* info) {
  ENTER_SOLVER(handle);
  const char* who = __func__;
  const workspaces work{device, device_bytes, on_host, host_size};
  return by_type(type, [&](auto element) {
    using E = decltype(element);
    auto* slice = static_cast<E*>(a);
    const std::int64_t q = std::min(m, n);
    if (!ready(who, handle) || !require(alive().contains(params), who, "no such parameters") ||
        !require(pivots && compute == type, who, "not imitated") ||
        !matrix(who, slice, m, n, lda) || !matrix(who, pivots, q, 1, q) ||
        !matrix(who, info, 1, 1, 1) || !work.valid(who, lu_bytes(m, n), host_bytes))
      return CUSOLVER_STATUS_INVALID_VALUE;
    record(handle->stream, [=] {
      work.use();
      require_finite(who, slice, m, n, lda, false);
      std::vector<int> narrow(static_cast<std::size_t>(q));
      *info = lapack::getrf(as_int(m), as_int(n), slice, as_int(lda), narrow.data());
      std::copy(narrow.begin(), narrow.end(), pivots);
    });
    return CUSOLVER_STATUS_SUCCESS;
  });
}

// ---- Cholesky
cusolverStatus_t cusolverDnXpotrf_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                             cublasFillMode_t, int64_t n, cudaDataType, const void*,
                                             int64_t, cudaDataType, size_t* on_device_bytes,
                                             size_t* on_host_bytes) {
  ENTER_SOLVER(handle);
  require(alive().contains(params), __func__, "no such parameters");
  *on_device_bytes = cholesky_bytes(n);
  *on_host_bytes = host_bytes;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnXpotrf(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                  cublasFillMode_t fill, int64_t n, cudaDataType type, void* a,
                                  int64_t lda, cudaDataType compute, void* device,
                                  size_t device_bytes, void* on_host, size_t host_size, int* info) {
  ENTER_SOLVER(handle);
  const char* who = __func__;
  const workspaces work{device, device_bytes, on_host, host_size};
  return by_type(type, [&](auto element) {
    using E = decltype(element);
    auto* slice = static_cast<E*>(a);
    if (!ready(who, handle) || !require(alive().contains(params), who, "no such parameters") ||
        !require(fill == CUBLAS_FILL_MODE_LOWER && compute == type, who, "not imitated") ||
        !matrix(who, slice, n, n, lda) || !matrix(who, info, 1, 1, 1) ||
        !work.valid(who, cholesky_bytes(n), host_bytes))
      return CUSOLVER_STATUS_INVALID_VALUE;
    record(handle->stream, [=] {
      work.use();
      require_finite(who, slice, n, n, lda, true);
      *info = lapack::potrf(as_int(n), slice, as_int(lda));
      for (std::int64_t j = 1; j < n; ++j)  // whatever is above the diagonal is the routine's
        scribble(slice + j * lda, static_cast<std::size_t>(j) * sizeof(E));
    });
    return CUSOLVER_STATUS_SUCCESS;
  });
}
