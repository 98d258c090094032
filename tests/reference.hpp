// Naive definitions on vectors: small enough to check by eye, slow on purpose. Values are doubles,
// sums long doubles.
#pragma once

#include <tubal/shape.hpp>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

namespace tubal::test {

/// A tensor in main memory with its shape; x(i, j, l).
struct plain {
  tubal::shape shape;
  std::vector<double> values;

  explicit plain(tubal::shape s) : shape(s), values(static_cast<std::size_t>(s.size())) {}
  double& operator()(std::int64_t i, std::int64_t j, std::int64_t l) {
    return values[static_cast<std::size_t>(i + shape.rows * (j + shape.cols * l))];
  }
  double operator()(std::int64_t i, std::int64_t j, std::int64_t l) const {
    return const_cast<plain&>(*this)(i, j, l);
  }
  template <class T>
  std::vector<T> as() const {
    return {values.begin(), values.end()};
  }
};

/// Normal numbers that float holds exactly, so that both precisions get the same data.
inline plain random_tensor(tubal::shape s, unsigned seed) {
  std::mt19937_64 bits(seed);
  std::normal_distribution<double> normal;
  plain x(s);
  for (double& v : x.values) v = static_cast<float>(normal(bits));
  return x;
}

/// C(i,j,l) = sum_q sum_s A(i,q,s) B(q,j,(l-s) mod k)
inline plain tproduct(const plain& a, const plain& b) {
  const std::int64_t k = a.shape.tube;
  plain c({a.shape.rows, b.shape.cols, k});
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t j = 0; j < c.shape.cols; ++j)
      for (std::int64_t i = 0; i < c.shape.rows; ++i) {
        long double sum = 0;
        for (std::int64_t s = 0; s < k; ++s)
          for (std::int64_t q = 0; q < a.shape.cols; ++q)
            sum += static_cast<long double>(a(i, q, s)) * b(q, j, (l - s + k) % k);
        c(i, j, l) = static_cast<double>(sum);
      }
  return c;
}

/// C(j,i,0) = A(i,j,0), C(j,i,l) = A(i,j,k-l)
inline plain transpose(const plain& a) {
  const std::int64_t k = a.shape.tube;
  plain c({a.shape.cols, a.shape.rows, k});
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t j = 0; j < a.shape.cols; ++j)
      for (std::int64_t i = 0; i < a.shape.rows; ++i) c(j, i, (k - l) % k) = a(i, j, l);
  return c;
}

/// a + s b
inline plain plus(const plain& a, double s, const plain& b) {
  plain c(a.shape);
  for (std::size_t i = 0; i < c.values.size(); ++i) c.values[i] = a.values[i] + s * b.values[i];
  return c;
}
/// (A + A^T) / 2
inline plain symmetric_part(const plain& a) {
  plain c = plus(a, 1, transpose(a));
  for (double& v : c.values) v /= 2;
  return c;
}
/// E * A = A: first slice the identity
inline plain identity(std::int64_t n, std::int64_t k) {
  plain e({n, n, k});
  for (std::int64_t i = 0; i < n; ++i) e(i, i, 0) = 1;
  return e;
}

/// exp(-2 pi i j / k), j = 0 .. k-1
inline std::vector<std::complex<long double>> roots_of_unity(std::int64_t k) {
  std::vector<std::complex<long double>> w;
  for (std::int64_t j = 0; j < k; ++j) {
    const long double angle = -2 * std::numbers::pi_v<long double> * static_cast<long double>(j) /
                              static_cast<long double>(k);
    w.emplace_back(std::cos(angle), std::sin(angle));
  }
  return w;
}

/// X^(i,j,f) = sum_l X(i,j,l) exp(-2 pi i f l / k), for f = 0 .. k/2, as the half spectrum stores
/// it: complex slices, then real ones.
inline std::vector<double> half_spectrum_of(const plain& x) {
  const std::int64_t k = x.shape.tube, tubes = x.shape.slice_size(), pairs = (k - 1) / 2;
  const auto w = roots_of_unity(k);
  std::vector<double> out(x.values.size());
  for (std::int64_t f = 0; f <= k / 2; ++f)
    for (std::int64_t i = 0; i < tubes; ++i) {
      std::complex<long double> sum = 0;
      for (std::int64_t l = 0; l < k; ++l)
        sum += static_cast<long double>(x.values[static_cast<std::size_t>(i + tubes * l)]) *
               w[static_cast<std::size_t>(f * l % k)];
      const auto put = [&](std::int64_t e, long double value) {
        out[static_cast<std::size_t>(e)] = static_cast<double>(value);
      };
      if (f == 0 || 2 * f == k) {
        put((2 * pairs + (f == 0 ? 0 : 1)) * tubes + i, sum.real());
      } else {
        put(2 * ((f - 1) * tubes + i), sum.real());
        put(2 * ((f - 1) * tubes + i) + 1, sum.imag());
      }
    }
  return out;
}

/// X(i,j,l) = (1/k) sum_f X^(i,j,f) exp(2 pi i f l / k) from a half spectrum
inline plain tensor_of(tubal::shape s, const std::vector<double>& spectrum) {
  const std::int64_t k = s.tube, tubes = s.slice_size(), pairs = (k - 1) / 2;
  const auto w = roots_of_unity(k);
  plain x(s);
  const auto at = [&](std::int64_t e) -> long double {
    return spectrum[static_cast<std::size_t>(e)];
  };
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t i = 0; i < tubes; ++i) {
      long double sum = at(2 * pairs * tubes + i);
      if (k % 2 == 0) sum += (l % 2 == 0 ? 1 : -1) * at((2 * pairs + 1) * tubes + i);
      for (std::int64_t f = 1; f <= pairs; ++f) {
        const std::complex<long double> value(at(2 * ((f - 1) * tubes + i)),
                                              at(2 * ((f - 1) * tubes + i) + 1));
        sum += 2 * (value * std::conj(w[static_cast<std::size_t>(f * l % k)])).real();
      }
      x.values[static_cast<std::size_t>(i + tubes * l)] =
          static_cast<double>(sum / static_cast<long double>(k));
    }
  return x;
}

inline double dot(const plain& a, const plain& b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    sum += static_cast<long double>(a.values[i]) * b.values[i];
  return static_cast<double>(sum);
}
inline double norm(const plain& a) { return std::sqrt(dot(a, a)); }

/// ||a - b||_2, NaN when the sizes differ
template <class T>
double distance(const std::vector<double>& a, const std::vector<T>& b) {
  long double sum = a.size() == b.size() ? 0 : std::nan("");
  for (std::size_t i = 0; i < b.size() && i < a.size(); ++i) {
    const long double d = a[i] - static_cast<double>(b[i]);
    sum += d * d;
  }
  return static_cast<double>(std::sqrt(sum));
}
template <class T>
double distance(const plain& a, const std::vector<T>& b) {
  return distance(a.values, b);
}
inline double distance(const plain& a, const plain& b) { return distance(a.values, b.values); }
inline double norm(const std::vector<double>& a) {
  return distance(a, std::vector<double>(a.size()));
}

}  // namespace tubal::test
