// Every operation on more than 2^31 elements, in float; what it leaves is looked at where indices
// are largest, and as a whole through identities. Skipped where the GPU has too little memory.
// TUBAL_LARGE_ELEMENTS: another number of elements, to try the tests themselves.
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/primitives/backend.hpp"
#include "gpu_test.hpp"
#include "reference.hpp"

namespace tubal::test {
namespace {

std::int64_t large_size() {
  const char* wanted = std::getenv("TUBAL_LARGE_ELEMENTS");
  return wanted ? std::atoll(wanted) : (std::int64_t{1} << 31) + (1 << 20);
}

/// The least length from n on without a prime factor above 7: cuFFT transforms others of millions
/// of entries through work areas many times as large.
std::int64_t good_length(std::int64_t n) {
  const auto good = [](std::int64_t k) {
    for (const int p : {2, 3, 5, 7})
      while (k % p == 0) k /= p;
    return k == 1;
  };
  while (!good(n)) ++n;
  return n;
}

class large : public gpu_test {
 protected:
  using view = tensor_view<const float, cuda>;
  const std::int64_t elements = large_size();

  /// The smallest shape with `cols` columns and tubes of length k that has more than `elements`.
  shape tall(std::int64_t cols, std::int64_t k) const {
    return {elements / (cols * k) + 1, cols, k};
  }
  std::int64_t square_side(std::int64_t k) const {
    return static_cast<std::int64_t>(std::sqrt(double(elements) / double(k))) + 1;
  }
  /// False, with the reason, when so many floats do not fit.
  bool fits(std::int64_t floats) {
    std::size_t free = 0, total = 0;
    succeed(cudaMemGetInfo(&free, &total));
    const double wanted = 4.0 * double(floats) + double(1 << 20);
    const auto skip = [&] {
      GTEST_SKIP() << wanted / 1e9 << " GB of device memory wanted, " << double(free) / 1e9
                   << " GB free";
    };
    if (double(free) < wanted) skip();
    return double(free) >= wanted;
  }

