// Gram matrices in tiles on the host: what descent.cpp and the kernels share.
#pragma once

#include <cstdint>

namespace tubal::detail {

constexpr std::int64_t whole_groups(std::int64_t size, std::int64_t group) {
  return (size + group - 1) / group * group;
}

/// How a Gram matrix is kept: groups of 8 rows of its lower triangle, each as far as the diagonal
/// block of its group goes; a group is two strips of 4 rows, a strip is one tile after the other,
/// a tile 4 rows of a register each. Zeros beyond N.
template <class T>
struct gram_tiles {
  static constexpr std::int64_t group = 8, strip = 4;
  static constexpr std::int64_t lanes = 32 / sizeof(T);  // numbers in a register
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

}  // namespace tubal::detail
