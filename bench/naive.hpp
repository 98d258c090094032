// The definitions, in plain loops.
#pragma once

#include <tubal/shape.hpp>

#include <vector>

namespace bench {

using values = std::vector<double>;

inline std::int64_t at(const tubal::shape& s, std::int64_t i, std::int64_t j, std::int64_t l) {
  return i + s.rows * (j + s.cols * l);
}

/// Tube (i, j) of A * B: C(i,j,l) = sum_q sum_s A(i,q,s) B(q,j,(l-s) mod k).
inline values tproduct_tube(const values& a, const tubal::shape& sa, const values& b,
                            const tubal::shape& sb, std::int64_t i, std::int64_t j) {
  const auto k = sa.tube;
  values tube(static_cast<std::size_t>(k));
  for (std::int64_t l = 0; l < k; ++l) {
    double sum = 0;
    for (std::int64_t q = 0; q < sa.cols; ++q) {
      for (std::int64_t s = 0; s < k; ++s) {
        sum += a[at(sa, i, q, s)] * b[at(sb, q, j, (l - s + k) % k)];
      }
    }
    tube[l] = sum;
  }
  return tube;
}

inline values tproduct(const values& a, const tubal::shape& sa, const values& b,
                       const tubal::shape& sb) {
  const tubal::shape sc{sa.rows, sb.cols, sa.tube};
  values c(static_cast<std::size_t>(sc.size()));
  for (std::int64_t i = 0; i < sc.rows; ++i) {
    for (std::int64_t j = 0; j < sc.cols; ++j) {
      const values tube = tproduct_tube(a, sa, b, sb, i, j);
      for (std::int64_t l = 0; l < sc.tube; ++l) c[at(sc, i, j, l)] = tube[l];
    }
  }
  return c;
}

/// C(j,i,l) = A(i,j,(k-l) mod k)
inline values transpose(const values& a, const tubal::shape& s) {
  values c(a.size());
  const tubal::shape sc{s.cols, s.rows, s.tube};
  for (std::int64_t l = 0; l < s.tube; ++l) {
    for (std::int64_t j = 0; j < s.cols; ++j) {
      for (std::int64_t i = 0; i < s.rows; ++i) {
        c[at(sc, j, i, l)] = a[at(s, i, j, (s.tube - l) % s.tube)];
      }
    }
  }
  return c;
}

/// sum_i r_i A_i, `tensors` holding the A_i one after the other.
inline values adjoint(const values& tensors, const values& r) {
  const std::size_t size = tensors.size() / r.size();
  values x(size);
  for (std::size_t i = 0; i < r.size(); ++i) {
    for (std::size_t j = 0; j < size; ++j) x[j] += r[i] * tensors[i * size + j];
  }
  return x;
}

/// <A_i, X> - y_i
inline values residual(const values& tensors, const values& x, const values& y) {
  values r(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) sum += tensors[i * x.size() + j] * x[j];
    r[i] = sum - y[i];
  }
  return r;
}

/// U - mu sym(sum_i (<A_i, U*U^T> - y_i) A_i) * U
inline values descent_step(const values& tensors, const values& y, const values& u,
                           const tubal::shape& su, double mu) {
  const tubal::shape square{su.rows, su.rows, su.tube};
  const tubal::shape flat{su.cols, su.rows, su.tube};
  const values x = tproduct(u, su, transpose(u, su), flat);
  values z = adjoint(tensors, residual(tensors, x, y));
  const values zt = transpose(z, square);
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = (z[i] + zt[i]) / 2;
  const values direction = tproduct(z, square, u, su);
  values next(u);
  for (std::size_t i = 0; i < u.size(); ++i) next[i] -= mu * direction[i];
  return next;
}

}  // namespace bench
