// Small descents on the host: what descent.cpp and its kernels share.
#pragma once

#include <cstdint>

#include "core/primitives/descents.hpp"

namespace tubal::detail {

/// Numbers in a register, and so in a group of rows of a Gram matrix.
template <class T>
inline constexpr int descent_lanes = 32 / static_cast<int>(sizeof(T));

/// Slices and packed coordinates of n x n x k tensors.
struct descent_layout {
  std::int64_t size;  // N
  std::int64_t complex_slices, real_slices;
  double complex_scale, real_scale;  // sqrt(2/k), sqrt(1/k)

  std::int64_t real_place(std::int64_t n, std::int64_t slice) const {
    return n * n * complex_slices + slice * (n * (n + 1) / 2);
  }
};

/// Numbers that `advance` needs memory for.
constexpr std::int64_t descent_reals(std::int64_t n, std::int64_t width, std::int64_t k,
                                     std::int64_t size, std::int64_t lanes) {
  const std::int64_t ld = whole_groups(n, lanes);
  // factor, next factor, one slice of gradient and product, d, z
  return 2 * k * width * ld + 4 * n * ld + 2 * whole_groups(size, lanes);
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

}  // namespace tubal::detail
