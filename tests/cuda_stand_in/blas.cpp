// The cuBLAS entry points that src/cuda uses, on the BLAS of the host.
#include <cublas_v2.h>

#include <algorithm>
#include <complex>
#include <cstdlib>

#include "host/lapack.hpp"
#include "machine.hpp"

using namespace stand_in;

struct cublasContext {
  int device = 0;
  cudaStream_t stream = nullptr;
  void* workspace = nullptr;  // of the caller; gone when the stream is set
  std::size_t workspace_bytes = 0;
  bool modes[3] = {};  // math, atomics, pointers
};

namespace {

namespace lapack = tubal::detail::lapack;
std::set<cublasHandle_t>& handles() {
  static auto* all = new std::set<cublasHandle_t>;
  return *all;
}

#define ENTER_BLAS(handle)                                              \
  STAND_IN_ENTER(blas, cublasStatus_t);                                 \
  if (!require(handles().contains(handle), __func__, "no such handle")) \
  return CUBLAS_STATUS_NOT_INITIALIZED

bool ready(const char* who, cublasHandle_t h) {
  return require(h->device == current_device(), who, "handle of another device") &&
         require(h->stream && h->workspace, who, "stream and then workspace must be set before") &&
         require(h->modes[0] && h->modes[1] && h->modes[2], who, "modes must be set before") &&
         usable(who, h->stream) && on_device(who, h->workspace, h->workspace_bytes);
}

/// Matrices in device memory.
template <class E>
struct matrices {
  E* data;
  std::int64_t rows, cols, ld, stride, count;

