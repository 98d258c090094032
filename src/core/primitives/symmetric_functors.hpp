// Elementwise between half spectra and packed symmetric coordinates; see symmetric.hpp.
#pragma once

#include "core/primitives/device_code.hpp"

namespace tubal::detail {

/// Where the coordinates live. Element e of a half spectrum of
/// n x n slices is entry (i, j) of slice `slice` of `complex_slices + real_slices`.
struct symmetric_layout {
  std::int64_t n, complex_slices, real_slices;
  double complex_scale, real_scale;  // sqrt(2/k), sqrt(1/k)

  TUBAL_HD std::int64_t entries() const { return n * n * (complex_slices + real_slices); }
  /// Coordinate of entry (i, j), i >= j, of real slice b.
  TUBAL_HD std::int64_t real_coordinate(std::int64_t i, std::int64_t j, std::int64_t b) const {
    return n * n * complex_slices + b * (n * (n + 1) / 2) + j * n - j * (j - 1) / 2 + (i - j);
  }
};

inline constexpr double sqrt2 = 1.41421356237309504880;

/// packed = coordinates of the Hermitian part of the spectrum; over `layout.entries()`. With
/// `lower`, the spectrum is Hermitian and only its lower triangles are read.
template <class T>
struct pack_entry {
  symmetric_layout at;
  const T* spectrum;
  T* packed;
  bool lower;
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t n = at.n, i = e % n, j = e / n % n, b = e / n / n;
    if (b < at.complex_slices) {
      const T* x = spectrum + 2 * b * n * n;
      const std::int64_t below = i > j ? i + n * j : j + n * i,
                         above = i > j ? j + n * i : i + n * j;
      const T s = static_cast<T>(i == j ? at.complex_scale : at.complex_scale * sqrt2);
      const bool imaginary = i < j;
      const T one = x[2 * below + (imaginary ? 1 : 0)];
      const T other = lower ? one : (imaginary ? -x[2 * above + 1] : x[2 * above]);
      packed[e] = s * (one + other) / 2;
    } else if (i >= j) {
      const T* x = spectrum + 2 * at.complex_slices * n * n + (b - at.complex_slices) * n * n;
      const T s = static_cast<T>(i == j ? at.real_scale : at.real_scale * sqrt2);
      const T one = x[i + n * j], other = lower ? one : x[j + n * i];
      packed[at.real_coordinate(i, j, b - at.complex_slices)] = s * (one + other) / 2;
    }
  }
};

/// The inverse: a Hermitian half spectrum, both triangles; over `layout.entries()`.
template <class T>
struct unpack_entry {
  symmetric_layout at;
  const T* packed;
  T* spectrum;
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t n = at.n, i = e % n, j = e / n % n, b = e / n / n;
    const std::int64_t below = i > j ? i + n * j : j + n * i, above = i > j ? j + n * i : i + n * j;
    if (b < at.complex_slices) {
      const T* p = packed + b * n * n;
      const T s = static_cast<T>(1 / (i == j ? at.complex_scale : at.complex_scale * sqrt2));
      spectrum[2 * e] = s * p[below];
      spectrum[2 * e + 1] = i == j ? T(0) : (i > j ? s : -s) * p[above];
    } else {
      const T s = static_cast<T>(1 / (i == j ? at.real_scale : at.real_scale * sqrt2));
      const std::int64_t row = i > j ? i : j, col = i > j ? j : i;
      T* x = spectrum + 2 * at.complex_slices * n * n + (b - at.complex_slices) * n * n;
      x[i + n * j] = s * packed[at.real_coordinate(row, col, b - at.complex_slices)];
    }
  }
};

}  // namespace tubal::detail
