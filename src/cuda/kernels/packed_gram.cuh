// Coordinates of U U^H of one slice (symmetric.hpp), from U, n x width without gaps.
#pragma once

#include "core/primitives/symmetric_functors.hpp"

namespace tubal::detail {

/// Of a complex slice: from the real part of entry (i, j) for i >= j, the imaginary part of entry
/// (j, i) above the diagonal.
template <class T>
__device__ T complex_gram_coordinate(const symmetric_layout& at, const T* u, std::int64_t width,
                                     std::int64_t i, std::int64_t j) {
  T sum = 0;
  for (std::int64_t p = 0; p < width; ++p, u += 2 * at.n)
    sum += i >= j ? u[2 * i] * u[2 * j] + u[2 * i + 1] * u[2 * j + 1]
                  : u[2 * j + 1] * u[2 * i] - u[2 * j] * u[2 * i + 1];
  return static_cast<T>(i == j ? at.complex_scale : at.complex_scale * sqrt2) * sum;
}

/// Of a real slice, i >= j.
template <class T>
__device__ T real_gram_coordinate(const symmetric_layout& at, const T* u, std::int64_t width,
                                  std::int64_t i, std::int64_t j) {
  T sum = 0;
  for (std::int64_t p = 0; p < width; ++p, u += at.n) sum += u[i] * u[j];
  return static_cast<T>(i == j ? at.real_scale : at.real_scale * sqrt2) * sum;
}

}  // namespace tubal::detail
