// Elementwise work of condition estimates. Norms are scaled: no square leaves the range.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/primitives/batch.hpp"
#include "core/primitives/device_code.hpp"

namespace tubal::detail {

/// ||x||_2 of n numbers; infinite where one of them is not finite.
template <class T>
TUBAL_HD double scaled_norm(const T* x, std::int64_t n) {
  double largest = 0, sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double size = fabs(static_cast<double>(x[i]));
    if (!(size < INFINITY)) return INFINITY;
    if (size > largest) largest = size;
  }
  if (largest == 0) return 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double ratio = static_cast<double>(x[i]) / largest;
    sum += ratio * ratio;
  }
  return largest * sqrt(sum);
}
/// The numbers of column j of matrix b, a complex one as two.
template <class E>
TUBAL_HD auto* reals_of(const batch<E>& x, std::int64_t j, std::int64_t b) {
  using T = std::conditional_t<std::is_const_v<E>, const real_of<E>, real_of<E>>;
  return reinterpret_cast<T*>(x.data + b * x.stride + j * x.ld);
}
template <class E>
inline constexpr std::int64_t reals_per_entry = is_complex<E> ? 2 : 1;

/// norms(e) = that of column e, matrix by matrix
template <class E>
struct column_norms {
  batch<const E> from;
  double* norms;
  TUBAL_HD void operator()(std::int64_t e) const {
    norms[e] =
        scaled_norm(reals_of(from, e % from.cols, e / from.cols), from.rows * reals_per_entry<E>);
  }
};

/// The same, and the column is divided by its norm.
template <class E>
struct normalise_columns {
  batch<E> x;
  double* norms;
  TUBAL_HD void operator()(std::int64_t e) const {
    auto* v = reals_of(x, e % x.cols, e / x.cols);
    const std::int64_t n = x.rows * reals_per_entry<E>;
    const double norm = norms[e] = scaled_norm(v, n);
    if (norm > 0)
      for (std::int64_t i = 0; i < n; ++i)
        v[i] = static_cast<real_of<E>>(static_cast<double>(v[i]) / norm);
  }
};

/// norms(b) = ||(parts(b, 0), ..., parts(b, size - 1))||_2
template <class T>
struct joint_norms {
  const T* parts;
  std::int64_t size;
  double* norms;
  TUBAL_HD void operator()(std::int64_t b) const { norms[b] = scaled_norm(parts + b * size, size); }
};

/// The largest of norms(a) inverse_norms(b) over all slices a and b is the condition. From `limit`
/// on slice b goes into `singular`, else from `doubtful` on into `nearly`: two slots each, the
/// slice and the condition. Complex slices come first.
template <class T>
struct judge_condition {
  const T* norms;
  const T* inverse_norms;
  std::int64_t complex_slices, slices;
  double doubtful, limit;
  double* singular;
  double* nearly;
  TUBAL_HD void operator()(std::int64_t) const {
    double largest = 0, worst = 0;
    std::int64_t at = 0;
    for (std::int64_t b = 0; b < slices; ++b)
      largest = fmax(largest, static_cast<double>(norms[b]));
    for (std::int64_t b = 0; b < slices; ++b) {
      double condition = largest * static_cast<double>(inverse_norms[b]);
      if (!(condition < INFINITY)) condition = INFINITY;
      if (!(condition > worst)) continue;
      worst = condition;
      at = b;
    }
    if (worst < doubtful) return;
    double* to = worst < limit ? nearly : singular;
    const bool is_complex = at < complex_slices;
    to[0] = failed_matrix(is_complex, is_complex ? at : at - complex_slices);
    to[1] = worst;
  }
};

// The elements that back ends instantiate: X(functor) for each.
#define TUBAL_FOR_EACH_ELEMENT_OF_CONDITIONS(X, T) \
  X(column_norms<T>)                               \
  X(column_norms<std::complex<T>>)                 \
  X(normalise_columns<T>)                          \
  X(normalise_columns<std::complex<T>>)            \
  X(joint_norms<T>)                                \
  X(judge_condition<T>)

}  // namespace tubal::detail
