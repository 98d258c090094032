// Random numbers: the generator's published answers, the distributions, and that a number depends
// on seed, stream and index alone.
#include <algorithm>
#include <cmath>

#include "core/primitives/philox.hpp"
#include "spaces.hpp"
#ifdef TUBAL_HAS_RANDOM123
#include <Random123/philox.h>
#endif

namespace tubal::test {
namespace {

using detail::philox4x32_10;
using detail::philox_block;

template <class T>
using random_test = operator_test<T>;
TYPED_TEST_SUITE(random_test, precisions);

std::vector<std::uint32_t> words(const philox_block& b) {
  return {b.word[0], b.word[1], b.word[2], b.word[3]};
}

TEST(philox_test, known_answers) {
  // Random123, kat_vectors
  EXPECT_EQ(words(philox4x32_10({{0, 0, 0, 0}}, 0, 0)),
            (std::vector<std::uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t all = 0xffffffff;
  EXPECT_EQ(words(philox4x32_10({{all, all, all, all}}, all, all)),
            (std::vector<std::uint32_t>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(words(philox4x32_10({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822,
                                0x299f31d0)),
            (std::vector<std::uint32_t>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

#ifdef TUBAL_HAS_RANDOM123
TEST(philox_test, agrees_with_random123) {
  std::mt19937 bits(1);
  for (int i = 0; i < 10000; ++i) {
    std::uint32_t c[6];
    for (std::uint32_t& w : c) w = static_cast<std::uint32_t>(bits());
    const auto theirs = r123::Philox4x32_R<10>()({{c[0], c[1], c[2], c[3]}}, {{c[4], c[5]}});
    ASSERT_EQ(words(philox4x32_10({{c[0], c[1], c[2], c[3]}}, c[4], c[5])),
              (std::vector<std::uint32_t>{theirs[0], theirs[1], theirs[2], theirs[3]}));
  }
}
#endif

TEST(portable_log_test, within_two_units_in_the_last_place) {
  std::mt19937_64 bits(1);
  std::uniform_real_distribution<double> exponent(-1020, 1020), near(0.5, 2.0);
  double worst = 0;
  const auto check = [&](double x) {
    const long double exact = std::log(static_cast<long double>(x));
    const double rounded = std::abs(static_cast<double>(exact));
    const double ulp = std::nextafter(rounded, INFINITY) - rounded;  // log 1 = 0: exact
    const double error =
        static_cast<double>(std::abs(static_cast<long double>(detail::portable_log(x)) - exact));
    worst = std::max(worst, error / ulp);
    ASSERT_LE(error, 2 * ulp) << x;
  };
  for (int i = 0; i < 100000; ++i) {
    check(std::exp2(exponent(bits)));
    check(near(bits));
    check(1 + std::ldexp(near(bits) - 1, -(i % 50)));
  }
  for (const double x : {1.0, 2.0, 0.5, std::sqrt(2.0), std::sqrt(0.5), 0x1p-1022, 0x1p-53,
                         1 - 0x1p-53, std::numeric_limits<double>::max()})
    check(x);
  std::printf("portable_log: at most %.2f units in the last place\n", worst);
}

TEST(normal_quantile_test, inverts_the_distribution_function) {
  // The error of p = erfc(-x / sqrt 2) / 2, over the density, is the error of x.
  const auto check = [](double p) {
    const double x = detail::normal_quantile(p);
    const long double tail = x < 0 ? static_cast<long double>(p) : 1 - static_cast<long double>(p);
    const long double back = std::erfc(std::abs(static_cast<long double>(x)) / std::sqrt(2.0L)) / 2;
    const long double density = std::exp(-static_cast<long double>(x) * x / 2) /
                                std::sqrt(2 * std::numbers::pi_v<long double>);
    expect_ratio("normal quantile", static_cast<double>(std::abs(back - tail) / density),
                 0x1p-53 * std::abs(x) + 1e-30, std::to_string(p));
  };
  for (double p = 0x1p-53; p < 0.5; p *= 1.07) check(p);
  for (int j = 1; j < 1000; ++j) check(j / 1000.0);
  for (int j = 2; j < 53; ++j) check(1 - std::ldexp(1, -j));
  // Tables
  EXPECT_NEAR(detail::normal_quantile(0.975), 1.9599639845400545, 1e-15);
  EXPECT_NEAR(detail::normal_quantile(0.75), 0.67448975019608171, 1e-15);
  EXPECT_NEAR(detail::normal_quantile(1e-10), -6.3613409024040557, 1e-14);
  EXPECT_EQ(detail::normal_quantile(0.5), 0);
  for (int j = 1; j < 4096; ++j)  // 1 - p is exact here
    ASSERT_EQ(detail::normal_quantile(j / 8192.0), -detail::normal_quantile(1 - j / 8192.0));
}

TYPED_TEST(random_test, number_i_is_the_formula) {
  using T = TypeParam;
  const std::uint64_t seed = 0x123456789abcdef0;
  auto x = this->poisoned({300, 1, 1});
  fill_uniform(this->ctx(), x, 1.0, seed, random_stream::noise);
  const std::vector<T> uniforms = this->get(x);
  fill_normal(this->ctx(), x, 0.25, seed, random_stream::noise);
  const std::vector<T> normals = this->get(x);
  for (std::uint64_t i = 0; i < 300; ++i) {
    const philox_block b =
        philox4x32_10({{static_cast<std::uint32_t>(i), 0, 4, 0}}, static_cast<std::uint32_t>(seed),
                      static_cast<std::uint32_t>(seed >> 32));
    const double bits = static_cast<double>((std::uint64_t{b.word[0]} << 20) | (b.word[1] >> 12));
    const double p = std::ldexp(bits + 0.5, -52);
    ASSERT_EQ(uniforms[i], static_cast<T>(p)) << i;  // float is the rounding of double
    ASSERT_EQ(normals[i], static_cast<T>(0.25 * detail::normal_quantile(p))) << i;
  }
}

TYPED_TEST(random_test, depends_on_seed_stream_and_index_alone) {
  using T = TypeParam;
  auto large = this->poisoned({50, 20, 60}), small = this->poisoned({7, 3, 2});
  auto again = this->poisoned({50, 20, 60});
  const auto fill = [&](auto& x, std::uint64_t seed, random_stream stream) {
    fill_normal(this->ctx(), x, 1.0, seed, stream);
    return this->get(x);
  };
  const std::vector<T> all = fill(large, 1, random_stream::user);
  const std::vector<T> few = fill(small, 1, random_stream::user);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()));
  EXPECT_EQ(fill(again, 1, random_stream::user), all);
  const auto equal_numbers = [&](const std::vector<T>& other) {
    int equal = 0;
    for (std::size_t i = 0; i < all.size(); ++i) equal += all[i] == other[i];
    return equal;
  };
  EXPECT_LT(equal_numbers(fill(again, 2, random_stream::user)), 60);
  EXPECT_LT(equal_numbers(fill(again, std::uint64_t{1} << 32, random_stream::user)), 60);
  EXPECT_LT(equal_numbers(fill(again, 1, random_stream::measurement)), 60);
}

TYPED_TEST(random_test, moments_and_correlations) {
  // Fixed seeds: each bound is five standard deviations of its statistic.
  constexpr std::int64_t size = 100000;
  const double root = std::sqrt(double(size));
  auto x = this->poisoned({size, 1, 1}), y = this->poisoned({size, 1, 1});
  const auto mean_of = [&](auto&& term) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += term(i);
    return sum / size;
  };
  fill_normal(this->ctx(), x, 1.0, 7);
  fill_normal(this->ctx(), y, 1.0, 7, random_stream::ground_truth);
  const auto a = this->fetch(x).values, b = this->fetch(y).values;
  EXPECT_LT(std::abs(mean_of([&](auto i) { return a[i]; })), 5 / root);
  EXPECT_LT(std::abs(mean_of([&](auto i) { return a[i] * a[i]; }) - 1), 5 * std::sqrt(2.0) / root);
  EXPECT_LT(std::abs(mean_of([&](auto i) { return std::pow(a[i], 3); })),
            5 * std::sqrt(15.0) / root);
  EXPECT_LT(std::abs(mean_of([&](auto i) { return std::pow(a[i], 4); }) - 3),
            5 * std::sqrt(96.0) / root);
  for (const std::size_t lag : {1, 2, 10})
    EXPECT_LT(std::abs(mean_of([&](auto i) { return a[i] * a[(i + lag) % size]; })), 5 / root);
  EXPECT_LT(std::abs(mean_of([&](auto i) { return a[i] * b[i]; })), 5 / root);

  fill_uniform(this->ctx(), x, 1.0, 7);
  const auto u = this->fetch(x).values;
  EXPECT_GT(*std::min_element(u.begin(), u.end()), 0);
  EXPECT_LE(*std::max_element(u.begin(), u.end()), 1);  // float rounds the last ones up to 1
  EXPECT_LT(std::abs(mean_of([&](auto i) { return u[i]; }) - 0.5), 5 / std::sqrt(12.0) / root);
  for (int cell = 0; cell < 10; ++cell) {
    const double share = mean_of([&](auto i) { return u[i] * 10 >= cell && u[i] * 10 < cell + 1; });
    EXPECT_LT(std::abs(share - 0.1), 5 * 0.3 / root) << cell;
  }
}

}  // namespace
}  // namespace tubal::test
