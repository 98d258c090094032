// Arrays in the memory of a back end and naive products, for tests of its primitives.
#pragma once

#include <tubal/tubal.hpp>

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "cuda/backend.hpp"
#include "host/backend.hpp"

namespace tubal::test {

template <class S>
using backend_of = detail::backend<S>;
using detail::batch;
using detail::contiguous;
using detail::real_of;
using detail::vectors;

/// An array in the memory of a back end.
template <class E, class S>
class array {
 public:
  array(backend_of<S>& b, const std::vector<E>& values) : array(b, values.size()) { set(values); }
  ~array() { backend_.release(data_, bytes()); }
  array(const array&) = delete;
  array& operator=(const array&) = delete;

  E* data() const { return data_; }
  std::vector<E> values() const {
    std::vector<E> v(size_);
    backend_.download(v.data(), data_, bytes());
    return v;
  }
  void set(const std::vector<E>& values) { backend_.upload(data_, values.data(), bytes()); }

 private:
  array(backend_of<S>& b, std::size_t size) : backend_(b), size_(size) {
    data_ = static_cast<E*>(b.allocate(bytes()));
  }
  std::size_t bytes() const { return size_ * sizeof(E); }
  backend_of<S>& backend_;
  std::size_t size_;
  E* data_;
};

template <class E>
E entry(double re, double im) {
  if constexpr (detail::is_complex<E>)
    return E(static_cast<real_of<E>>(re), static_cast<real_of<E>>(im));
  else
    return static_cast<E>(re);
}

template <class E>
std::vector<E> random_values(std::int64_t count, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<E> v(static_cast<std::size_t>(count));
  for (E& x : v) {
    const double re = normal(bits);
    x = entry<E>(re, normal(bits));
  }
  return v;
}

template <class E>
E conjugate(E x) {
  if constexpr (detail::is_complex<E>)
    return std::conj(x);
  else
    return x;
}

/// op(A) op(B) of one matrix of each batch, on main memory.
template <class E>
std::vector<E> product(const batch<const E>& a, bool adjoint_a, const batch<const E>& b,
                       bool adjoint_b, std::int64_t slice) {
  const std::int64_t m = adjoint_a ? a.cols : a.rows, k = adjoint_a ? a.rows : a.cols,
                     n = adjoint_b ? b.rows : b.cols;
  std::vector<E> c(static_cast<std::size_t>(m * n));
  for (std::int64_t j = 0; j < n; ++j)
    for (std::int64_t q = 0; q < k; ++q)
      for (std::int64_t i = 0; i < m; ++i) {
        const E x =
            adjoint_a ? conjugate(a.matrix(slice)[q + i * a.ld]) : a.matrix(slice)[i + q * a.ld];
        const E y =
            adjoint_b ? conjugate(b.matrix(slice)[j + q * b.ld]) : b.matrix(slice)[q + j * b.ld];
        c[static_cast<std::size_t>(i + j * m)] += x * y;
      }
  return c;
}

template <class E>
double frobenius_distance(const std::vector<E>& a, const std::vector<E>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::norm(std::complex<double>(a[i] - b[i]));
  return std::sqrt(sum);
}
template <class E>
double norm(const std::vector<E>& a) {
  return frobenius_distance(a, std::vector<E>(a.size()));
}

template <class E>
inline constexpr double eps = std::numeric_limits<real_of<E>>::epsilon() / 2;

}  // namespace tubal::test
