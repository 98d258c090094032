// Elementwise work on batches of slices. `e` counts the entries of `to`, matrix by matrix.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/primitives/number.hpp"

namespace tubal::detail {

/// Where entry e of a batch without gaps is.
struct position {
  std::int64_t i, j, b;
  TUBAL_HD position(std::int64_t e, std::int64_t rows, std::int64_t cols)
      : i(e % rows), j(e / rows % cols), b(e / rows / cols) {}
};

/// to = from. A negative `from.ld` reverses the columns.
template <class E>
struct copy_block {
  batch<const E> from;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    entry(to, x.b, x.i, x.j) = entry(from, x.b, x.i, x.j);
  }
};

/// to = I
template <class E>
struct fill_unit_matrices {
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    entry(to, x.b, x.i, x.j) = real_number<number<E>>(x.i == x.j ? 1 : 0);
  }
};

/// to = from^H
template <class E>
struct copy_adjoint {
  batch<const E> from;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    entry(to, x.b, x.i, x.j) = conjugate(entry(from, x.b, x.j, x.i));
  }
};

/// to = the Hermitian matrix with the lower triangle of `from`, whose diagonal loses the imaginary
/// parts that rounding may have left
template <class E>
struct mirror_lower {
  batch<const E> from;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    if (x.i == x.j)
      entry(to, x.b, x.i, x.j) = real_number<number<E>>(real_part(entry(from, x.b, x.i, x.i)));
    else
      entry(to, x.b, x.i, x.j) =
          x.i > x.j ? entry(from, x.b, x.i, x.j) : conjugate(entry(from, x.b, x.j, x.i));
  }
};

/// to = (from + from^H) / 2
template <class E>
struct hermitian_part {
  batch<const E> from;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    const real_of<E> half = 0.5;
    entry(to, x.b, x.i, x.j) =
        half * entry(from, x.b, x.i, x.j) + half * conjugate(entry(from, x.b, x.j, x.i));
  }
};

/// to(i,j) = ratio(i)^power from(i,j), with ratio(i) at ratio[b * rows + i].
template <class E>
struct scale_rows_by_power {
  batch<const E> from;
  batch<E> to;
  const double* ratio;
  double power;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    const auto factor = static_cast<real_of<E>>(std::pow(ratio[x.b * to.rows + x.i], power));
    entry(to, x.b, x.i, x.j) = factor * entry(from, x.b, x.i, x.j);
  }
};

/// to(i,j) = value(j) to(i,j), with value(j) at values[b * stride + j].
template <class E>
struct scale_columns {
  batch<E> to;
  const real_of<E>* values;
  std::int64_t stride;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    entry(to, x.b, x.i, x.j) = values[x.b * stride + x.j] * entry(to, x.b, x.i, x.j);
  }
};

/// to(i,j) = sqrt(max(d(j,j), 0)) to(i,j), for diagonal d with real entries
template <class E>
struct scale_by_roots {
  batch<const E> diagonal;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    const real_of<E> value = real_part(entry(diagonal, x.b, x.j, x.j));
    const auto root = static_cast<real_of<E>>(value > 0 ? sqrt(value) : 0);
    entry(to, x.b, x.i, x.j) = root * entry(to, x.b, x.i, x.j);
  }
};

/// A = A + max(ridge, floor trace(A) / n) I, for Hermitian n x n A; over the matrices.
template <class E>
struct add_ridge {
  batch<E> to;
  double ridge, floor;
  TUBAL_HD void operator()(std::int64_t b) const {
    double trace = 0;
    for (std::int64_t i = 0; i < to.rows; ++i)
      trace += static_cast<double>(real_part(entry(to, b, i, i)));
    const double least = floor * trace / static_cast<double>(to.rows);
    const auto added = static_cast<real_of<E>>(ridge > least ? ridge : least);
    for (std::int64_t i = 0; i < to.rows; ++i) entry(to, b, i, i) = entry(to, b, i, i) + added;
  }
};

/// to = diag(values), or the column of values; `stride` values per matrix, from the last one on
/// when `reversed`.
template <class E>
struct put_values {
  const real_of<E>* values;
  std::int64_t stride;
  batch<E> to;
  bool column, reversed;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    const bool on = (column || x.i == x.j) && x.i < stride;
    const std::int64_t i = reversed ? stride - 1 - x.i : x.i;
    entry(to, x.b, x.i, x.j) = real_number<number<E>>(on ? values[x.b * stride + i] : 0);
  }
};