  tensor<float, cuda> normal(shape s, std::uint64_t seed) {
    tensor<float, cuda> x(ctx(), s);
    fill_normal(ctx(), x, 1.0, seed);
    return x;
  }
  float element(const view& x, std::int64_t i, std::int64_t j, std::int64_t l) {
    const auto& s = x.shape();
    return to_host(ctx(), view(x.data() + i + s.rows * (j + s.cols * l), {1, 1, 1}))[0];
  }
  std::vector<float> piece(const view& x, std::int64_t first, std::int64_t count) {
    return to_host(ctx(), view(x.data() + first, {count, 1, 1}));
  }
  /// Elements that indices of 32 bits would miss or confuse with others.
  std::vector<std::int64_t> places(const view& x) const {
    return {0, x.size() / 2, std::min(x.size(), std::int64_t{1} << 31) - 1, x.size() - 1};
  }
  /// ||a - b|| <= tolerance ||b|| as a whole, and close at the places.
  void expect_equal(const view& a, const view& b, double tolerance) {
    const double norm_a = frobenius_norm(ctx(), a), norm_b = frobenius_norm(ctx(), b);
    EXPECT_NEAR(norm_a / norm_b, 1, tolerance);
    EXPECT_NEAR(inner_product(ctx(), a, b) / (norm_a * norm_b), 1, tolerance);
    for (const std::int64_t i : places(a)) {
      EXPECT_NEAR(piece(a, i, 1)[0], piece(b, i, 1)[0], 100 * tolerance) << i;
    }
  }
};

TEST_F(large, fill_normal) {
  if (!fits(elements)) return;
  const std::uint64_t seed = 0x100000002;
  const auto x = normal({elements, 1, 1}, seed);
  const double count = double(elements);
  EXPECT_NEAR(std::pow(frobenius_norm(ctx(), x), 2) / count, 1, 5 * std::sqrt(2 / count));
  const detail::philox_key key{seed, static_cast<std::uint32_t>(random_stream::user)};
  for (const std::int64_t i : places(x)) {
    EXPECT_EQ(piece(x, i, 1)[0], float(detail::normal()(key, std::uint64_t(i)))) << i;
  }
}

TEST_F(large, copy) {
  if (!fits(2 * elements)) return;
  const auto x = normal({elements, 1, 1}, 2);
  tensor<float, cuda> y(ctx(), x.shape());
  tubal::copy<float, cuda>(ctx(), x, y);
  expect_equal(y, x, 1e-12);
}

TEST_F(large, set_identity) {
  const std::int64_t n = square_side(2);
  if (!fits(2 * n * n)) return;
  tensor<float, cuda> e(ctx(), {n, n, 2});
  set_identity(ctx(), e);
  EXPECT_NEAR(frobenius_norm(ctx(), e), std::sqrt(double(n)), 1e-9 * double(n));
  EXPECT_EQ(element(e, n - 1, n - 1, 0), 1);
  EXPECT_EQ(element(e, n - 1, n - 1, 1), 0);
}

TEST_F(large, transpose) {
  const shape s = tall(100, 5), t{s.cols, s.rows, s.tube};
  if (!fits(2 * s.size())) return;
  auto x = normal(s, 3);
  tensor<float, cuda> y(ctx(), t);
  tubal::transpose<float, cuda>(ctx(), x, y);
  for (const std::int64_t l : {0, 1, 4}) {
    EXPECT_EQ(element(y, 99, s.rows - 1, (5 - l) % 5), element(x, s.rows - 1, 99, l));
  }
  const double norm = frobenius_norm(ctx(), x);
  EXPECT_NEAR(frobenius_norm(ctx(), y) / norm, 1, 1e-12);
  fill_normal(ctx(), x, 0.0, 3);
  tubal::transpose<float, cuda>(ctx(), y, x);
  EXPECT_NEAR(frobenius_norm(ctx(), x) / norm, 1, 1e-12);
  EXPECT_EQ(element(x, s.rows - 1, 99, 4), element(y, 99, s.rows - 1, 1));
}

TEST_F(large, tube_transform) {
  const shape s = tall(64, 6);
  if (!fits(7 * s.size())) return;
  const auto x = normal(s, 4);
  tensor<float, cuda> y(ctx(), s);
  half_spectrum<float, cuda> spectrum(ctx(), s);
  tubal::tube_transform<float, cuda> plan(ctx(), s);
  plan.forward(x, spectrum);
  double sum = 0;  // of the last tube: slice 0
  for (std::int64_t l = 0; l < s.tube; ++l) sum += element(x, s.rows - 1, s.cols - 1, l);
  const view slice_0(spectrum.real_data(), {s.rows, s.cols, 1});
  EXPECT_NEAR(element(slice_0, s.rows - 1, s.cols - 1, 0), sum, 1e-5);
  plan.inverse(spectrum, y);
  expect_equal(y, x, 1e-6);
}

TEST_F(large, tproduct_with_the_identity) {
  const shape s = tall(64, 4);
  if (!fits(9 * s.size())) return;
  const auto a = normal(s, 5);
  tensor<float, cuda> e(ctx(), {s.cols, s.cols, s.tube});
  set_identity(ctx(), e);
  expect_equal(tproduct(ctx(), a, e), a, 1e-6);
}

TEST_F(large, gram_of_a_large_factor) {
  const std::int64_t n = 256, k = 4, columns = elements / (n * k) + 1;
  if (!fits(6 * n * k * columns)) return;
  const auto u = normal({n, columns, k}, 6);
  const auto x = gram(ctx(), u);
  const auto slice = piece(x, 0, n * n);
  double trace = 0;  // of the first slice: ||U||^2
  for (std::size_t i = 0; i < slice.size(); i += n + 1) trace += slice[i];
  EXPECT_NEAR(std::sqrt(trace) / frobenius_norm(ctx(), u), 1, 1e-3);
}

TEST_F(large, gram_that_is_large) {
  const std::int64_t k = 3, n = square_side(k), columns = 4;
  if (!fits(7 * n * n * k)) return;
  const auto u = normal({n, columns, k}, 7);
  const auto x = gram(ctx(), u);
  const auto row = [&](std::int64_t i) {
    plain r({1, columns, k});
    for (std::int64_t l = 0; l < k; ++l) {
      for (std::int64_t j = 0; j < columns; ++j) r(0, j, l) = element(u, i, j, l);
    }
    return r;
  };
  for (const auto& [i, j] : {std::pair(n - 1, n - 1), {n - 1, n / 2}, {0, n - 1}}) {
    const plain tube = test::tproduct(row(i), test::transpose(row(j)));
    for (std::int64_t l = 0; l < k; ++l) EXPECT_NEAR(element(x, i, j, l), tube(0, 0, l), 1e-4);
  }
}

/// Small slices, one block each: A = U * S * V^T, ||S|| = ||A||, U^T * U = E.
TEST_F(large, svd_of_many_small_slices) {
  const std::int64_t n = 8, k = good_length(elements / (n * n) + 1);
  if (!fits(14 * n * n * k)) return;
  const auto a = normal({n, n, k}, 14);
  const auto f = svd(ctx(), a);
  EXPECT_NEAR(frobenius_norm(ctx(), f.s) / frobenius_norm(ctx(), a), 1, 1e-5);
  EXPECT_NEAR(frobenius_norm(ctx(), f.u) / std::sqrt(double(n)), 1, 1e-5);
  EXPECT_NEAR(inner_product(ctx(), tproduct(ctx(), f.u, f.s), tproduct(ctx(), a, f.v)) /
                  std::pow(frobenius_norm(ctx(), a), 2),
              1, 1e-5);
}

TEST_F(large, eigen_of_many_small_slices) {
  const std::int64_t n = 8, k = good_length(elements / (n * n) + 1);
  if (!fits(13 * n * n * k)) return;
  auto a = normal({n, n, k}, 15);
  {
    tensor<float, cuda> t(ctx(), a.shape());
    tubal::transpose<float, cuda>(ctx(), a, t);
    a = tproduct(ctx(), a, t);
  }
  const auto f = eigen(ctx(), a);
  EXPECT_NEAR(frobenius_norm(ctx(), f.d) / frobenius_norm(ctx(), a), 1, 1e-5);
  EXPECT_NEAR(frobenius_norm(ctx(), f.v) / std::sqrt(double(n)), 1, 1e-5);
}

/// One tall slice, by cuSOLVER: A = Q * R, or a refusal where its 32-bit sizes overflow.
TEST_F(large, qr_of_a_tall_matrix) {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  const std::int64_t cols = 48;
  EXPECT_THROW((detail::backend<cuda>::lq_plan<float>(*ctx().backend(), cols, most / cols + 1, 1)),
               argument_error);
  const shape s{std::min(elements, most) / cols, cols, 1};
  if (!fits(9 * s.size())) return;
  try {
    qr_plan<float, cuda>(ctx(), s);
  } catch (const argument_error& e) {
    GTEST_SKIP() << e.what();
  }
  const auto a = normal(s, 16);
  const auto f = qr(ctx(), a);
  EXPECT_NEAR(frobenius_norm(ctx(), f.q) / std::sqrt(double(s.cols)), 1, 1e-4);
  expect_equal(tproduct(ctx(), f.q, f.r), a, 1e-4);
}

TEST_F(large, pack_and_unpack) {
  const std::int64_t k = 3, n = square_side(k), dimension = symmetric_dimension(n, k);
  if (!fits(n * n * k + 2 * dimension)) return;
  half_spectrum<float, cuda> spectrum(ctx(), {n, n, k});
  const auto x = normal({dimension, 1, 1}, 8);
  tensor<float, cuda> y(ctx(), x.shape());
  unpack_symmetric<float, cuda>(ctx(), x, spectrum);
  pack_symmetric<float, cuda>(ctx(), spectrum, y);
  expect_equal(y, x, 1e-6);
}

class large_sensing : public large {
 protected:
  static constexpr std::int64_t n = 16, k = 4;
  const std::int64_t dimension = symmetric_dimension(n, k), m = elements / dimension + 1;
  bool fits() { return large::fits(m * dimension + 8 * (m + dimension)); }
  auto sensing() { return packed_sensing<float, cuda>::gaussian(ctx(), n, k, m, 9); }

