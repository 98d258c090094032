// Staging and finishing of slices.
#include "cuda/kernels/slices.hpp"

#include <bit>

#include "cuda/kernels/failure.cuh"
#include "cuda/kernels/staging.cuh"

namespace tubal::detail {
namespace {

template <class N>
__global__ void scale_kernel(batch<N> c, N beta) {
  const std::int64_t size = c.rows * c.cols * c.count;
  const bool read = magnitude(beta) != 0;
  for (std::int64_t e = first_element(); e < size; e += grid_threads()) {
    N& x = entry(c, e / c.rows / c.cols, e % c.rows, e / c.rows % c.cols);
    x = read ? beta * x : N{};
  }
}

template <class N>
__global__ void stage_kernel(batch<const N> a, staged what, batch<N> copy, double* scale) {
  for (std::int64_t b = blockIdx.x; b < a.count; b += gridDim.x) {
    global_matrix<N> to{copy.data + b * copy.stride, copy.ld};
    const double found = stage(a, b, what, to, copy.rows, copy.cols);
    if (threadIdx.x == 0) scale[b] = found;
  }
}

/// 1 for a slice that was factorised, else NaN.
__device__ double verdict(const outcome& o, std::int64_t b) {
  return (!o.info || o.info[b] == 0) && !isnan(o.scale[b]) ? 1.0 : NAN;
}
__device__ void report(const outcome& o, std::int64_t b) {
  if (o.fault && o.info[b] != 0) note_failure(o.fault, o.of_complex, b);
}

template <class T>
__global__ void values_kernel(T* values, std::int64_t q, std::int64_t count, outcome o) {
  for (std::int64_t e = first_element(); e < q * count; e += grid_threads()) {
    const std::int64_t b = e / q;
    values[e] = static_cast<T>(values[e] * (o.scale[b] * verdict(o, b)));
    if (e % q == 0) report(o, b);
  }
}

/// What entry (i, j) of a factor of A / scale is multiplied with to belong to A.
__device__ double weight(finished how, double scale, std::int64_t i, std::int64_t j) {
  switch (how) {
    case finished::scaled_lower_adjoint:
      return i < j ? 0 : scale;
    case finished::cholesky:
      return i < j ? 0 : sqrt(scale);
    case finished::lu:
      return i > j ? 1 : scale;
    default:
      return 1;
  }
}

template <class N>
__global__ void finish_kernel(batch<const N> from, batch<N> to, finished how, outcome o) {
  const std::int64_t size = to.rows * to.cols * to.count;
  const bool adjoint = how == finished::adjoint || how == finished::scaled_lower_adjoint;
  for (std::int64_t e = first_element(); e < size; e += grid_threads()) {
    const std::int64_t i = e % to.rows, j = e / to.rows % to.cols, b = e / to.rows / to.cols;
    const double factor = weight(how, o.scale[b], i, j), valid = verdict(o, b);
    const N x = adjoint ? conjugate(entry(from, b, j, i)) : entry(from, b, i, j);
    entry(to, b, i, j) =
        each_part(x, [=](double v) { return valid * (factor == 0 ? 0 : factor * v); });
    if (i == 0 && j == 0) report(o, b);
  }
}

/// order(b) = 0 .. rows-1 after the interchanges of the rows r and pivots(b)[r] - 1, r = 0 .. q-1.
__global__ void order_kernel(const std::int64_t* pivots, std::int64_t q, std::int64_t rows,
                             std::int64_t count, std::int64_t* order) {
  for (std::int64_t b = blockIdx.x; b < count; b += gridDim.x) {
    std::int64_t* of_slice = order + b * rows;
    for (std::int64_t i = threadIdx.x; i < rows; i += block_threads) of_slice[i] = i;
    __syncthreads();
    for (std::int64_t r = 0; r < q && threadIdx.x == 0; ++r) {
      const std::int64_t pivot = pivots[b * q + r] - 1;
      if (pivot <= r || pivot >= rows) continue;  // none, or nonsense after an overflow
      const std::int64_t former = of_slice[r];
      of_slice[r] = of_slice[pivot];
      of_slice[pivot] = former;
    }
  }
}

}  // namespace

template <class E>
void scale_entries(cudaStream_t stream, batch<E> c, E beta) {
  launch(stream, "scaling kernel", scale_kernel<number<E>>, blocks_for(c.rows * c.cols * c.count),
         numbers(c), std::bit_cast<number<E>>(beta));
}

template <class E>
void stage_slices(cudaStream_t stream, batch<E> a, staged what, E* copy, double* scale) {
  const bool adjoint = what == staged::adjoint;
  const batch<E> to =
      contiguous(copy, adjoint ? a.cols : a.rows, adjoint ? a.rows : a.cols, a.count);
  launch(stream, "staging kernel", stage_kernel<number<E>>, a_block_each(a.count),
         numbers(batch<const E>(a)), what, numbers(to), scale);
}

template <class T>
void finish_values(cudaStream_t stream, T* values, std::int64_t q, std::int64_t count, outcome o) {
  launch(stream, "values kernel", values_kernel<T>, blocks_for(q * count), values, q, count, o);
}

template <class E>
void finish_slices(cudaStream_t stream, batch<const E> from, batch<E> to, finished how, outcome o) {
  launch(stream, "finishing kernel", finish_kernel<number<E>>,
         blocks_for(to.rows * to.cols * to.count), numbers(from), numbers(to), how, o);
}

void rows_in_order(cudaStream_t stream, const std::int64_t* pivots, std::int64_t q,
                   std::int64_t rows, std::int64_t count, std::int64_t* order) {
  launch(stream, "row order kernel", order_kernel, a_block_each(count), pivots, q, rows, count,
         order);
}

#define TUBAL_INSTANTIATE(E)                                               \
  template void scale_entries(cudaStream_t, batch<E>, E);                  \
  template void stage_slices(cudaStream_t, batch<E>, staged, E*, double*); \
  template void finish_slices(cudaStream_t, batch<const E>, batch<E>, finished, outcome);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)
template void finish_values(cudaStream_t, float*, std::int64_t, std::int64_t, outcome);
template void finish_values(cudaStream_t, double*, std::int64_t, std::int64_t, outcome);

}  // namespace tubal::detail
