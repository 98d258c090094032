// Singular values of the slices that a vendor has not decomposed, in global memory.
#include "cuda/kernels/jacobi_svd.cuh"

namespace tubal::detail {
namespace {

/// One block, slice by slice where `info` says that the vendor has failed.
template <class N>
__global__ void svd_again_kernel(svd_task<N> task, int* info, N* matrices, double* norms,
                                 std::int64_t* counted) {
  const bool wide = task.a.rows < task.a.cols;
  const std::int64_t rows = wide ? task.a.rows : task.a.cols, even = made_even(rows),
                     cols = wide ? task.a.cols : task.a.rows;
  global_matrix<N> b{matrices, even}, j{matrices + even * cols, even};
  for (std::int64_t s = 0; s < task.a.count; ++s) {
    if (info[s] == 0) continue;
    N* const numbers = matrices + even * (cols + even);
    const bool converged = decompose(task, s, svd_work<global_matrix<N>>{b, j, numbers, norms});
    __syncthreads();
    if (threadIdx.x != 0) continue;
    info[s] = converged ? 0 : 1;
    ++*counted;
  }
}

}  // namespace

std::int64_t svd_again_elements(std::int64_t rows, std::int64_t cols) {
  const std::int64_t even = made_even(std::min(rows, cols));
  return even * (std::max(rows, cols) + even) + std::max(rows, cols);
}

template <class E>
void svd_again(cudaStream_t stream, batch<const E> a, real_of<E>* values, batch<E> left,
               batch<E> right, vectors v, int sweeps, const repetition<E>& again) {
  launch(stream, "SVD kernel", svd_again_kernel<number<E>>, 1,
         task_of(a, values, left, right, v, true, sweeps), again.info,
         reinterpret_cast<number<E>*>(again.matrices), again.reals, again.counted);
}

#define TUBAL_INSTANTIATE(E)                                                                      \
  template void svd_again(cudaStream_t, batch<const E>, real_of<E>*, batch<E>, batch<E>, vectors, \
                          int, const repetition<E>&);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
