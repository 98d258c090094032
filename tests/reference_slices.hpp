// Naive algebra of frontal slices in the Fourier domain, all k of them, in long double: products
// and a one-sided Jacobi SVD, which is accurate for graded matrices too.
#pragma once

#include <algorithm>
#include <numeric>

#include "reference.hpp"

namespace tubal::test {

using real = long double;
using number = std::complex<real>;

struct matrix {
  std::int64_t rows = 0, cols = 0;
  std::vector<number> values;

  matrix(std::int64_t m, std::int64_t n)
      : rows(m), cols(n), values(static_cast<std::size_t>(m * n)) {}
  number& operator()(std::int64_t i, std::int64_t j) {
    return values[static_cast<std::size_t>(i + rows * j)];
  }
  number operator()(std::int64_t i, std::int64_t j) const {
    return values[static_cast<std::size_t>(i + rows * j)];
  }
};

inline matrix adjoint(const matrix& a) {
  matrix c(a.cols, a.rows);
  for (std::int64_t j = 0; j < a.cols; ++j)
    for (std::int64_t i = 0; i < a.rows; ++i) c(j, i) = std::conj(a(i, j));
  return c;
}
inline matrix operator*(const matrix& a, const matrix& b) {
  matrix c(a.rows, b.cols);
  for (std::int64_t j = 0; j < b.cols; ++j)
    for (std::int64_t q = 0; q < a.cols; ++q)
      for (std::int64_t i = 0; i < a.rows; ++i) c(i, j) += a(i, q) * b(q, j);
  return c;
}
inline matrix operator-(matrix a, const matrix& b) {
  for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] -= b.values[i];
  return a;
}
/// `count` columns from `first` on
inline matrix columns(const matrix& a, std::int64_t first, std::int64_t count) {
  matrix c(a.rows, count);
  std::copy_n(a.values.begin() + first * a.rows, count * a.rows, c.values.begin());
  return c;
}

/// X^_f, f = 0 .. k-1
inline std::vector<matrix> slices(const plain& x) {
  std::vector<matrix> out;
  for (std::int64_t f = 0; f < x.shape.tube; ++f) {
    matrix m(x.shape.rows, x.shape.cols);
    for (std::int64_t l = 0; l < x.shape.tube; ++l) {
      const real angle = -2 * std::numbers::pi_v<real> * static_cast<real>(f * l % x.shape.tube) /
                         static_cast<real>(x.shape.tube);
      const number w(std::cos(angle), std::sin(angle));
      for (std::int64_t j = 0; j < m.cols; ++j)
        for (std::int64_t i = 0; i < m.rows; ++i) m(i, j) += w * real(x(i, j, l));
    }
    out.push_back(m);
  }
  return out;
}

/// A = U diag(values) V^H with min(rows, cols) values, descending.
struct svd_result {
  matrix u;
  std::vector<real> values;
  matrix v;
};

inline svd_result svd(const matrix& a) {
  if (a.cols > a.rows) {
    svd_result s = svd(adjoint(a));
    std::swap(s.u, s.v);
    return s;
  }
  const std::int64_t m = a.rows, n = a.cols;
  matrix w = a, v(n, n);
  for (std::int64_t i = 0; i < n; ++i) v(i, i) = 1;
  const auto dot_columns = [&](std::int64_t p, std::int64_t q) {
    number sum = 0;
    for (std::int64_t i = 0; i < m; ++i) sum += std::conj(w(i, p)) * w(i, q);
    return sum;
  };
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < 60; ++sweep) {
    rotated = false;
    for (std::int64_t p = 0; p < n; ++p)
      for (std::int64_t q = p + 1; q < n; ++q) {
        const real alpha = dot_columns(p, p).real(), beta = dot_columns(q, q).real();
        const number gamma = dot_columns(p, q);
        const real size = std::abs(gamma);
        if (size == 0 || size <= 1e-19L * std::sqrt(alpha) * std::sqrt(beta)) continue;
        rotated = true;
        const real zeta = (beta - alpha) / (2 * size);
        const real t = (zeta >= 0 ? 1 : -1) / (std::abs(zeta) + std::hypot(real(1), zeta));
        const real c = 1 / std::hypot(real(1), t), s = c * t;
        const number phase = gamma / size;
        const auto rotate = [&](matrix& x) {
          for (std::int64_t i = 0; i < x.rows; ++i) {
            const number xp = x(i, p), xq = std::conj(phase) * x(i, q);
            x(i, p) = c * xp - s * xq;
            x(i, q) = s * xp + c * xq;
          }
        };
        rotate(w);
        rotate(v);
      }
  }
  std::vector<real> size(static_cast<std::size_t>(n));
  for (std::int64_t j = 0; j < n; ++j)
    size[static_cast<std::size_t>(j)] = std::sqrt(dot_columns(j, j).real());
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return size[static_cast<std::size_t>(i)] > size[static_cast<std::size_t>(j)];
  });
  svd_result r{matrix(m, n), {}, matrix(n, n)};
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t from = order[static_cast<std::size_t>(j)];
    const real value = size[static_cast<std::size_t>(from)];
    r.values.push_back(value);
    for (std::int64_t i = 0; i < m; ++i) r.u(i, j) = value > 0 ? w(i, from) / value : number(0);
    for (std::int64_t i = 0; i < n; ++i) r.v(i, j) = v(i, from);
  }
  return r;
}

/// Hermitian A = V diag(values) V^H, values descending: the SVD of A + shift I, positive definite.
struct eigen_result {
  std::vector<real> values;
  matrix vectors;
};

inline eigen_result eigen(matrix a) {
  real shift = 0;
  for (const number& x : a.values) shift += std::norm(x);
  shift = std::sqrt(shift) + std::numeric_limits<real>::min();
  for (std::int64_t i = 0; i < a.rows; ++i) a(i, i) += shift;
  svd_result s = svd(a);
  for (real& value : s.values) value -= shift;
  return {s.values, s.u};
}

inline real spectral_norm(const matrix& a) { return a.values.empty() ? 0 : svd(a).values.front(); }
/// || (I - V V^H) W ||_2 for orthonormal V, W
inline real angle(const matrix& v, const matrix& w) {
  return spectral_norm(w - v * (adjoint(v) * w));
}

}  // namespace tubal::test
