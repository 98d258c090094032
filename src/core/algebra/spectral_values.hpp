// Functions of singular values and eigenvalues, slice by slice.
#pragma once

#include <limits>
#include <optional>

#include "core/algebra/spectral_orthogonal.hpp"

namespace tubal::detail {

/// max(rows, cols) eps, unless given.
template <class T>
double rank_tolerance(std::int64_t rows, std::int64_t cols, std::optional<double> given = {}) {
  return given.value_or(static_cast<double>(std::max(rows, cols)) *
                        static_cast<double>(std::numeric_limits<T>::epsilon()));
}

/// The singular value decomposition of every slice with room for all of it.
template <class T, class S>
class decomposed_slices {
 public:
  decomposed_slices(context<S>& ctx, const spectrum_shape& a)
      : q(std::min(a.rows, a.cols)),
        left(ctx, a.with(a.rows, q)),
        right(ctx, a.with(q, a.cols)),
        values(ctx, {q, a.slices.total(), 1}),
        largest(ctx, {1, 1, 1}),
        factor_(ctx, a, vectors::compute) {}

  /// A^_f = left diag(values) right; A is destroyed.
  void execute(half_spectrum_view<T, S> a) { factor_.execute(a, values.data(), left, right); }
  /// values <- map(values)
  void change(backend<S>& b, value_map map, double parameter) {
    if (map == value_map::reciprocal)
      b.for_each(1, largest_value<T>{values.data(), values.size(), q, largest.data()});
    b.for_each(values.size(), map_values<T>{values.data(), q, map, parameter, largest.data()});
  }
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(left.size() + right.size() + values.size() + 1) * sizeof(T) +
           factor_.workspace_bytes();
  }

  std::int64_t q;
  half_spectrum<T, S> left, right;  // n1 x q, q x n2
  tensor<T, S> values, largest;

 private:
  spectral_svd<T, S> factor_;
};

}  // namespace tubal::detail
