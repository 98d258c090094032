// The kernels of the host back end for every instruction set of this machine, against plain loops.
#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

#include "host/kernels/direct_dft.hpp"
#include "host/kernels/sensing.hpp"
#include "host/kernels/small_product.hpp"
#include "host_kernels.hpp"
#include "ratios.hpp"

namespace tubal::test {
namespace {

template <class Stored, class T>
void expect_sensing() {
  using kernel = void (*)(const detail::sensing_rows<Stored, T>&);
  const double eps = std::numeric_limits<T>::epsilon() / 2;
  const auto kernels = TUBAL_KERNELS(kernel, sense);
  // blocks of 8, 4, 2 and 1 rows, in cache and beyond, with and without a rest of columns
  for (const auto& [m, n] : {std::pair<std::int64_t, std::int64_t>{1, 1},
                             {2, 3},
                             {13, 8},
                             {15, 70},
                             {31, 1000},
                             {27, 4099},
                             {9, 12000},
                             {5, 50001}}) {
    const auto a = numbers<Stored>(m * n, 1);
    const auto x = numbers<T>(n, 2), y = numbers<T>(m, 3), before = numbers<T>(n, 4);
    std::vector<long double> residual(m), z(before.begin(), before.end());
    for (std::int64_t i = 0; i < m; ++i) {
      residual[i] = -static_cast<long double>(y[i]);
      for (std::int64_t j = 0; j < n; ++j)
        residual[i] += static_cast<long double>(a[i * n + j]) * x[j];
      for (std::int64_t j = 0; j < n; ++j) z[j] += residual[i] * a[i * n + j];
    }
    for (const auto& [set, run] : kernels) {
      host_vector<T> r(m), sum(before);
      run({a.data(), m, n, x.data(), y.data(), r.data(), sum.data()});
      const std::string where =
          std::string(detail::name(set)) + ", " + std::to_string(m) + " x " + std::to_string(n);
      double error = 0, norm = 0, error_z = 0, norm_z = 0;
      for (std::int64_t i = 0; i < m; ++i) {
        error += std::pow(static_cast<double>(r[i] - residual[i]), 2);
        norm += std::pow(static_cast<double>(residual[i]), 2);
      }
      for (std::int64_t j = 0; j < n; ++j) {
        error_z += std::pow(static_cast<double>(sum[j] - z[j]), 2);
        norm_z += std::pow(static_cast<double>(z[j]), 2);
      }
      const double growth = eps * std::sqrt(static_cast<double>(n + m));
      expect_ratio("sensing kernels, residual", std::sqrt(error), growth * std::sqrt(norm), where);
      expect_ratio("sensing kernels, adjoint", std::sqrt(error_z), growth * std::sqrt(norm_z),
                   where);
    }
  }
}

/// Every column has the bits that it has beside any other ones, and is near what it is alone.
template <class Stored, class T>
void expect_sensing_together() {
  using kernel = void (*)(const detail::sensing_rows<Stored, T>&);
  const double eps = std::numeric_limits<T>::epsilon() / 2;
  constexpr std::int64_t most = 7, gap = 2;
  for (const auto& [m, n] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {6, 37}, {9, 500}}) {
    const std::int64_t apart = m + gap;
    const auto a = numbers<Stored>(m * n, 1);
    const auto x = numbers<T>(n * most, 2), y = numbers<T>(apart * most, 3),
               before = numbers<T>(n * most, 4);
    for (const auto& [set, run] : TUBAL_KERNELS(kernel, sense)) {
      const std::string where =
          std::string(detail::name(set)) + ", " + std::to_string(m) + " x " + std::to_string(n);
      host_vector<T> r(y), z(before);
      run({a.data(), m, n, x.data(), y.data(), r.data(), z.data(), most, apart});
      for (std::int64_t c = 0; c < most; ++c) {
        host_vector<T> one(m), sum(before.begin() + c * n, before.begin() + (c + 1) * n);
        run({a.data(), m, n, x.data() + c * n, y.data() + c * apart, one.data(), sum.data()});
        double error = 0, size = 0;
        for (std::int64_t i = 0; i < m; ++i) {
          error += std::pow(static_cast<double>(one[i] - r[c * apart + i]), 2);
          size += std::pow(static_cast<double>(one[i]), 2) + static_cast<double>(n);
        }
        expect_ratio("sensing kernels, together", std::sqrt(error),
                     eps * std::sqrt(static_cast<double>(n) * size), where);
        error = size = 0;
        for (std::int64_t j = 0; j < n; ++j) {
          error += std::pow(static_cast<double>(sum[j] - z[c * n + j]), 2);
          size += std::pow(static_cast<double>(sum[j]), 2) + static_cast<double>(m * n);
        }
        expect_ratio("sensing kernels, adjoint together", std::sqrt(error),
                     eps * std::sqrt(static_cast<double>(n + m) * size), where);
        for (std::int64_t i = m; i < apart; ++i)
          EXPECT_EQ(r[c * apart + i], y[c * apart + i]) << "a gap";
      }
      for (const std::int64_t count : {2, 3, 5}) {
        host_vector<T> few(y), sum(before);
        run({a.data(), m, n, x.data(), y.data(), few.data(), sum.data(), count, apart});
        EXPECT_TRUE(std::equal(sum.begin(), sum.begin() + n * count, z.begin())) << where;
        EXPECT_TRUE(std::equal(few.begin(), few.begin() + apart * count, r.begin())) << where;
      }
    }
  }
}

TEST(host_kernels, sensing_together) {
  expect_sensing_together<double, double>();
  expect_sensing_together<float, float>();
  expect_sensing_together<float, double>();
}

TEST(host_kernels, sensing) {
  expect_sensing<double, double>();
  expect_sensing<float, float>();
  expect_sensing<float, double>();
}

template <class T>
void expect_dft() {
  using kernel = void (*)(const detail::direct_dft_tables<T>&, const detail::tube_block<T>&, T*);
  const auto forward = TUBAL_KERNELS(kernel, direct_forward);
  const auto inverse = TUBAL_KERNELS(kernel, direct_inverse);
  const double eps = std::numeric_limits<T>::epsilon() / 2;
  for (const std::int64_t k : {1, 2, 3, 4, 9, 10, 11, 12, 31})
    for (const std::int64_t count : {1, 16, 37}) {
      const std::int64_t tubes = count + 3, pairs = (k - 1) / 2;  // the block is not all of it
      const auto x = numbers<T>(tubes * k, static_cast<unsigned>(k));
      host_vector<T> cos, sin;
      const auto turn = [&](std::int64_t f, std::int64_t l) {
        return 2 * std::numbers::pi * static_cast<double>(f * l % k) / static_cast<double>(k);
      };
      for (std::int64_t f = 1; f <= pairs; ++f)
        for (std::int64_t l = 1; l <= pairs; ++l) {
          cos.push_back(static_cast<T>(std::cos(turn(f, l))));
          sin.push_back(static_cast<T>(std::sin(turn(f, l))));
        }
      const detail::direct_dft_tables<T> tables{k, pairs, cos.data(), sin.data()};
      for (std::size_t s = 0; s < forward.size(); ++s) {
        host_vector<T> in(x), spectrum(x.size(), T(7)),
            scratch(static_cast<std::size_t>(2 * pairs * detail::dft_strip<T>));
        const detail::tube_block<T> block{in.data(), spectrum.data(),
                                          spectrum.data() + 2 * pairs * tubes, tubes, count};
        forward[s].run(tables, block, scratch.data());
        double error = 0, norm = 0;
        for (std::int64_t f = 0; f <= k / 2; ++f)
          for (std::int64_t i = 0; i < tubes; ++i) {
            double re = 0, im = 0;
            for (std::int64_t l = 0; l < k; ++l) {
              re += static_cast<double>(x[l * tubes + i]) * std::cos(turn(f, l));
              im -= static_cast<double>(x[l * tubes + i]) * std::sin(turn(f, l));
            }
            const bool is_complex = f >= 1 && f <= pairs;
            const T* found = is_complex ? block.complex_part + 2 * ((f - 1) * tubes + i)
                                        : block.real_part + (f == 0 ? 0 : tubes) + i;
            if (i >= count) {
              EXPECT_EQ(found[0], T(7)) << "wrote beyond the block";
              continue;
            }
            error += std::pow(static_cast<double>(found[0]) - re, 2);
            if (is_complex) error += std::pow(static_cast<double>(found[1]) - im, 2);
            norm += re * re + im * im;
          }
        const std::string where =
            std::string(detail::name(forward[s].set)) + ", k = " + std::to_string(k);
        const double growth = eps * std::sqrt(static_cast<double>(k));
        expect_ratio("DFT kernels, forward", std::sqrt(error), growth * std::sqrt(norm), where);
        inverse[s].run(tables, block, scratch.data());
        error = norm = 0;
        for (std::int64_t i = 0; i < tubes * k; ++i) {
          error += std::pow(static_cast<double>(in[i] - x[i]), 2);
          norm += std::pow(static_cast<double>(x[i]), 2);
        }
        expect_ratio("DFT kernels, round trip", std::sqrt(error), growth * std::sqrt(norm), where);
      }
    }
}

TEST(host_kernels, direct_dft) {
  expect_dft<double>();
  expect_dft<float>();
}

/// A matrix of small_product.hpp with a gap of NaN under every column.
template <bool is_complex, class T>
struct small_matrix {
  using number = std::complex<double>;
  static constexpr std::int64_t parts = is_complex ? 2 : 1;
  std::int64_t rows, cols, ld;
  host_vector<T> values;

