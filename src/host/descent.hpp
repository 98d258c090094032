// Small descents on the host: what descent.cpp and its kernels share.
#pragma once

#include <cstdint>

#include "core/primitives/descents.hpp"

namespace tubal::detail {

/// Trials side by side in a SIMD register.
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

/// Takes the trials from `first` on that fit the lanes through the course.
namespace portable {
template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t first,
             const descent_course& course, T* memory);
}
namespace avx2 {
template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t first,
             const descent_course& course, T* memory);
}

}  // namespace tubal::detail