  double dot(const packed_sensing<float, cuda>& a, std::int64_t i, const view& x) {
    const auto row = piece(a.matrix(), i * dimension, dimension), values = piece(x, 0, dimension);
    double sum = 0;
    for (std::size_t j = 0; j < row.size(); ++j) sum += double(row[j]) * double(values[j]);
    return sum;
  }
};

TEST_F(large_sensing, apply_and_adjoint) {
  if (!fits()) return;
  const auto a = sensing();
  const auto x = normal({dimension, 1, 1}, 10);
  tensor<float, cuda> ax(ctx(), {m, 1, 1}), z(ctx(), x.shape());
  a.apply(ctx(), x, ax);
  a.adjoint(ctx(), ax, z);
  // <x, A^T A x> = ||A x||^2
  EXPECT_NEAR(inner_product(ctx(), x, z) / std::pow(frobenius_norm(ctx(), ax), 2), 1, 1e-3);
  const double entry = frobenius_norm(ctx(), x) / std::sqrt(double(m));
  for (const std::int64_t i : {std::int64_t{0}, m / 2, m - 1}) {
    EXPECT_NEAR(element(ax, i, 0, 0), dot(a, i, x), 1e-4 * entry) << i;
  }
}

TEST_F(large_sensing, recovery_step) {
  if (!fits()) return;
  const auto a = sensing();
  tensor<float, cuda> y(ctx(), {m, 1, 1}), start = normal({n, 2, k}, 12);
  a.apply(ctx(), normal({dimension, 1, 1}, 13), y);
  recovery descent(ctx(), a, y, start, 1e-4);
  descent.evaluate();
  const double before = frobenius_norm(ctx(), descent.residual());
  descent.step();
  descent.evaluate();
  EXPECT_LT(frobenius_norm(ctx(), descent.residual()), before);
  const double wanted = dot(a, m - 1, descent.packed_product()) - element(y, m - 1, 0, 0);
  EXPECT_NEAR(element(descent.residual(), m - 1, 0, 0), wanted, 1e-3 * before / std::sqrt(m));
}

}  // namespace
}  // namespace tubal::test
