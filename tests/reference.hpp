// Naive definitions on vectors, in double: small enough to check by eye, slow on purpose.
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
    for (std::int64_t s = 0; s < k; ++s)
      for (std::int64_t j = 0; j < c.shape.cols; ++j)
        for (std::int64_t q = 0; q < a.shape.cols; ++q)
          for (std::int64_t i = 0; i < c.shape.rows; ++i)
            c(i, j, l) += a(i, q, s) * b(q, j, (l - s + k) % k);
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

/// sum_l X(i,j,l) exp(-2 pi i f l / k)
inline std::complex<double> dft(const plain& x, std::int64_t i, std::int64_t j, std::int64_t f) {
  std::complex<double> sum = 0;
  for (std::int64_t l = 0; l < x.shape.tube; ++l)
    sum += x(i, j, l) *
           std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(f * l % x.shape.tube) /
                               static_cast<double>(x.shape.tube));
  return sum;
}

inline double dot(const plain& a, const plain& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) sum += a.values[i] * b.values[i];
  return sum;
}
inline double norm(const plain& a) { return std::sqrt(dot(a, a)); }

/// ||a - b||_F
template <class T>
double distance(const plain& a, const std::vector<T>& b) {
  double sum = a.values.size() == b.size() ? 0 : std::nan("");
  for (std::size_t i = 0; i < b.size() && i < a.values.size(); ++i)
    sum += std::pow(a.values[i] - static_cast<double>(b[i]), 2);
  return std::sqrt(sum);
}

}  // namespace tubal::test