  std::size_t bytes() const {
    if (rows == 0 || cols == 0 || count == 0) return 0;
    return static_cast<std::size_t>((count - 1) * stride + (cols - 1) * ld + rows) * sizeof(E);
  }
  bool valid(const char* who, bool output) const {
    return require(ld >= std::max<std::int64_t>(1, rows), who, "leading dimension") &&
           require(stride >= 0 && (!output || count < 2 || stride >= (cols - 1) * ld + rows), who,
                   "stride") &&
           require(reinterpret_cast<std::uintptr_t>(data) % sizeof(E) == 0, who, "alignment") &&
           on_device(who, data, bytes());
  }
  template <class F>
  bool apart(const char* who, const matrices<F>& other) const {
    const auto a = reinterpret_cast<std::uintptr_t>(data);
    const auto b = reinterpret_cast<std::uintptr_t>(other.data);
    return require(a + bytes() <= b || b + other.bytes() <= a, who, "output overlaps an input");
  }
};

char letter(cublasOperation_t o) { return o == CUBLAS_OP_N ? 'N' : o == CUBLAS_OP_T ? 'T' : 'C'; }
int as_int(std::int64_t n) { return static_cast<int>(n); }
template <class E>
matrices<const E> stored(cublasOperation_t o, const E* a, std::int64_t m, std::int64_t n,
                         std::int64_t ld, std::int64_t stride, std::int64_t count) {
  return o == CUBLAS_OP_N ? matrices<const E>{a, m, n, ld, stride, count}
                          : matrices<const E>{a, n, m, ld, stride, count};
}

template <class E>
cublasStatus_t gemm(const char* who, cublasHandle_t h, cublasOperation_t oa, cublasOperation_t ob,
                    std::int64_t m, std::int64_t n, std::int64_t k, E alpha, const E* a,
                    std::int64_t lda, std::int64_t sa, const E* b, std::int64_t ldb,
                    std::int64_t sb, E beta, E* c, std::int64_t ldc, std::int64_t sc,
                    std::int64_t count) {
  const auto in_a = stored(oa, a, m, k, lda, sa, count), in_b = stored(ob, b, k, n, ldb, sb, count);
  const matrices<E> out{c, m, n, ldc, sc, count};
  if (!ready(who, h) || !require(m > 0 && n > 0 && k > 0 && count > 0, who, "empty") ||
      !in_a.valid(who, false) || !in_b.valid(who, false) || !out.valid(who, true) ||
      !out.apart(who, in_a) || !out.apart(who, in_b))
    return CUBLAS_STATUS_INVALID_VALUE;
  record(h->stream, [=, work = h->workspace, bytes = h->workspace_bytes] {
    scribble(work, std::min<std::size_t>(bytes, 4096));
    for (std::int64_t i = 0; i < count; ++i)
      lapack::gemm(letter(oa), letter(ob), as_int(m), as_int(n), as_int(k), alpha, a + i * sa,
                   as_int(lda), b + i * sb, as_int(ldb), beta, c + i * sc, as_int(ldc));
  });
  return CUBLAS_STATUS_SUCCESS;
}

template <class E, class T>
cublasStatus_t rank_k(const char* who, cublasHandle_t h, cublasFillMode_t fill, cublasOperation_t o,
                      std::int64_t n, std::int64_t k, T alpha, const E* a, std::int64_t lda, T beta,
                      E* c, std::int64_t ldc) {
  const auto in = stored(o, a, n, k, lda, 0, 1);
  const matrices<E> out{c, n, n, ldc, 0, 1};
  if (!ready(who, h) ||
      !require(fill == CUBLAS_FILL_MODE_LOWER && o == CUBLAS_OP_N && alpha == 1 && beta == 0 &&
                   n > 0 && k > 0,
               who, "not imitated") ||
      !in.valid(who, false) || !out.valid(who, true) || !out.apart(who, in))
    return CUBLAS_STATUS_INVALID_VALUE;
  record(h->stream, [=] { lapack::herk(as_int(n), as_int(k), a, as_int(lda), c, as_int(ldc)); });
  return CUBLAS_STATUS_SUCCESS;
}

template <class E>
cublasStatus_t gemv(const char* who, cublasHandle_t h, cublasOperation_t o, std::int64_t m,
                    std::int64_t n, E alpha, const E* a, std::int64_t lda, const E* x,
                    std::int64_t step_x, E beta, E* y, std::int64_t step_y) {
  const std::int64_t in_size = o == CUBLAS_OP_N ? n : m, out_size = o == CUBLAS_OP_N ? m : n;
  const matrices<const E> matrix{a, m, n, lda, 0, 1};
  const matrices<const E> in{x, in_size, 1, in_size, 0, 1};
  const matrices<E> out{y, out_size, 1, out_size, 0, 1};
  if (!ready(who, h) || !require(step_x == 1 && step_y == 1, who, "not imitated") ||
      !require(m > 0 && n > 0, who, "empty") || !matrix.valid(who, false) ||
      !in.valid(who, false) || !out.valid(who, true) || !out.apart(who, matrix) ||
      !out.apart(who, in))
    return CUBLAS_STATUS_INVALID_VALUE;
  record(h->stream,
         [=] { lapack::gemv(letter(o), as_int(m), as_int(n), alpha, a, as_int(lda), x, beta, y); });
  return CUBLAS_STATUS_SUCCESS;
}

template <class E>
cublasStatus_t triangular(const char* who, cublasHandle_t h, cublasSideMode_t side,
                          cublasFillMode_t fill, cublasOperation_t o, cublasDiagType_t diagonal,
                          std::int64_t m, std::int64_t n, E alpha, const E* a, std::int64_t lda,
                          E* b, std::int64_t ldb) {
  const matrices<const E> in{a, m, m, lda, 0, 1};
  const matrices<E> out{b, m, n, ldb, 0, 1};
  if (!ready(who, h) || !require(side == CUBLAS_SIDE_LEFT && alpha == E(1), who, "not imitated") ||
      !require(m > 0 && n > 0, who, "empty") || !in.valid(who, false) || !out.valid(who, true) ||
      !out.apart(who, in))
    return CUBLAS_STATUS_INVALID_VALUE;
  const char half = fill == CUBLAS_FILL_MODE_LOWER ? 'L' : 'U';
  const char ones = diagonal == CUBLAS_DIAG_UNIT ? 'U' : 'N';
  record(h->stream, [=, work = h->workspace, bytes = h->workspace_bytes] {
    scribble(work, std::min<std::size_t>(bytes, 4096));
    lapack::trsm(half, letter(o), ones, as_int(m), as_int(n), a, as_int(lda), b, as_int(ldb));
  });
  return CUBLAS_STATUS_SUCCESS;
}

using complex_float = std::complex<float>;
using complex_double = std::complex<double>;

}  // namespace

