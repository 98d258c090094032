// The sensing step: two matrix-vector products.
#include "cuda/context.hpp"
#include "cuda/slices.hpp"

namespace tubal::detail {
namespace {

cublasStatus_t gemv(cublasHandle_t blas, cublasOperation_t o, std::int64_t rows, std::int64_t cols,
                    const double* a, const double* x, double beta, double* y) {
  const double one = 1;
  return cublasDgemv_v2_64(blas, o, rows, cols, &one, a, rows, x, 1, &beta, y, 1);
}
cublasStatus_t gemv(cublasHandle_t blas, cublasOperation_t o, std::int64_t rows, std::int64_t cols,
                    const float* a, const float* x, float beta, float* y) {
  const float one = 1;
  return cublasSgemv_v2_64(blas, o, rows, cols, &one, a, rows, x, 1, &beta, y, 1);
}

}  // namespace

template <class T>
void backend<cuda>::sensing_plan<T>::execute(const T* a, const T* x, const T* y, T* residual,
                                             T* z) {
  state& s = backend_->internals();
  const device_guard guard(s.device);
  if (residual != y) backend_->copy(residual, y, static_cast<std::size_t>(m_) * sizeof(T));
  if (m_ == 0 || n_ == 0) {
    scale_entries(s.stream, contiguous(residual, m_, 1, 1), T(-1));
    scale_entries(s.stream, contiguous(z, n_, 1, 1), T(0));
    return;
  }
  // For cuBLAS, A is N x m and column-major: its transpose gives A x.
  check(gemv(s.blas.get(), CUBLAS_OP_T, n_, m_, a, x, T(-1), residual),
        {"cublasGemv_64, A x - y", {m_, n_}});
  check(gemv(s.blas.get(), CUBLAS_OP_N, n_, m_, a, residual, T(0), z),
        {"cublasGemv_64, A^T residual", {m_, n_}});
}

template class backend<cuda>::sensing_plan<float>;
template class backend<cuda>::sensing_plan<double>;

}  // namespace tubal::detail
