// A problem in main memory and gradient descent by its formula, in the tensor domain.
#pragma once

#include <algorithm>

#include "reference.hpp"

namespace tubal::test {

/// Measurement tensors one after the other, data, initial factor, truth.
struct plain_problem {
  std::int64_t n, k, m;
  plain tensors, y, initial, truth;

  plain measurement(std::int64_t i) const {
    plain a({n, n, k});
    std::copy_n(tensors.values.begin() + i * a.shape.size(), a.shape.size(), a.values.begin());
    return a;
  }
  /// A(U * U^T) - y
  plain residual(const plain& u) const {
    const plain x = tproduct(u, transpose(u));
    plain r(y.shape);
    for (std::int64_t i = 0; i < m; ++i) r(i, 0, 0) = dot(measurement(i), x) - y(i, 0, 0);
    return r;
  }
  /// sym(A^T r)
  plain backproject(const plain& r) const {
    plain g({n, n, k});
    for (std::int64_t i = 0; i < m; ++i) g = plus(g, r(i, 0, 0), measurement(i));
    return symmetric_part(g);
  }
  /// U - mu sym(A^T (A(U * U^T) - y)) * U
  plain step(const plain& u, double mu) const {
    return plus(u, -mu, tproduct(backproject(residual(u)), u));
  }
};

/// `A_i` i.i.d. N(0, 1/m), T = X * X^T with ||T||_F = 1 and tubal rank r, U_0 of the given norm;
/// everything exact in float.
inline plain_problem random_problem(std::int64_t n, std::int64_t k, std::int64_t m,
                                    std::int64_t columns, std::int64_t r, double initial_norm,
                                    unsigned seed) {
  const auto scaled = [](plain x, double s) {
    for (double& v : x.values) v = static_cast<float>(v * s);
    return x;
  };
  plain x = random_tensor({n, r, k}, seed), truth = tproduct(x, transpose(x));
  truth = scaled(truth, 1 / norm(truth));
  const plain u = random_tensor({n, columns, k}, seed + 1);
  plain_problem p{n,
                  k,
                  m,
                  scaled(random_tensor({n, n, k * m}, seed + 2), 1 / std::sqrt(double(m))),
                  plain({m, 1, 1}),
                  scaled(u, initial_norm / norm(u)),
                  truth};
  for (std::int64_t i = 0; i < m; ++i)
    p.y(i, 0, 0) = static_cast<float>(dot(p.measurement(i), truth));
  return p;
}

}  // namespace tubal::test
