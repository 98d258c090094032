// The cuSOLVER entry points that src/cuda uses, but for those of solver_factor.cpp, on the LAPACK
// of the host.
#include "solver.hpp"

#include <limits>

using namespace stand_in;

namespace {

template <class H>
void make(H** handle, H contents) {
  *handle = new H(contents);
  alive().insert(*handle);
  count_handle(1);
}
template <class H>
cusolverStatus_t destroy(const char* who, H* handle, int injected) {
  if (!require(alive().erase(handle) == 1, who, "no such handle"))
    return CUSOLVER_STATUS_NOT_INITIALIZED;
  run_everything();
  count_handle(-1);
  delete handle;
  return static_cast<cusolverStatus_t>(injected);
}

// ---- sizes of workspaces: odd on purpose
std::size_t eigen_bytes(std::int64_t n, std::int64_t count) {
  return static_cast<std::size_t>(n * count * 8 + 24);
}
std::size_t svd_bytes(std::int64_t m, std::int64_t n) {
  return static_cast<std::size_t>(m * n * 8 + 40);
}

template <class E>
int eigen_of(E* a, std::int64_t n, bool with_vectors, real<E>* values) {
  const int size = as_int(std::max<std::int64_t>(1, 4 * n));
  std::vector<E> work(static_cast<std::size_t>(size));
  std::vector<real<E>> rwork(static_cast<std::size_t>(3 * n));
  const int info = lapack::heev(with_vectors ? 'V' : 'N', as_int(n), a, as_int(n), values,
                                work.data(), size, rwork.data());
  if (!with_vectors) scribble(a, static_cast<std::size_t>(n * n) * sizeof(E));
  return info;
}

/// `job` as in LAPACK; a is destroyed.
template <class E>
int svd_of(char job, E* a, std::int64_t m, std::int64_t n, real<E>* values, E* u, E* vh,
           std::int64_t ldvh) {
  const int size = as_int(5 * (m + n) + 64);
  std::vector<E> work(static_cast<std::size_t>(size));
  std::vector<real<E>> rwork(static_cast<std::size_t>(5 * n));
  const int info = lapack::gesvd(job, as_int(m), as_int(n), a, as_int(m), values, u, as_int(m), vh,
                                 as_int(ldvh), work.data(), size, rwork.data());
  scribble(a, static_cast<std::size_t>(m * n) * sizeof(E));
  return info;
}

/// What is injected for a matrix: no convergence, or a result that is wrong and does not say so.
template <class E>
void spoil(spoiled how, int* info, real<E>* values, E* vectors) {
  if (how == spoiled::info) *info = 1;
  if (how == spoiled::value) values[0] *= real<E>(1.001);
  if (how == spoiled::vector) vectors[0] += E(real<E>(0.001));
  if (how == spoiled::nan) values[0] = std::numeric_limits<real<E>>::quiet_NaN();
}

}  // namespace

