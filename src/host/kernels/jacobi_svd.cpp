// Small singular value decompositions: J B = diag(values) Q with orthogonal rows, J the product of
// the rotations that the kernels make. A tall matrix goes in as its adjoint. Computed in double.
#include "host/kernels/jacobi_svd.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "host/kernels/instruction_set.hpp"

namespace tubal::detail {

namespace {

using number = std::complex<double>;

bool orthogonalise(const jacobi_rows& all, int sweeps) {
  TUBAL_DISPATCH(orthogonalise_rows(all, sweeps));
}

template <class E>
number widen(const E& x) {
  return {static_cast<double>(std::real(x)), static_cast<double>(std::imag(x))};
}
template <class E>
E narrow(number x) {
  using T = real_of<E>;
  if constexpr (is_complex<E>)
    return {static_cast<T>(x.real()), static_cast<T>(x.imag())};
  else
    return static_cast<T>(x.real());
}

/// Rows of [B J] by number.
class rows_in_lanes {
 public:
  rows_in_lanes(double* work, std::int64_t rows, std::int64_t cols, bool complex, bool with_j)
      : rows_(rows),
        pairs_((rows + 1) / 2),
        lanes_(jacobi_lanes(pairs_)),
        all_{work + 4 * lanes_, work, pairs_, complex, cols, cols + (with_j ? 2 * pairs_ : 0)} {
    std::fill_n(all_.sizes, 4 * lanes_, 1.0);
    std::fill_n(all_.x, column_reals(pairs_, complex) * all_.cols, 0.0);
    for (std::int64_t i = 0; i < all_.cols - cols; ++i) set(i, cols + i, 1);
  }

  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return all_.measured; }
  const jacobi_rows& all() const { return all_; }

  number b(std::int64_t row, std::int64_t j) const {
    const double* at = place(row, j);
    return {at[0], all_.is_complex ? at[2 * lanes_] : 0};
  }
  number j(std::int64_t row, std::int64_t i) const { return b(row, cols() + i); }
  void set(std::int64_t row, std::int64_t j, number x) {
    double* at = place(row, j);
    at[0] = x.real();
    if (all_.is_complex) at[2 * lanes_] = x.imag();
  }

  /// Row = size(row) times what is kept.
  double size(std::int64_t row) const { return all_.sizes[lane(row)]; }
  /// Keeps a row divided by 2^exponent more.
  void divide(std::int64_t row, int exponent) {
    for (std::int64_t j = 0; j < cols(); ++j) {
      const number x = b(row, j);
      set(row, j, {std::ldexp(x.real(), -exponent), std::ldexp(x.imag(), -exponent)});
    }
    all_.sizes[lane(row)] = std::ldexp(size(row), exponent);
    all_.sizes[2 * lanes_ + lane(row)] = 1 / size(row);
  }

 private:
  std::int64_t lane(std::int64_t row) const { return row < pairs_ ? row : lanes_ + row - pairs_; }
  double* place(std::int64_t row, std::int64_t j) const {
    return all_.x + j * column_reals(pairs_, all_.is_complex) + lane(row);
  }

