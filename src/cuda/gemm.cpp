// Slice products and triangular solves: cuBLAS, products of all slices in one call.
#include "cuda/context.hpp"
#include "cuda/kernels/slices.hpp"
#include "cuda/kernels/small.hpp"

namespace tubal::detail {
namespace {

// From this order on, one rank-k update per slice fills the device, at half the work of a product.
constexpr std::int64_t large_gram = 512;

cublasOperation_t of(op o) { return o == op::none ? CUBLAS_OP_N : CUBLAS_OP_C; }

// What cuBLAS calls the element types.
float* vendor(float* p) { return p; }
double* vendor(double* p) { return p; }
cuComplex* vendor(std::complex<float>* p) { return reinterpret_cast<cuComplex*>(p); }
cuDoubleComplex* vendor(std::complex<double>* p) { return reinterpret_cast<cuDoubleComplex*>(p); }
template <class E>
const auto* vendor(const E* p) {
  return vendor(const_cast<E*>(p));
}

template <class E>
constexpr auto strided_gemm = nullptr;
template <>
constexpr auto strided_gemm<float> = cublasSgemmStridedBatched_64;
template <>
constexpr auto strided_gemm<double> = cublasDgemmStridedBatched_64;
template <>
constexpr auto strided_gemm<std::complex<float>> = cublasCgemmStridedBatched_64;
template <>
constexpr auto strided_gemm<std::complex<double>> = cublasZgemmStridedBatched_64;

template <class E>
constexpr auto rank_k = nullptr;
template <>
constexpr auto rank_k<float> = cublasSsyrk_v2_64;
template <>
constexpr auto rank_k<double> = cublasDsyrk_v2_64;
template <>
constexpr auto rank_k<std::complex<float>> = cublasCherk_v2_64;
template <>
constexpr auto rank_k<std::complex<double>> = cublasZherk_v2_64;

template <class E>
constexpr auto triangular_solve = nullptr;
template <>
constexpr auto triangular_solve<float> = cublasStrsm_v2_64;
template <>
constexpr auto triangular_solve<double> = cublasDtrsm_v2_64;
template <>
constexpr auto triangular_solve<std::complex<float>> = cublasCtrsm_v2_64;
template <>
constexpr auto triangular_solve<std::complex<double>> = cublasZtrsm_v2_64;

}  // namespace

template <class E>
void backend<cuda>::gemm(op op_a, op op_b, E alpha, batch<const E> a, batch<const E> b, E beta,
                         batch<E> c) {
  const std::int64_t inner = op_a == op::none ? a.cols : a.rows;
  if (c.rows == 0 || c.cols == 0 || c.count == 0) return;
  const device_guard guard(state_->device);
  if (inner == 0) return scale_entries(state_->stream, c, beta);
  check(strided_gemm<E>(state_->blas.get(), of(op_a), of(op_b), c.rows, c.cols, inner,
                        vendor(&alpha), vendor(a.data), a.ld, a.stride, vendor(b.data), b.ld,
                        b.stride, vendor(&beta), vendor(c.data), c.ld, c.stride, c.count),
        {"cublasGemmStridedBatched_64", {c.rows, c.cols, inner, c.count}});
}

template <class E>
void backend<cuda>::gram(batch<const E> u, batch<E> x) {
  if (u.rows < large_gram) return gemm(op::none, op::transpose, E(1), u, u, E(0), x);
  const device_guard guard(state_->device);
  if (u.cols == 0) return scale_entries(state_->stream, x, E(0));
  const real_of<E> one = 1, zero = 0;
  for (std::int64_t b = 0; b < u.count; ++b) {
    check(rank_k<E>(state_->blas.get(), CUBLAS_FILL_MODE_LOWER, of(op::none), u.rows, u.cols, &one,
                    vendor(u.matrix(b)), u.ld, &zero, vendor(x.matrix(b)), x.ld),
          {"cublasSyrk_64 or cublasHerk_64", {u.rows, u.cols, u.count}, b});
  }
}

template <class E>
void backend<cuda>::solve_triangular(triangle t, op op_a, diagonal d, batch<const E> a,
                                     batch<E> b) {
  if (b.rows == 0 || b.cols == 0 || b.count == 0) return;
  const device_guard guard(state_->device);
  if (b.rows <= largest_small) return small_triangular(state_->stream, t, op_a, d, a, b);
  const E one = 1;
  for (std::int64_t s = 0; s < b.count; ++s) {
    check(triangular_solve<E>(
              state_->blas.get(), CUBLAS_SIDE_LEFT,
              t == triangle::lower ? CUBLAS_FILL_MODE_LOWER : CUBLAS_FILL_MODE_UPPER, of(op_a),
              d == diagonal::given ? CUBLAS_DIAG_NON_UNIT : CUBLAS_DIAG_UNIT, b.rows, b.cols,
              vendor(&one), vendor(a.matrix(s)), a.ld, vendor(b.matrix(s)), b.ld),
          {"cublasTrsm_64", {b.rows, b.cols, b.count}, s});
  }
}

#define TUBAL_INSTANTIATE(E)                                                                       \
  template void backend<cuda>::solve_triangular(triangle, op, diagonal, batch<const E>, batch<E>); \
  template void backend<cuda>::gemm(op, op, E, batch<const E>, batch<const E>, E, batch<E>);       \
  template void backend<cuda>::gram(batch<const E>, batch<E>);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
