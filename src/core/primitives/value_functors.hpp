// Elementwise work on the singular values and eigenvalues of slices.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/primitives/batch.hpp"

namespace tubal::detail {

/// *largest = the largest |value|, over q values of each of `count` slices.
template <class T>
struct largest_value {
  const T* values;
  std::int64_t size;
  T* largest;
  TUBAL_HD void operator()(std::int64_t) const {
    T found = 0;
    for (std::int64_t i = 0; i < size; ++i) found = fmax(found, fabs(values[i]));
    *largest = found;
  }
};

/// What `map_values` does with a value v and its parameter p.
enum class value_map {
  soft_threshold,  ///< max(v - p, 0)
  hard_threshold,  ///< v if v > p, else 0
  clip,            ///< min(v, p)
  keep_first,      ///< v of the first p values of every slice, else 0
  reciprocal,      ///< 1/v if v > p * largest, else 0
  exponential,     ///< exp(v)
  square_root      ///< sqrt(max(v, 0))
};

template <class T>
struct map_values {
  T* values;
  std::int64_t per_slice;
  value_map map;
  double parameter;
  const T* largest;
  TUBAL_HD void operator()(std::int64_t e) const {
    const auto v = static_cast<double>(values[e]);
    double result = v;
    switch (map) {
      case value_map::soft_threshold:
        result = v > parameter ? v - parameter : 0;
        break;
      case value_map::hard_threshold:
        result = v > parameter ? v : 0;
        break;
      case value_map::clip:
        result = v > parameter ? parameter : v;
        break;
      case value_map::keep_first:
        result = e % per_slice < parameter ? v : 0;
        break;
      case value_map::reciprocal:
        result = v > parameter * static_cast<double>(*largest) ? 1 / v : 0;
        break;
      case value_map::exponential:
        result = exp(v);
        break;
      case value_map::square_root:
        result = v > 0 ? sqrt(v) : 0;
        break;
    }
    values[e] = static_cast<T>(result);
  }
};

/// 0 where value >= -tolerance * largest, NaN below
template <class T>
struct negative_value_term {
  const T* values;
  const T* largest;
  double tolerance;
  TUBAL_HD double operator()(std::int64_t i) const {
    const double floor = -tolerance * static_cast<double>(*largest);
    return static_cast<double>(values[i]) < floor ? NAN : 0.0;
  }
};

}  // namespace tubal::detail