  std::int64_t rows_, pairs_, lanes_;
  jacobi_rows all_;
};

/// A power of two that brings the largest part near 1, as an exponent.
template <class E>
int exponent_of(const batch<E>& a, std::int64_t s) {
  double size = 0;
  for (std::int64_t j = 0; j < a.cols; ++j)
    for (std::int64_t i = 0; i < a.rows; ++i) {
      const number x = widen(a.matrix(s)[i + j * a.ld]);
      size = std::max({size, std::abs(x.real()), std::abs(x.imag())});
    }
  return size > 0 ? std::clamp(-std::ilogb(size), -1000, 1000) : 0;
}

struct row_norm {
  std::int64_t row;
  double norm;
  bool counts;  // and so is orthogonal to the others that do
};

/// Of a row as it is kept.
row_norm norm_of(const rows_in_lanes& x, std::int64_t row) {
  double square = 0, size = 0;
  for (std::int64_t j = 0; j < x.cols(); ++j) square += std::norm(x.b(row, j));
  if (square > 2 * least_jacobi_square) return {row, std::sqrt(square), true};
  for (std::int64_t j = 0; j < x.cols(); ++j)
    size = std::max({size, std::abs(x.b(row, j).real()), std::abs(x.b(row, j).imag())});
  if (size == 0) return {row, 0, false};
  square = 0;
  for (std::int64_t j = 0; j < x.cols(); ++j) square += std::norm(x.b(row, j) / size);
  return {row, size * std::sqrt(square), false};
}

/// Whether there were rows to be kept larger, so that they count.
bool enlarge_rows(rows_in_lanes& x) {
  constexpr double smallest = 0x1p-700;  // a tangent beside it, to rounding, is a normal number
  bool any = false;
  for (std::int64_t row = 0; row < x.rows(); ++row) {
    const row_norm norm = norm_of(x, row);
    if (norm.counts || norm.norm == 0 || x.size(row) == smallest) continue;
    x.divide(row, std::max(std::ilogb(norm.norm), std::ilogb(smallest) - std::ilogb(x.size(row))));
    any = true;
  }
  return any;
}

/// Row `order[k]` of B: a unit vector orthogonal to the rows before it, which are orthonormal.
void complete_row(rows_in_lanes& x, const row_norm* order, std::int64_t k) {
  const std::int64_t row = order[k].row;
  double least = 0;
  std::int64_t start = -1;  // the unit vector of which they hold least
  for (std::int64_t j = 0; j < x.cols(); ++j) {
    double held = 0;
    for (std::int64_t i = 0; i < k; ++i) held += std::norm(x.b(order[i].row, j));
    if (start < 0 || held < least) {
      least = held;
      start = j;
    }
  }
  for (std::int64_t j = 0; j < x.cols(); ++j) x.set(row, j, j == start ? 1 : 0);
  for (int pass = 0; pass < 2; ++pass)  // twice is enough
    for (std::int64_t i = 0; i < k; ++i) {
      number product = 0;
      for (std::int64_t j = 0; j < x.cols(); ++j)
        product += x.b(row, j) * std::conj(x.b(order[i].row, j));
      for (std::int64_t j = 0; j < x.cols(); ++j)
        x.set(row, j, x.b(row, j) - product * x.b(order[i].row, j));
    }
  const double norm = norm_of(x, row).norm;
  for (std::int64_t j = 0; j < x.cols(); ++j) x.set(row, j, x.b(row, j) / norm);
}

}  // namespace

std::int64_t jacobi_reals(std::int64_t rows, std::int64_t cols, bool is_complex) {
  const std::int64_t pairs = (std::min(rows, cols) + 1) / 2;
  return 4 * jacobi_lanes(pairs) +
         column_reals(pairs, is_complex) * (std::max(rows, cols) + 2 * pairs);
}

template <class E>
bool jacobi_svd(const svd_arguments<E>& all, std::int64_t s, bool with_vectors, double* work,
                int sweeps) {
  const batch<E>& a = all.a;
  const bool wide = a.rows < a.cols;
  rows_in_lanes x(work, std::min(a.rows, a.cols), std::max(a.rows, a.cols), is_complex<E>,
                  with_vectors);
  const int exponent = exponent_of(a, s);
  const double scale = std::ldexp(1.0, exponent);
  for (std::int64_t j = 0; j < a.cols; ++j)
    for (std::int64_t i = 0; i < a.rows; ++i) {
      const number entry = scale * widen(a.matrix(s)[i + j * a.ld]);
      wide ? x.set(i, j, entry) : x.set(j, i, std::conj(entry));
    }
  do {
    if (!orthogonalise(x.all(), sweeps)) return false;
  } while (enlarge_rows(x));

  std::array<row_norm, most_jacobi_rows> order;
  for (std::int64_t i = 0; i < x.rows(); ++i) order[i] = norm_of(x, i);
  const auto value = [&](const row_norm& r) { return x.size(r.row) * r.norm; };
  std::sort(order.begin(), order.begin() + x.rows(), [&](const row_norm& r, const row_norm& other) {
    return value(r) != value(other) ? value(r) > value(other) : r.row < other.row;
  });
  for (std::int64_t k = 0; k < x.rows(); ++k)
    all.values[s * x.rows() + k] = static_cast<real_of<E>>(std::ldexp(value(order[k]), -exponent));
  if (!with_vectors) return true;

  E *u = all.u.matrix(s), *vh = all.vh.matrix(s);
  for (std::int64_t k = 0; k < x.rows(); ++k) {
    const std::int64_t row = order[k].row;
    if (!order[k].counts) complete_row(x, order.data(), k);
    const double norm = order[k].counts ? order[k].norm : 1;
    for (std::int64_t j = 0; j < x.cols(); ++j) {
      const number q = x.b(row, j) / norm;
      x.set(row, j, q);  // for rows that are to be completed
      (wide ? vh[k + j * all.vh.ld] : u[j + k * all.u.ld]) = narrow<E>(wide ? q : std::conj(q));
    }
    for (std::int64_t i = 0; i < x.rows(); ++i)
      (wide ? u[i + k * all.u.ld] : vh[k + i * all.vh.ld]) =
          narrow<E>(wide ? std::conj(x.j(row, i)) : x.j(row, i));
  }
  return true;
}

#define TUBAL_INSTANTIATE(E) \
  template bool jacobi_svd(const svd_arguments<E>&, std::int64_t, bool, double*, int);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