/// The part of `from` that LU stores in one triangle: L with ones on its diagonal, or U.
template <class E>
struct copy_triangle {
  batch<const E> from;
  batch<E> to;
  bool lower;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    number<E> value{};
    if (lower ? x.i > x.j : x.i <= x.j) value = entry(from, x.b, x.i, x.j);
    if (lower && x.i == x.j) value = real_number<number<E>>(1);
    entry(to, x.b, x.i, x.j) = value;
  }
};

/// L diag(d)^H with d the phases of the diagonal of L: a nonnegative diagonal.
template <class E>
struct turn_columns {
  batch<const E> from;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    entry(to, x.b, x.i, x.j) =
        entry(from, x.b, x.i, x.j) * conjugate(phase(entry(from, x.b, x.j, x.j)));
  }
};
/// Q = diag(d) Q
template <class E>
struct turn_rows {
  batch<const E> lower;
  batch<E> to;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    entry(to, x.b, x.i, x.j) = entry(to, x.b, x.i, x.j) * phase(entry(lower, x.b, x.i, x.i));
  }
};

/// Row i of `to` is row order(i) of `from`, or of the identity when there is none.
template <class E>
struct permute_rows {
  batch<const E> from;
  batch<E> to;
  const std::int64_t* order;
  TUBAL_HD void operator()(std::int64_t e) const {
    const position x(e, to.rows, to.cols);
    const std::int64_t row = order[x.b * to.rows + x.i];
    entry(to, x.b, x.i, x.j) =
        from.data ? entry(from, x.b, row, x.j) : real_number<number<E>>(row == x.j ? 1 : 0);
  }
};

/// A product of one-dimensional spectra into a multi-dimensional half spectrum or back; see
/// separable_transform.hpp. `packed` reals of every tube belong to complex slices.
template <class T>
struct mix_slices {
  const T* from;
  T* to;
  std::int64_t tubes, packed, terms;
  const std::int64_t* entries;
  const double* weights;
  bool from_spectrum;

  TUBAL_HD std::int64_t place(std::int64_t number, std::int64_t tube, bool in_spectrum) const {
    return in_spectrum && number < packed ? number / 2 * 2 * tubes + 2 * tube + number % 2
                                          : number * tubes + tube;
  }
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t tube = e % tubes, number = e / tubes;
    double sum = 0;
    for (std::int64_t t = 0; t < terms; ++t) {
      const std::int64_t x = entries[number * terms + t];
      if (x == 0) break;
      const std::int64_t source = (x > 0 ? x : -x) - 1;
      const auto value = static_cast<double>(from[place(source, tube, from_spectrum)]);
      sum += x > 0 ? value : -value;
    }
    to[place(number, tube, !from_spectrum)] = static_cast<T>(weights[number] * sum);
  }
};

/// bcirc(A), n1 k x n2 k: block (p, q) is slice p - q mod k of A, n1 x n2 x k.
template <class T>
struct block_circulant {
  const T* a;
  T* to;
  std::int64_t rows, cols, tube;
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t i = e % (rows * tube), j = e / (rows * tube);
    const std::int64_t slice = (i / rows - j / cols + tube) % tube;
    to[e] = a[i % rows + rows * (j % cols + cols * slice)];
  }
};

// The elements and terms that back ends instantiate: X(functor) for each.
#define TUBAL_FOR_EACH_ELEMENT_OF_SLICES(X, E) \
  X(copy_block<E>)                             \
  X(fill_unit_matrices<E>)                     \
  X(copy_adjoint<E>)                           \
  X(mirror_lower<E>)                           \
  X(hermitian_part<E>)                         \
  X(scale_rows_by_power<E>)                    \
  X(scale_columns<E>)                          \
  X(scale_by_roots<E>)                         \
  X(add_ridge<E>)                              \
  X(put_values<E>)                             \
  X(copy_triangle<E>)                          \
  X(turn_columns<E>)                           \
  X(turn_rows<E>)                              \
  X(permute_rows<E>)

}  // namespace tubal::detail