// ---- life
cusolverStatus_t cusolverDnCreate(cusolverDnHandle_t* handle) {
  STAND_IN_ENTER(solver, cusolverStatus_t);
  make(handle, {current_device(), nullptr});
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDestroy(cusolverDnHandle_t handle) {
  const entry here(library::solver, __func__);
  return destroy(__func__, handle, here.status());
}
cusolverStatus_t cusolverDnSetStream(cusolverDnHandle_t handle, cudaStream_t stream) {
  ENTER_SOLVER(handle);
  if (!usable(__func__, stream)) return CUSOLVER_STATUS_INVALID_VALUE;
  handle->stream = stream;
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnSetDeterministicMode(cusolverDnHandle_t handle,
                                                cusolverDeterministicMode_t mode) {
  ENTER_SOLVER(handle);
  require(mode == CUSOLVER_DETERMINISTIC_RESULTS, __func__, "results would differ between runs");
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnCreateParams(cusolverDnParams_t* params) {
  STAND_IN_ENTER(solver, cusolverStatus_t);
  make(params, {});
  return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDestroyParams(cusolverDnParams_t params) {
  const entry here(library::solver, __func__);
  return destroy(__func__, params, here.status());
}
cusolverStatus_t cusolverGetVersion(int* version) {
  STAND_IN_ENTER(solver, cusolverStatus_t);
  *version = CUSOLVER_VERSION;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnSetMathMode(cusolverDnHandle_t handle, cusolverMathMode_t mode) {
  ENTER_SOLVER(handle);
  require(mode == CUSOLVER_DEFAULT_MATH, __func__, "emulated precision");
  return CUSOLVER_STATUS_SUCCESS;
}

// ---- Hermitian eigenvalues
cusolverStatus_t cusolverDnXsyevBatched_bufferSize(cusolverDnHandle_t handle,
                                                   cusolverDnParams_t params, cusolverEigMode_t,
                                                   cublasFillMode_t, int64_t n, cudaDataType,
                                                   const void*, int64_t, cudaDataType, const void*,
                                                   cudaDataType, size_t* on_device_bytes,
                                                   size_t* on_host_bytes, int64_t count) {
  ENTER_SOLVER(handle);
  require(alive().contains(params), __func__, "no such parameters");
  *on_device_bytes = eigen_bytes(n, count);
  *on_host_bytes = host_bytes;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnXsyevBatched(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                        cusolverEigMode_t mode, cublasFillMode_t fill, int64_t n,
                                        cudaDataType type, void* a, int64_t lda, cudaDataType,
                                        void* w, cudaDataType compute, void* device,
                                        size_t device_bytes, void* on_host, size_t host_size,
                                        int* info, int64_t count) {
  ENTER_SOLVER(handle);
  const char* who = __func__;
  const workspaces work{device, device_bytes, on_host, host_size};
  return by_type(type, [&](auto element) {
    using E = decltype(element);
    auto* slices = static_cast<E*>(a);
    auto* values = static_cast<real<E>*>(w);
    if (!ready(who, handle) || !require(alive().contains(params), who, "no such parameters") ||
        !require(fill == CUBLAS_FILL_MODE_LOWER && lda == n && compute == type, who,
                 "not imitated") ||
        !require(n * n * count * static_cast<std::int64_t>(sizeof(E)) < (std::int64_t{1} << 31) ||
                     count == 1,
                 who, "too many slices in one call") ||
        !matrix(who, slices, n, n, lda, count) || !matrix(who, values, n, 1, n, count) ||
        !matrix(who, info, count, 1, count) || !work.valid(who, eigen_bytes(n, count), host_bytes))
      return CUSOLVER_STATUS_INVALID_VALUE;
    record(handle->stream, [=] {
      work.use();
      for (std::int64_t b = 0; b < count; ++b) {
        require_finite(who, slices + b * n * n, n, n, n, false);
        info[b] = eigen_of(slices + b * n * n, n, mode == CUSOLVER_EIG_MODE_VECTOR, values + b * n);
        spoil(next_matrix(), &info[b], values + b * n, slices + b * n * n);
      }
    });
    return CUSOLVER_STATUS_SUCCESS;
  });
}

// ---- singular values
cusolverStatus_t cusolverDnXgesvd_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                             signed char, signed char, int64_t m, int64_t n,
                                             cudaDataType, const void*, int64_t, cudaDataType,
                                             const void*, cudaDataType, const void*, int64_t,
                                             cudaDataType, const void*, int64_t, cudaDataType,
                                             size_t* on_device_bytes, size_t* on_host_bytes) {
  ENTER_SOLVER(handle);
  require(alive().contains(params), __func__, "no such parameters");
  *on_device_bytes = svd_bytes(m, n);
  *on_host_bytes = host_bytes;
  return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnXgesvd(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                  signed char job_u, signed char job_v, int64_t m, int64_t n,
                                  cudaDataType type, void* a, int64_t lda, cudaDataType, void* s,
                                  cudaDataType, void* u, int64_t ldu, cudaDataType, void* vh,
                                  int64_t ldvh, cudaDataType compute, void* device,
                                  size_t device_bytes, void* on_host, size_t host_size, int* info) {
  ENTER_SOLVER(handle);
  const char* who = __func__;
  const workspaces work{device, device_bytes, on_host, host_size};
  return by_type(type, [&](auto element) {
    using E = decltype(element);
    const bool with_vectors = job_u == 'S';
    if (spoil_captures()) return CUSOLVER_STATUS_INTERNAL_ERROR;  // it may wait
    if (!ready(who, handle) || !require(alive().contains(params), who, "no such parameters") ||
        !require(m >= n && job_u == job_v && (with_vectors || job_u == 'N') && lda == m &&
                     ldu == m && ldvh == n && compute == type,
                 who, "a wide matrix, or not imitated") ||
        !matrix(who, static_cast<E*>(a), m, n, lda) ||
        !matrix(who, static_cast<real<E>*>(s), n, 1, n) || !matrix(who, info, 1, 1, 1) ||
        (with_vectors && !(matrix(who, static_cast<E*>(u), m, n, ldu) &&
                           matrix(who, static_cast<E*>(vh), n, n, ldvh))) ||
        !work.valid(who, svd_bytes(m, n), host_bytes))
      return CUSOLVER_STATUS_INVALID_VALUE;
    record(handle->stream, [=] {
      work.use();
      require_finite(who, static_cast<E*>(a), m, n, m, false);
      *info = svd_of(static_cast<char>(job_u), static_cast<E*>(a), m, n, static_cast<real<E>*>(s),
                     static_cast<E*>(u), static_cast<E*>(vh), ldvh);
      spoil(next_matrix(), info, static_cast<real<E>*>(s), static_cast<E*>(with_vectors ? vh : a));
    });
    return CUSOLVER_STATUS_SUCCESS;
  });
}
