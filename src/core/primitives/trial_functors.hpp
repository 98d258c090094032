// Elements of many trials, one after the other in memory.
#pragma once

#include "core/primitives/symmetric_functors.hpp"

namespace tubal::detail {

/// pack_entry of every trial; over count * entries.
template <class T>
struct pack_trials {
  pack_entry<T> first;
  std::int64_t spectrum_stride, packed_stride;
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t entries = first.at.entries(), b = e / entries;
    pack_entry<T> one = first;
    one.spectrum += b * spectrum_stride;
    one.packed += b * packed_stride;
    one(e % entries);
  }
};

/// The inverse.
template <class T>
struct unpack_trials {
  unpack_entry<T> first;
  std::int64_t packed_stride, spectrum_stride;
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t entries = first.at.entries(), b = e / entries;
    unpack_entry<T> one = first;
    one.packed += b * packed_stride;
    one.spectrum += b * spectrum_stride;
    one(e % entries);
  }
};

/// x(e) = -mu(e / size) x(e)
template <class T>
struct scale_trials {
  T* x;
  std::int64_t size;
  const double* step_sizes;
  TUBAL_HD void operator()(std::int64_t e) const {
    x[e] = static_cast<T>(-step_sizes[e / size]) * x[e];
  }
};

/// x(i) = y(i) - x(i)
template <class T>
struct subtract_from {
  const T* y;
  T* x;
  TUBAL_HD void operator()(std::int64_t i) const { x[i] = y[i] - x[i]; }
};

}  // namespace tubal::detail
