// Elementwise work of measurements and of vectors.
#pragma once

#include "core/primitives/philox.hpp"

namespace tubal::detail {

/// y(p) = scale x(index(p))
template <class T>
struct gather_entries {
  const T* x;
  const std::int64_t* index;
  double scale;
  T* y;
  TUBAL_HD void operator()(std::int64_t p) const { y[p] = static_cast<T>(scale) * x[index[p]]; }
};

/// x(index(p)) = scale y(p)
template <class T>
struct scatter_entries {
  const T* y;
  const std::int64_t* index;
  double scale;
  T* x;
  TUBAL_HD void operator()(std::int64_t p) const { x[index[p]] = static_cast<T>(scale) * y[p]; }
};

/// residual(p) = z(index(p)) = x(index(p)) - y(p)
template <class T>
struct scatter_residual {
  const T* x;
  const T* y;
  const std::int64_t* index;
  T* residual;
  T* z;
  TUBAL_HD void operator()(std::int64_t p) const {
    const std::int64_t e = index[p];
    const T r = x[e] - y[p];
    residual[p] = r;
    z[e] = r;
  }
};

/// x(i) = x(i) - y(i)
template <class T>
struct subtract_data {
  const T* y;
  T* x;
  TUBAL_HD void operator()(std::int64_t i) const { x[i] -= y[i]; }
};

/// to(i) = weight(i) from(i)
template <class T>
struct weigh {
  const T* weight;
  const T* from;
  T* to;
  TUBAL_HD void operator()(std::int64_t i) const { to[i] = weight[i] * from[i]; }
};

/// x(i) = scale x(i)
template <class T>
struct scale_all {
  T* x;
  double scale;
  TUBAL_HD void operator()(std::int64_t i) const { x[i] = static_cast<T>(scale) * x[i]; }
};

/// x(i) = scale x(i) + factor y(i)
template <class T>
struct add_scaled {
  const T* y;
  double factor, scale;
  T* x;
  TUBAL_HD void operator()(std::int64_t i) const {
    x[i] = static_cast<T>(scale) * x[i] + static_cast<T>(factor) * y[i];
  }
};

/// to(i) = random sign i times from(i)
template <class T>
struct multiply_signs {
  const T* from;
  T* to;
  philox_key key;
  TUBAL_HD void operator()(std::int64_t i) const {
    to[i] = rademacher()(key, static_cast<std::uint64_t>(i)) < 0 ? -from[i] : from[i];
  }
};

/// One step through the dimensions of a tensor: a half spectrum of `tubes` tubes of length k, whose
/// 2 complex reals per complex slice weigh `complex_scale` and the others `real_scale`, becomes the
/// matrix k x tubes of its reals, whose tubes are then the next dimension; or back. Over tiles of
/// `tile` x `tile`, so that both sides are read and written by cache lines.
template <class T>
struct turn_spectrum {
  static constexpr std::int64_t tile = 16;
  const T* from;
  T* to;
  std::int64_t tubes, k, complex;
  double complex_scale, real_scale;
  bool back;

  /// Number of calls
  TUBAL_HD std::int64_t calls() const { return tiles(tubes) * tiles(k) * tile * tile; }
  TUBAL_HD static std::int64_t tiles(std::int64_t n) { return (n + tile - 1) / tile; }
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t inside = e % (tile * tile), block = e / (tile * tile);
    const std::int64_t t = block % tiles(tubes) * tile + inside / tile;
    const std::int64_t q = block / tiles(tubes) * tile + inside % tile;
    if (t >= tubes || q >= k) return;
    const bool is_complex = q < 2 * complex;
    const std::int64_t in_spectrum = is_complex ? q / 2 * 2 * tubes + 2 * t + q % 2 : q * tubes + t;
    const std::int64_t in_matrix = q + k * t;
    const auto scale = static_cast<T>(is_complex ? complex_scale : real_scale);
    if (back)
      to[in_spectrum] = scale * from[in_matrix];
    else
      to[in_matrix] = scale * from[in_spectrum];
  }
};

/// to(i) = x(i) in single precision
template <class T>
struct round_entries {
  const T* x;
  float* to;
  TUBAL_HD void operator()(std::int64_t i) const { to[i] = static_cast<float>(x[i]); }
};

}  // namespace tubal::detail
