// Eigenvalues of small Hermitian matrices, a block each, in shared memory.
#include "cuda/kernels/failure.cuh"
#include "cuda/kernels/jacobi_eigen.cuh"

namespace tubal::detail {
namespace {

template <class N>
__global__ void eigen_kernel(eigen_task<N> task, double* fault) {
  __shared__ tile<N> a, v;
  __shared__ rotation<N> rotations[largest_small / 2];
  for (std::int64_t s = blockIdx.x; s < task.a.count; s += gridDim.x) {
    const bool converged = decompose(task, s, eigen_work<tile<N>, N>{a, v, rotations});
    if (!converged && threadIdx.x == 0) note_failure(fault, is_complex<N>, s);
  }
}

}  // namespace

template <class E>
void small_eigen(cudaStream_t stream, batch<E> a, real_of<E>* values, vectors v, int sweeps,
                 double* fault) {
  const eigen_task<number<E>> task{numbers(batch<const E>(a)), values, numbers(a),
                                   v == vectors::compute,      true,   sweeps};
  launch(stream, "eigenvalue kernel", eigen_kernel<number<E>>, a_block_each(a.count), task, fault);
}

#define TUBAL_INSTANTIATE(E) \
  template void small_eigen(cudaStream_t, batch<E>, real_of<E>*, vectors, int, double*);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
