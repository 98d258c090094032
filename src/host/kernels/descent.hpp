// Small descents on the host: what descent.cpp and its kernels share.
#pragma once

#include <cstdint>

#include "core/primitives/descents.hpp"
#include "host/kernels/gram_tiles.hpp"

namespace tubal::detail {

/// Slices and packed coordinates of n x n x k tensors.
struct descent_layout {
  std::int64_t size;  // N
  std::int64_t complex_slices, real_slices;
  double complex_scale, real_scale;  // sqrt(2/k), sqrt(1/k)

  std::int64_t real_place(std::int64_t n, std::int64_t slice) const {
    return n * n * complex_slices + slice * (n * (n + 1) / 2);
  }
};

/// Numbers that `advance` needs memory for, zeros at the first use; then those of another trial of
/// the same sizes do.
template <class T>
constexpr std::int64_t descent_reals(std::int64_t n, std::int64_t width, std::int64_t k,
                                     std::int64_t size) {
  const std::int64_t ld = whole_groups(n, gram_tiles<T>::lanes);
  // factor, next factor, one slice of gradient and product, d, z
  return 2 * k * width * ld + 4 * n * ld + 2 * whole_groups(size, gram_tiles<T>::group);
}

/// Takes one trial through the course.
namespace portable {
template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t trial,
             const descent_course& course, T* memory);
}
namespace avx2 {
template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t trial,
             const descent_course& course, T* memory);
}
namespace avx512 {
template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t trial,
             const descent_course& course, T* memory);
}

}  // namespace tubal::detail