// ---- life
cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  STAND_IN_ENTER(blas, cublasStatus_t);
  *handle = new cublasContext{current_device(), nullptr, nullptr, 0, {}};
  handles().insert(*handle);
  count_handle(1);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  const entry here(library::blas, __func__);
  if (!require(handles().erase(handle) == 1, __func__, "no such handle"))
    return CUBLAS_STATUS_NOT_INITIALIZED;
  run_everything();
  count_handle(-1);
  delete handle;
  return static_cast<cublasStatus_t>(here.status());
}
cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  ENTER_BLAS(handle);
  if (!usable(__func__, stream)) return CUBLAS_STATUS_INVALID_VALUE;
  handle->stream = stream;
  handle->workspace = nullptr;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace, size_t bytes) {
  ENTER_BLAS(handle);
  require(handle->stream, __func__, "setting the stream afterwards takes the workspace away");
  require(reinterpret_cast<std::uintptr_t>(workspace) % 256 == 0, __func__, "alignment");
  if (!on_device(__func__, workspace, bytes)) return CUBLAS_STATUS_INVALID_VALUE;
  handle->workspace = workspace;
  handle->workspace_bytes = bytes;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  ENTER_BLAS(handle);
  // which the environment cannot change
  const bool asked = std::getenv("CUBLAS_EMULATE_DOUBLE_PRECISION") != nullptr;
  require(mode == (asked ? CUBLAS_PEDANTIC_MATH : CUBLAS_DEFAULT_MATH), __func__,
          "reduced precision");
  handle->modes[0] = true;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t mode) {
  ENTER_BLAS(handle);
  require(mode == CUBLAS_ATOMICS_NOT_ALLOWED, __func__, "results would differ between runs");
  handle->modes[1] = true;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetPointerMode_v2(cublasHandle_t handle, cublasPointerMode_t mode) {
  ENTER_BLAS(handle);
  require(mode == CUBLAS_POINTER_MODE_HOST, __func__, "not imitated");
  handle->modes[2] = true;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasGetVersion_v2(cublasHandle_t handle, int* version) {
  ENTER_BLAS(handle);
  *version = CUBLAS_VERSION;
  return CUBLAS_STATUS_SUCCESS;
}
const char* cublasGetStatusName(cublasStatus_t) { return "a status of cuBLAS"; }

// ---- products. V: the vendor's element type, E: its own
#define PRODUCTS(P, V, E)                                                                          \
  cublasStatus_t cublas##P##gemmStridedBatched_64(                                                 \
      cublasHandle_t handle, cublasOperation_t oa, cublasOperation_t ob, int64_t m, int64_t n,     \
      int64_t k, const V* alpha, const V* a, int64_t lda, long long int sa, const V* b,            \
      int64_t ldb, long long int sb, const V* beta, V* c, int64_t ldc, long long int sc,           \
      int64_t count) {                                                                             \
    ENTER_BLAS(handle);                                                                            \
    return gemm<E>(__func__, handle, oa, ob, m, n, k, *reinterpret_cast<const E*>(alpha),          \
                   reinterpret_cast<const E*>(a), lda, sa, reinterpret_cast<const E*>(b), ldb, sb, \
                   *reinterpret_cast<const E*>(beta), reinterpret_cast<E*>(c), ldc, sc, count);    \
  }
PRODUCTS(S, float, float)
PRODUCTS(D, double, double)
PRODUCTS(C, cuComplex, complex_float)
PRODUCTS(Z, cuDoubleComplex, complex_double)

#define RANK_K(NAME, V, E, T)                                                                      \
  cublasStatus_t cublas##NAME##_v2_64(cublasHandle_t handle, cublasFillMode_t fill,                \
                                      cublasOperation_t o, int64_t n, int64_t k, const T* alpha,   \
                                      const V* a, int64_t lda, const T* beta, V* c, int64_t ldc) { \
    ENTER_BLAS(handle);                                                                            \
    return rank_k(__func__, handle, fill, o, n, k, *alpha, reinterpret_cast<const E*>(a), lda,     \
                  *beta, reinterpret_cast<E*>(c), ldc);                                            \
  }
RANK_K(Ssyrk, float, float, float)
RANK_K(Dsyrk, double, double, double)
RANK_K(Cherk, cuComplex, complex_float, float)
RANK_K(Zherk, cuDoubleComplex, complex_double, double)

#define GEMV(P, E)                                                                                \
  cublasStatus_t cublas##P##gemv_v2_64(                                                           \
      cublasHandle_t handle, cublasOperation_t o, int64_t m, int64_t n, const E* alpha,           \
      const E* a, int64_t lda, const E* x, int64_t step_x, const E* beta, E* y, int64_t step_y) { \
    ENTER_BLAS(handle);                                                                           \
    return gemv(__func__, handle, o, m, n, *alpha, a, lda, x, step_x, *beta, y, step_y);          \
  }
GEMV(S, float)
GEMV(D, double)

#define TRIANGULAR(P, V, E)                                                                     \
  cublasStatus_t cublas##P##trsm_v2_64(                                                         \
      cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t fill, cublasOperation_t o, \
      cublasDiagType_t diagonal, int64_t m, int64_t n, const V* alpha, const V* a, int64_t lda, \
      V* b, int64_t ldb) {                                                                      \
    ENTER_BLAS(handle);                                                                         \
    return triangular(__func__, handle, side, fill, o, diagonal, m, n,                          \
                      *reinterpret_cast<const E*>(alpha), reinterpret_cast<const E*>(a), lda,   \
                      reinterpret_cast<E*>(b), ldb);                                            \
  }
TRIANGULAR(S, float, float)
TRIANGULAR(D, double, double)
TRIANGULAR(C, cuComplex, complex_float)
TRIANGULAR(Z, cuDoubleComplex, complex_double)
