// Small descents on the host: what descent.cpp and its kernels share.
#pragma once

#include <cstdint>

#include "core/primitives/descents.hpp"

namespace tubal::detail {

/// Numbers in a register.
template <class T>
inline constexpr int descent_lanes = 32 / static_cast<int>(sizeof(T));

constexpr std::int64_t whole_groups(std::int64_t size, std::int64_t group) {
  return (size + group - 1) / group * group;
}

/// How a Gram matrix is kept: groups of 8 rows of its lower triangle, each as far as the diagonal
/// block of its group goes; a group is two strips of 4 rows, a strip is one tile after the other,
/// a tile 4 rows of a register each. Zeros beyond N.
template <class T>
struct gram_tiles {
  static constexpr std::int64_t group = 8, strip = 4, lanes = descent_lanes<T>;
  static constexpr std::int64_t tile = strip * lanes;
  static_assert(group % lanes == 0);

  /// Numbers from one strip of row i's group to the next.
  static constexpr std::int64_t strip_reals(std::int64_t i) {
    return strip * whole_groups(i + 1, group);
  }
  /// Where the tile with entry (i, j) begins.
  static constexpr std::int64_t place(std::int64_t i, std::int64_t j) {
    const std::int64_t g = i / group;
    return group * group * (g * (g + 1) / 2) + i % group / strip * strip_reals(i) +
           j / lanes * tile;
  }
  static constexpr std::int64_t reals(std::int64_t size) {
    return place(whole_groups(size, group), 0);
  }
};

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
  const std::int64_t ld = whole_groups(n, descent_lanes<T>);
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
