// Singular values of small matrices, a block each, in shared memory.
#include "cuda/kernels/failure.cuh"
#include "cuda/kernels/jacobi_svd.cuh"

namespace tubal::detail {
namespace {

template <class N>
__global__ void svd_kernel(svd_task<N> task, double* fault) {
  __shared__ tile<N> b, j;
  __shared__ N numbers[largest_small];
  __shared__ double norms[largest_small];
  for (std::int64_t s = blockIdx.x; s < task.a.count; s += gridDim.x) {
    const bool converged = decompose(task, s, svd_work<tile<N>>{b, j, numbers, norms});
    if (!converged && threadIdx.x == 0) note_failure(fault, is_complex<N>, s);
  }
}

}  // namespace

template <class E>
void small_svd(cudaStream_t stream, batch<const E> a, real_of<E>* values, batch<E> u, batch<E> vh,
               vectors v, int sweeps, double* fault) {
  launch(stream, "SVD kernel", svd_kernel<number<E>>, a_block_each(a.count),
         task_of(a, values, u, vh, v, false, sweeps), fault);
}

#define TUBAL_INSTANTIATE(E)                                                                      \
  template void small_svd(cudaStream_t, batch<const E>, real_of<E>*, batch<E>, batch<E>, vectors, \
                          int, double*);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
