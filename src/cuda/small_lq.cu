// LQ of small matrices.
#include "cuda/householder.cuh"

namespace tubal::detail {
namespace {

template <class N>
__global__ void lq_kernel(batch<N> a, batch<N> l) {
  __shared__ tile<N> t;
  __shared__ N tau[largest_small];
  const int rows = static_cast<int>(a.rows), cols = static_cast<int>(a.cols);
  for (std::int64_t b = blockIdx.x; b < a.count; b += gridDim.x) {
    const bool finite = load(a, b, t);
    for (int k = 0; k < rows && finite; ++k) reduce_row(t, tau, k, rows, cols);
    store(l, b, [&](int i, int j) { return !finite ? not_a_number<N>() : i < j ? N{} : t(i, j); });
    if (finite) form_q(t, tau, rows, cols);
    store(a, b, [&](int i, int j) { return finite ? t(i, j) : not_a_number<N>(); });
  }
}

}  // namespace

template <class E>
void small_lq(cudaStream_t stream, batch<E> a, batch<E> l) {
  launch(stream, "LQ kernel", lq_kernel<number<E>>, a_block_each(a.count), numbers(a), numbers(l));
}

template void small_lq(cudaStream_t, batch<float>, batch<float>);
template void small_lq(cudaStream_t, batch<double>, batch<double>);
template void small_lq(cudaStream_t, batch<std::complex<float>>, batch<std::complex<float>>);
template void small_lq(cudaStream_t, batch<std::complex<double>>, batch<std::complex<double>>);

}  // namespace tubal::detail
