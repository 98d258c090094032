// The kernel of small descents for every instruction set of this machine, against plain loops.
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/primitives/symmetric_layout.hpp"
#include "host/backend.hpp"
#include "host/kernels/descent.hpp"
#include "host_kernels.hpp"
#include "ratios.hpp"

namespace tubal::test {
namespace {

/// One trial of descents.hpp in plain loops.
struct plain_descent {
  using number = std::complex<double>;
  std::int64_t n, width;
  detail::symmetric_layout at;
  std::vector<double> m, target, pull;  // M is N x N
  std::vector<std::vector<number>> u;   // n x width; complex slices first
  std::vector<double> d, z;

  std::int64_t size() const { return static_cast<std::int64_t>(target.size()); }
  /// coordinate(c, slice, i, j, scale, imaginary) for every coordinate c
  template <class F>
  void for_each_coordinate(F&& f) const {
    const double root2 = std::numbers::sqrt2;
    std::int64_t c = 0;
    for (std::int64_t s = 0; s < std::ssize(u); ++s) {
      const bool complex = s < at.complex_slices;
      const double scale = complex ? at.complex_scale : at.real_scale;
      for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = complex ? 0 : j; i < n; ++i)
          f(c++, s, std::max(i, j), std::min(i, j), i == j ? scale : scale * root2, i < j);
    }
  }
  void evaluate() {
    d.assign(target.size(), 0);
    for_each_coordinate([&](auto c, auto s, auto i, auto j, double scale, bool imaginary) {
      number x = 0;
      for (std::int64_t q = 0; q < width; ++q) x += u[s][i + n * q] * std::conj(u[s][j + n * q]);
      d[c] = scale * (imaginary ? x.imag() : x.real()) - target[c];
    });
    z.assign(target.size(), 0);
    for (std::int64_t i = 0; i < size(); ++i) {
      for (std::int64_t j = 0; j < size(); ++j) z[i] += m[i + size() * j] * d[j];
      z[i] -= pull[i];
    }
  }
  void step(double mu) {
    std::vector<std::vector<number>> h(u.size(), std::vector<number>(n * n));
    for_each_coordinate([&](auto c, auto s, auto i, auto j, double scale, bool imaginary) {
      const number part = mu * z[c] / scale * (imaginary ? number(0, 1) : number(1));
      h[s][i + n * j] += part;
      if (i != j) h[s][j + n * i] += std::conj(part);
    });
    for (std::size_t s = 0; s < u.size(); ++s) {
      const auto before = u[s];
      for (std::int64_t q = 0; q < width; ++q)
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = 0; j < n; ++j)
            u[s][i + n * q] -= h[s][i + n * j] * before[j + n * q];
    }
  }
};

template <class T>
void expect_descent(std::int64_t n, std::int64_t width, std::int64_t k) {
  using kernel = void (*)(const detail::descents<T>&, const detail::descent_layout&, std::int64_t,
                          const detail::descent_course&, T*);
  const detail::symmetric_layout at = detail::layout_of(n, k);
  const std::int64_t size = symmetric_dimension(n, k), reals = n * width * k;
  auto random = [&](std::int64_t count, unsigned seed) { return numbers<T>(count, seed); };
  const auto factor = random(reals, 1), target = random(size, 2), pull = random(size, 3);
  auto m = random(size * size, 4);
  for (std::int64_t i = 0; i < size; ++i)
    for (std::int64_t j = 0; j < i; ++j) m[j + size * i] = m[i + size * j];
  const double mu = 0.01 / static_cast<double>(size);
  const detail::descent_course course{2, 2, false};

  plain_descent plain{n,
                      width,
                      at,
                      {m.begin(), m.end()},
                      {target.begin(), target.end()},
                      {pull.begin(), pull.end()},
                      {},
                      {},
                      {}};
  for (std::int64_t s = 0, e = 0; s < at.complex_slices + at.real_slices; ++s) {
    plain.u.emplace_back();
    for (std::int64_t i = 0; i < n * width; ++i) {
      const double re = factor[e++], im = s < at.complex_slices ? factor[e++] : T(0);
      plain.u.back().push_back({re, im});
    }
  }
  double dd = 0;
  plain.evaluate();
  for (int step = 0; step < 4; ++step) {
    plain.step(mu);
    plain.evaluate();
  }
  for (const double d : plain.d) dd += d * d;

  detail::backend<host> be{host::options()};
  using plan = detail::backend<host>::descent_plan<T>;
  plan descent(be, n, width, k);
  host_vector<T> kept(static_cast<std::size_t>(plan::gram_reals(size)));
  descent.keep_gram(detail::contiguous<const T>(m.data(), size, size, 1), kept.data());
  const auto kernels = TUBAL_KERNELS(kernel, advance);
  for (const auto& [set, run] : kernels) {
    host_vector<T> u(factor), z(static_cast<std::size_t>(size)),
        memory(static_cast<std::size_t>(detail::descent_reals<T>(n, width, k, size)));
    std::vector<double> sums(2 * detail::descent_sums);
    const std::int64_t gram_of = 0;
    run({n, width, k, 1, u.data(), reals, z.data(), target.data(), pull.data(), kept.data(),
         &gram_of, &mu, sums.data()},
        {size, at.complex_slices, at.real_slices, at.complex_scale, at.real_scale}, 0, course,
        memory.data());
    double error = 0, norm = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      error += std::pow(static_cast<double>(z[i]) - plain.z[i], 2);
      norm += std::pow(plain.z[i], 2);
    }
    const double eps = std::numeric_limits<T>::epsilon() / 2;
    const double growth = eps * std::sqrt(static_cast<double>(size));
    const std::string where = std::string(detail::name(set)) + ", " + to_string(shape{n, width, k});
    expect_ratio("descent kernels, gradient", std::sqrt(error), growth * std::sqrt(norm), where);
    expect_ratio("descent kernels, error", std::abs(sums[detail::descent_sums] - dd), growth * dd,
                 where);
  }
}

TEST(host_kernels, descents) {
  // rows and coordinates in whole registers, groups and strips, and with a rest
  for (const auto& [n, width, k] : {std::array<std::int64_t, 3>{1, 1, 1},
                                    {1, 1, 4},
                                    {3, 2, 2},
                                    {4, 4, 3},
                                    {5, 3, 4},
                                    {8, 1, 5},
                                    {9, 9, 3},
                                    {10, 10, 4},
                                    {17, 5, 2}}) {
    expect_descent<double>(n, width, k);
    expect_descent<float>(n, width, k);
  }
}

}  // namespace
}  // namespace tubal::test
