// Eigenvalues of the slices that a vendor has not decomposed, in global memory.
#include "cuda/kernels/jacobi_eigen.cuh"

namespace tubal::detail {
namespace {

/// One block, slice by slice where `info` says that the vendor has failed.
template <class N>
__global__ void eigen_again_kernel(eigen_task<N> task, int* info, N* matrices,
                                   std::int64_t* counted) {
  const std::int64_t even = made_even(task.a.rows);
  global_matrix<N> a{matrices, even}, v{matrices + even * even, even};
  auto* const rotations = reinterpret_cast<rotation<N>*>(matrices + 2 * even * even);
  for (std::int64_t s = 0; s < task.a.count; ++s) {
    if (info[s] == 0) continue;
    const bool converged = decompose(task, s, eigen_work<global_matrix<N>, N>{a, v, rotations});
    __syncthreads();
    if (threadIdx.x != 0) continue;
    info[s] = converged ? 0 : 1;
    ++*counted;
  }
}

}  // namespace

std::int64_t eigen_again_elements(std::int64_t n) {
  const std::int64_t even = made_even(n);
  return 2 * even * even + 4 * (even / 2);  // a rotation is not larger than four numbers
}

template <class E>
void eigen_again(cudaStream_t stream, batch<const E> a, real_of<E>* values, batch<E> v,
                 vectors with_vectors, int sweeps, const repetition<E>& again) {
  static_assert(sizeof(rotation<number<E>>) <= 4 * sizeof(E));
  const eigen_task<number<E>> task{numbers(a), values, numbers(v), with_vectors == vectors::compute,
                                   false,      sweeps};
  launch(stream, "eigenvalue kernel", eigen_again_kernel<number<E>>, 1, task, again.info,
         reinterpret_cast<number<E>*>(again.matrices), again.counted);
}

#define TUBAL_INSTANTIATE(E)                                                                   \
  template void eigen_again(cudaStream_t, batch<const E>, real_of<E>*, batch<E>, vectors, int, \
                            const repetition<E>&);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