  small_matrix(std::int64_t r, std::int64_t c, unsigned seed)
      : rows(r), cols(c), ld(r + 3), values(numbers<T>(parts * ld * c, seed)) {
    for (std::int64_t j = 0; j < cols; ++j)
      for (std::int64_t i = parts * rows; i < parts * ld; ++i) values[i + parts * ld * j] = T(NAN);
  }
  number operator()(std::int64_t i, std::int64_t j) const {
    const T* at = values.data() + parts * (i + ld * j);
    return {at[0], is_complex ? at[parts - 1] : 0};
  }
  bool gaps_are_nan() const {
    for (std::int64_t j = 0; j < cols; ++j)
      for (std::int64_t i = parts * rows; i < parts * ld; ++i)
        if (!std::isnan(values[i + parts * ld * j])) return false;
    return true;
  }
};

template <bool is_complex, class T>
void expect_small_products() {
  using kernel = void (*)(const detail::small_product<T>&);
  using matrix = small_matrix<is_complex, T>;
  const auto kernels = TUBAL_KERNELS(kernel, multiply_small<is_complex>);
  const double eps = std::numeric_limits<T>::epsilon() / 2;
  const auto op = [](const matrix& x, bool transposed, std::int64_t i, std::int64_t j) {
    return transposed ? std::conj(x(j, i)) : x(i, j);
  };
  for (const std::int64_t rows : {1, 2, 3, 4, 5, 8, 10, 17, 24, 33, 64})
    for (const std::int64_t cols : {1, 3, 10, 15})
      for (const std::int64_t inner : {1, 6, 64})
        for (const bool of_a : {false, true})
          for (const bool of_b : {false, true})
            for (const double beta : {0.0, -0.5}) {
              const matrix a(of_a ? inner : rows, of_a ? rows : inner, 1),
                  b(of_b ? cols : inner, of_b ? inner : cols, 2);
              matrix before(rows, cols, 3);
              if (beta == 0) before.values.assign(before.values.size(), T(NAN));
              for (const auto& [set, run] : kernels) {
                matrix c = before;
                const bool lower = rows == cols && beta == 0;
                run({rows,
                     cols,
                     inner,
                     T(0.75),
                     {a.values.data(), a.ld, of_a},
                     {b.values.data(), b.ld, of_b},
                     T(beta),
                     c.values.data(),
                     c.ld,
                     lower});
                double error = 0, size = 0;
                for (std::int64_t j = 0; j < cols; ++j)
                  for (std::int64_t i = lower ? j : 0; i < rows; ++i) {
                    std::complex<double> sum = 0;
                    double of_terms = 0;
                    for (std::int64_t l = 0; l < inner; ++l) {
                      const auto term = 0.75 * op(a, of_a, i, l) * op(b, of_b, l, j);
                      sum += term;
                      of_terms += std::norm(term);
                    }
                    if (beta != 0) sum += beta * before(i, j);
                    error += std::norm(sum - c(i, j));
                    size += of_terms + std::norm(sum);
                  }
                expect_ratio("small products", std::sqrt(error),
                             eps * std::sqrt(static_cast<double>(inner) * size),
                             std::string(detail::name(set)) + ", " + std::to_string(rows) + " x " +
                                 std::to_string(inner) + " x " + std::to_string(cols));
                EXPECT_TRUE(c.gaps_are_nan());
              }
            }
}

TEST(host_kernels, small_products) {
  expect_small_products<false, float>();
  expect_small_products<true, float>();
  expect_small_products<false, double>();
  expect_small_products<true, double>();
}

}  // namespace
}  // namespace tubal::test
