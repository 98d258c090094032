// Elementwise work on the singular values and eigenvalues of slices.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/primitives/batch.hpp"

namespace tubal::detail {

/// *largest = the largest of the singular values: `size` in all, `per_slice` > 0 of every slice,
/// descending.
template <class T>
struct largest_value {
  const T* values;
  std::int64_t size, per_slice;
  T* largest;
  TUBAL_HD void operator()(std::int64_t) const {
    T found = 0;
    for (std::int64_t i = 0; i < size; i += per_slice) found = fmax(found, values[i]);
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

/// *fault = the first slice with a value under -tolerance times the largest |value|, if there is
/// one. Complex slices come first; values ascend, `per_slice` > 0 in each.
template <class T>
struct find_negative_value {
  const T* values;
  std::int64_t per_slice, complex_slices, slices;
  double tolerance;
  double* fault;
  TUBAL_HD void operator()(std::int64_t) const {
    T largest = 0;
    for (std::int64_t b = 0; b < slices; ++b) {
      const T *least = values + b * per_slice, *most = least + per_slice - 1;
      largest = fmax(largest, fmax(fabs(*least), fabs(*most)));
    }
    const double floor = -tolerance * static_cast<double>(largest);
    for (std::int64_t b = 0; b < slices; ++b)
      if (static_cast<double>(values[b * per_slice]) < floor) {
        const bool is_complex = b < complex_slices;
        *fault = failed_matrix(is_complex, is_complex ? b : b - complex_slices);
        return;
      }
  }
};

}  // namespace tubal::detail
