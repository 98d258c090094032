// Staging and finishing of slices.
#include "cuda/slices.hpp"

#include <algorithm>
#include <cfloat>

#include "cuda/block.cuh"

namespace tubal::detail {
namespace {

/// Entries as one or two reals, which device code can handle without std::complex.
template <class E>
inline constexpr int parts = is_complex<E> ? 2 : 1;
template <class E>
__device__ real_of<E>* reals(batch<E> x, std::int64_t b, std::int64_t i, std::int64_t j) {
  return reinterpret_cast<real_of<E>*>(x.data + (b * x.stride + j * x.ld + i));
}
template <class E>
__device__ const real_of<E>* reals(batch<const E> x, std::int64_t b, std::int64_t i,
                                   std::int64_t j) {
  return reinterpret_cast<const real_of<E>*>(x.data + (b * x.stride + j * x.ld + i));
}

template <class E>
__global__ void scale_kernel(batch<E> c, real_of<E> re, real_of<E> im) {
  const std::int64_t size = c.rows * c.cols * c.count;
  for (std::int64_t e = first_element(); e < size; e += grid_threads()) {
    auto* x = reals(c, e / c.rows / c.cols, e % c.rows, e / c.rows % c.cols);
    if (re == 0 && im == 0) {
      for (int p = 0; p < parts<E>; ++p) x[p] = 0;
    } else if constexpr (is_complex<E>) {
      const real_of<E> old = x[0];
      x[0] = re * old - im * x[1];
      x[1] = re * x[1] + im * old;
    } else {
      x[0] *= re;
    }
  }
}

__device__ double magnitude(double x) { return fabs(x) <= DBL_MAX ? fabs(x) : HUGE_VAL; }

/// The largest part of A(b), Inf when there is a NaN; for all threads of the block.
template <class E>
__device__ double largest_part(batch<const E> a, std::int64_t b, bool lower) {
  double largest = 0;
  for (std::int64_t e = threadIdx.x; e < a.rows * a.cols; e += block_threads) {
    const std::int64_t i = e % a.rows, j = e / a.rows;
    if (lower && i < j) continue;
    const auto* x = reals(a, b, i, j);
    for (int p = 0; p < parts<E>; ++p) largest = fmax(largest, magnitude(x[p]));
  }
  return block_reduce(largest, [](double one, double other) { return fmax(one, other); });
}

template <class E>
__global__ void stage_kernel(batch<const E> a, staged what, batch<E> copy, double* scale) {
  for (std::int64_t b = blockIdx.x; b < a.count; b += gridDim.x) {
    const double largest = largest_part(a, b, what == staged::lower);
    const bool finite = largest <= DBL_MAX;
    const double power = finite && largest > 0 ? scalbn(1.0, ilogb(largest)) : 1.0;
    if (threadIdx.x == 0) scale[b] = finite ? power : NAN;
    for (std::int64_t e = threadIdx.x; e < copy.rows * copy.cols; e += block_threads) {
      const std::int64_t i = e % copy.rows, j = e / copy.rows;
      const bool adjoint = what == staged::adjoint,
                 kept = finite && !(what == staged::lower && i < j);
      const auto* x = adjoint ? reals(a, b, j, i) : reals(a, b, i, j);
      auto* to = reals(copy, b, i, j);
      for (int p = 0; p < parts<E>; ++p) {
        const double value = kept ? static_cast<double>(x[p]) / power : 0;
        to[p] = static_cast<real_of<E>>(p == 1 && adjoint ? -value : value);
      }
    }
  }
}

/// 1 for a slice that was factorised, else NaN.
__device__ double verdict(const outcome& o, std::int64_t b) {
  return o.info[b] == 0 && !isnan(o.scale[b]) ? 1.0 : NAN;
}

template <class T>
__global__ void values_kernel(T* values, std::int64_t q, std::int64_t count, outcome o) {
  for (std::int64_t e = first_element(); e < q * count; e += grid_threads()) {
    const std::int64_t b = e / q;
    values[e] = static_cast<T>(values[e] * (o.scale[b] * verdict(o, b)));
    if (e % q == 0 && o.info[b] != 0 && o.fault) *o.fault = NAN;
  }
}

template <class E>
__global__ void finish_kernel(batch<const E> from, batch<E> to, finished how, outcome o) {
  const std::int64_t size = to.rows * to.cols * to.count;
  for (std::int64_t e = first_element(); e < size; e += grid_threads()) {
    const std::int64_t i = e % to.rows, j = e / to.rows % to.cols, b = e / to.rows / to.cols;
    const bool adjoint = how != finished::as_is, scaled = how == finished::scaled_lower_adjoint;
    const double factor = verdict(o, b) * (scaled ? o.scale[b] : 1.0);
    const auto* x = adjoint ? reals(from, b, j, i) : reals(from, b, i, j);
    auto* y = reals(to, b, i, j);
    for (int p = 0; p < parts<E>; ++p) {
      const double value = scaled && i < j ? 0 : factor * static_cast<double>(x[p]);
      y[p] = static_cast<real_of<E>>(p == 1 && adjoint ? -value : value);
    }
  }
}

}  // namespace

template <class E>
void scale_entries(cudaStream_t stream, batch<E> c, E beta) {
  const auto* parts_of_beta = reinterpret_cast<const real_of<E>*>(&beta);
  launch(stream, "scaling kernel", scale_kernel<E>, blocks_for(c.rows * c.cols * c.count), c,
         parts_of_beta[0], is_complex<E> ? parts_of_beta[parts<E> - 1] : 0);
}

template <class E>
void stage_slices(cudaStream_t stream, batch<E> a, staged what, E* copy, double* scale) {
  const bool adjoint = what == staged::adjoint;
  const batch<E> to =
      contiguous(copy, adjoint ? a.cols : a.rows, adjoint ? a.rows : a.cols, a.count);
  launch(stream, "staging kernel", stage_kernel<E>, std::min<std::int64_t>(a.count, 1 << 20),
         batch<const E>(a), what, to, scale);
}

template <class T>
void finish_values(cudaStream_t stream, T* values, std::int64_t q, std::int64_t count, outcome o) {
  launch(stream, "values kernel", values_kernel<T>, blocks_for(q * count), values, q, count, o);
}

template <class E>
void finish_slices(cudaStream_t stream, batch<const E> from, batch<E> to, finished how, outcome o) {
  launch(stream, "finishing kernel", finish_kernel<E>, blocks_for(to.rows * to.cols * to.count),
         from, to, how, o);
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
