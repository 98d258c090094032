// A slice on its way to a factorisation: scaled, so that squares of its parts are representable.
#pragma once

#include "cuda/kernels/slices.hpp"
#include "cuda/kernels/small.cuh"

namespace tubal::detail {

/// Entry (i, j), i >= j, of a Hermitian matrix: rounding may have left the diagonal imaginary
/// parts.
template <class N>
__device__ N lower_entry(const batch<const N>& a, std::int64_t b, std::int64_t i, std::int64_t j) {
  return i == j ? real_number<N>(real_part(entry(a, b, i, i))) : entry(a, b, i, j);
}
/// Entry (i, j) of what is factorised.
template <class N>
__device__ N staged_entry(const batch<const N>& a, std::int64_t b, staged what, std::int64_t i,
                          std::int64_t j) {
  switch (what) {
    case staged::adjoint:
      return conjugate(entry(a, b, j, i));
    case staged::lower:
      return i < j ? N{} : lower_entry(a, b, i, j);
    case staged::hermitian:
      return i < j ? conjugate(entry(a, b, j, i)) : lower_entry(a, b, i, j);
    default:
      return entry(a, b, i, j);
  }
}

/// The largest part of it, Inf when there is a NaN; for all threads of the block.
template <class N>
__device__ double largest_part(const batch<const N>& a, std::int64_t b, bool lower) {
  double largest = 0;
  for (std::int64_t e = threadIdx.x; e < a.rows * a.cols; e += block_threads) {
    const std::int64_t i = e % a.rows, j = e / a.rows;
    if (!lower || i >= j) largest = fmax(largest, magnitude(entry(a, b, i, j)));
  }
  return block_reduce(largest, larger());
}

/// Writes it to `to`, rows x cols, divided by a power of four that brings the largest part to
/// [1, 4), with zeros outside of A. Returns that power; NaN, and zeros everywhere, when A(b) is not
/// finite. With a barrier before it writes, none after.
template <class N, class M>
__device__ double stage(const batch<const N>& a, std::int64_t b, staged what, M& to,
                        std::int64_t rows, std::int64_t cols) {
  const double largest = largest_part(a, b, what == staged::lower || what == staged::hermitian);
  const bool finite = largest <= DBL_MAX, turned = what == staged::adjoint;
  const double power = finite && largest > 0 ? scalbn(1.0, ilogb(largest) & ~1) : 1.0;
  const std::int64_t own_rows = turned ? a.cols : a.rows, own_cols = turned ? a.rows : a.cols;
  for (std::int64_t e = threadIdx.x; e < rows * cols; e += block_threads) {
    const std::int64_t i = e % rows, j = e / rows;
    const bool kept = finite && i < own_rows && j < own_cols;
    to(i, j) =
        kept ? each_part(staged_entry(a, b, what, i, j), [=](double v) { return v / power; }) : N{};
  }
  return finite ? power : NAN;
}

}  // namespace tubal::detail
