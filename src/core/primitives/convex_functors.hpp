// Elementwise work of convex recovery.
#pragma once

#include "core/primitives/philox.hpp"

namespace tubal::detail {

/// to(i) = a(i) + factor b(i)
template <class T>
struct sum_of_two {
  const T* a;
  const T* b;
  double factor;
  T* to;
  TUBAL_HD void operator()(std::int64_t i) const { to[i] = a[i] + static_cast<T>(factor) * b[i]; }
};

/// The end of a step under a linear constraint: X = V - scale P, U = (U + X - Z) / growth,
/// V = X + U for the next one; P becomes the change of X.
template <class T>
struct admm_update {
  const T* z;
  double scale, growth;
  T* x;
  T* u;
  T* v;
  T* p;
  TUBAL_HD void operator()(std::int64_t i) const {
    const T now = v[i] - static_cast<T>(scale) * p[i];
    const T multiplier = (u[i] + now - z[i]) / static_cast<T>(growth);
    p[i] = now - x[i];
    x[i] = now;
    u[i] = multiplier;
    v[i] = now + multiplier;
  }
};

/// The end of a step of robust PCA: S = soft(M - L - U, threshold), U = (U + L + S - M) / growth,
/// V = M - S - U for the next one; P is the change of S.
template <class T>
struct robust_update {
  const T* m;
  const T* l;
  double threshold, growth;
  T* s;
  T* u;
  T* v;
  T* p;
  TUBAL_HD void operator()(std::int64_t i) const {
    const T rest = m[i] - l[i] - u[i], t = static_cast<T>(threshold);
    const T now = rest > t ? rest - t : (rest < -t ? rest + t : T(0));
    const T multiplier = (u[i] + l[i] + now - m[i]) / static_cast<T>(growth);
    p[i] = now - s[i];
    s[i] = now;
    u[i] = multiplier;
    v[i] = m[i] - now - multiplier;
  }
};

/// (scale (l(i) + s(i) - m(i)))^2
template <class T>
struct robust_residual_term {
  const T* l;
  const T* s;
  const T* m;
  double scale;
  TUBAL_HD double operator()(std::int64_t i) const {
    const double r =
        scale * (static_cast<double>(l[i]) + static_cast<double>(s[i]) - static_cast<double>(m[i]));
    return r * r;
  }
};

/// x(i) = x(i) + sign (above / below) y(i), and with `replace` y(i) + (above / below) x(i): the two
/// updates of conjugate gradients. Without anything below, nothing is added.
template <class T>
struct add_ratio {
  const T* y;
  const double* above;
  const double* below;
  double sign;
  bool replace;
  T* x;
  TUBAL_HD void operator()(std::int64_t i) const {
    const T ratio = static_cast<T>(*below > 0 ? sign * (*above / *below) : 0.0);
    x[i] = replace ? y[i] + ratio * x[i] : x[i] + ratio * y[i];
  }
};

}  // namespace tubal::detail
