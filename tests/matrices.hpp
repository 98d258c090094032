// Batches of matrices in main memory, for tests of the factorisations of every back end.
#pragma once

#include <algorithm>
#include <cstring>

#include "primitives.hpp"
#include "spaces.hpp"

namespace tubal::test {

/// Matrices in main memory, by default with gaps between columns and between matrices.
template <class E>
struct matrices {
  batch<E> shape;  // without data
  std::vector<E> values;

  matrices(std::int64_t rows, std::int64_t cols, std::int64_t count, unsigned seed,
           std::int64_t gap = 2)
      : shape{nullptr, rows, cols, std::max<std::int64_t>(1, rows + gap), 0, count} {
    shape.stride = shape.ld * cols + gap;
    values = random_values<E>(shape.stride * count, seed);
  }
  batch<E> at(E* data) const {
    return {data, shape.rows, shape.cols, shape.ld, shape.stride, shape.count};
  }
  batch<const E> view() const { return at(const_cast<E*>(values.data())); }
  E& operator()(std::int64_t s, std::int64_t i, std::int64_t j) {
    return at(values.data()).matrix(s)[i + j * shape.ld];
  }
  template <class F>
  void each(F f) {
    for (std::int64_t s = 0; s < shape.count; ++s)
      for (std::int64_t j = 0; j < shape.cols; ++j)
        for (std::int64_t i = 0; i < shape.rows; ++i) f(s, i, j, (*this)(s, i, j));
  }
  /// One matrix, without gaps.
  std::vector<E> matrix(std::int64_t s) const {
    std::vector<E> m;
    for (std::int64_t j = 0; j < shape.cols; ++j)
      m.insert(m.end(), view().matrix(s) + j * shape.ld,
               view().matrix(s) + j * shape.ld + shape.rows);
    return m;
  }
  bool all_nan(std::int64_t s) const {
    const auto m = matrix(s);
    return std::all_of(m.begin(), m.end(), [](E x) { return std::isnan(std::real(x)); });
  }
  bool finite(std::int64_t s) const {
    const auto m = matrix(s);
    return std::all_of(m.begin(), m.end(), [](E x) { return std::isfinite(std::abs(x)); });
  }
};

template <class E>
class matrices_test : public operator_test<real_of<E>> {
 protected:
  backend_of<space>& backend() { return *this->ctx().backend(); }

  /// What `run` makes of x, gaps untouched.
  template <class F>
  matrices<E> changed(matrices<E> x, F run) {
    const array<E, space> data(backend(), x.values);
    run(x.at(data.data()));
    matrices<E> result = x;
    result.values = data.values();
    auto gaps = result;
    gaps.each([&](auto s, auto i, auto j, E& y) { y = x(s, i, j); });
    const std::size_t bytes = x.values.size() * sizeof(E);
    EXPECT_TRUE(bytes == 0 || std::memcmp(gaps.values.data(), x.values.data(), bytes) == 0);
    return result;
  }

  void expect_near(const std::string& name, const std::vector<E>& found,
                   const std::vector<E>& expected, double unit, const std::string& text) {
    this->expect_ratio((name + (detail::is_complex<E> ? ", complex" : "")).c_str(),
                       frobenius_distance(found, expected), unit, text);
  }
  static std::string where(const matrices<E>& a) {
    return std::to_string(a.shape.rows) + " x " + std::to_string(a.shape.cols);
  }
};
using elements = testing::Types<float, double, std::complex<float>, std::complex<double>>;

}  // namespace tubal::test
