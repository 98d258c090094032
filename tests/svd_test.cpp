// Singular value decompositions.
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

template <class T>
class svd_test : public algebra_test<T> {
 protected:
  /// U * S * V^T = A, orthonormal factors, S f-diagonal, nonnegative, descending.
  void expect_svd(const plain& a, const svd_factors<T, space>& f, const algebra_case& c) {
    const plain u = this->fetch(f.u), s = this->fetch(f.s), v = this->fetch(f.v);
    this->expect_close("t-SVD, residual", a,
                       product(product(u, s, c.along), transpose(v, c.along), c.along), norm(a), c);
    this->expect_orthonormal("t-SVD, U", u, c);
    this->expect_orthonormal("t-SVD, V", v, c);
    this->expect_diagonal(s, c.where());
    this->expect_nonnegative(s, true, norm(a), c);
  }
  /// U S of the given singular values in slice f = 0 .. k-1 of a DFT, V.
  plain with_singular_values(std::int64_t n, std::int64_t k, const std::vector<double>& values) {
    plain s({n, n, k});
    for (std::int64_t i = 0; i < n; ++i) s(i, i, 0) = values[static_cast<std::size_t>(i)];
    const auto u = qr(this->ctx(), this->put(random_tensor(s.shape, 1))).q;
    const auto v = qr(this->ctx(), this->put(random_tensor(s.shape, 2))).q;
    return product(product(this->fetch(u), s, {}), transpose(this->fetch(v)), {});
  }
};
TYPED_TEST_SUITE(svd_test, precisions);

TYPED_TEST(svd_test, by_hand) {
  // The tube (1, 2) has slices 3 and -1: singular values 3 and 1, the tube (2, 1).
  const auto f = svd(this->ctx(), this->put({1, 1, 2}, {1, 2}));
  const auto s = this->get(f.s);
  EXPECT_NEAR(s[0], 2, 10 * this->eps);
  EXPECT_NEAR(s[1], 1, 10 * this->eps);
}

TYPED_TEST(svd_test, economy_and_full) {
  using T = TypeParam;
  for (const algebra_case& c : algebra_cases(false)) {
    const plain a = this->data(c);
    const auto da = this->put(a);
    const std::int64_t n1 = c.shape.rows, n2 = c.shape.cols, k = c.shape.tube, q = std::min(n1, n2);
    const auto economy = svd(this->ctx(), da, {.along = c.along});
    EXPECT_EQ(economy.u.shape(), (shape{n1, q, k}));
    EXPECT_EQ(economy.v.shape(), (shape{n2, q, k}));
    this->expect_svd(a, economy, c);
    const auto full = svd(this->ctx(), da, {.size = factor_size::full, .along = c.along});
    EXPECT_EQ(full.u.shape(), (shape{n1, n1, k}));
    EXPECT_EQ(full.s.shape(), (shape{n1, n2, k}));
    EXPECT_EQ(full.v.shape(), (shape{n2, n2, k}));
    this->expect_svd(a, full, c);
    EXPECT_EQ(this->get(da), a.as<T>()) << "input changed";
  }
}

TYPED_TEST(svd_test, rank_r_is_the_best_approximation) {
  // The error is what the left-out singular tubes hold.
  for (const std::int64_t k : {1, 4, 6})
    for (const transform& t : transforms_for(k)) {
      if (t.condition() > 1) continue;
      const algebra_case c{{6, 5, k}, t};
      const plain a = this->data(c);
      const plain s = this->fetch(svd(this->ctx(), this->put(a), {.along = t}).s);
      for (const std::int64_t r : {0, 1, 3, 5}) {
        const auto f = svd(this->ctx(), this->put(a), {.rank = r, .along = t});
        EXPECT_EQ(f.s.shape(), (shape{r, r, k}));
        double rest = 0;
        for (std::int64_t i = r; i < 5; ++i)
          for (std::int64_t l = 0; l < k; ++l) rest += s(i, i, l) * s(i, i, l);
        const plain x = product(product(this->fetch(f.u), this->fetch(f.s), t),
                                transpose(this->fetch(f.v), t), t);
        this->expect_ratio("t-SVD, error of rank r", std::abs(distance(a, x) - std::sqrt(rest)),
                           norm(a) * c.size(), c.where());
      }
    }
}

TYPED_TEST(svd_test, extreme_data) {
  const double large = this->is_double ? 1e150 : 1e18;
  for (const double scale : {large, 1 / large}) {
    const algebra_case c{{5, 4, 6}, {}};
    plain a = this->data(c);
    for (double& v : a.values) v = static_cast<TypeParam>(v * scale);
    this->expect_svd(a, svd(this->ctx(), this->put(a)), c);
  }
  // condition 1/eps, and singular
  for (const double smallest : {this->eps, 0.0}) {
    const plain a = this->with_singular_values(4, 5, {1, 0.5, smallest, smallest});
    const algebra_case c{a.shape, {}};
    plain rounded = a;
    for (double& v : rounded.values) v = static_cast<TypeParam>(v);
    this->expect_svd(rounded, svd(this->ctx(), this->put(rounded), {.size = factor_size::full}), c);
  }
  // denormals
  plain tiny({2, 2, 3});
  for (std::size_t i = 0; i < tiny.values.size(); ++i)
    tiny.values[i] = static_cast<double>(i + 1) *
                     static_cast<double>(std::numeric_limits<TypeParam>::denorm_min()) * 1024;
  const auto f = svd(this->ctx(), this->put(tiny));
  this->expect_orthonormal("t-SVD, U", this->fetch(f.u), {tiny.shape, {}});
}

TYPED_TEST(svd_test, numerical_rank_energy_and_multi_rank) {
  const plain a = this->with_singular_values(5, 4, {4, 2, 1, 0, 0});
  const auto da = this->put(a);
  EXPECT_EQ(truncated_svd(this->ctx(), da, truncation::numerical_rank(1e-3)).s.shape().rows, 3);
  EXPECT_EQ(truncated_svd(this->ctx(), da, truncation::numerical_rank(0.3)).s.shape().rows, 2);
  // energies 16, 4, 1 of 21
  EXPECT_EQ(truncated_svd(this->ctx(), da, truncation::energy(0.7)).s.shape().rows, 1);
  EXPECT_EQ(truncated_svd(this->ctx(), da, truncation::energy(0.8)).s.shape().rows, 2);
  EXPECT_EQ(truncated_svd(this->ctx(), da, truncation::energy(0)).s.shape().rows, 0);
  const auto cut = truncated_svd(this->ctx(), da, truncation::multi_rank({1, 3, 2, 3}));
  EXPECT_EQ(cut.u.shape(), (shape{5, 3, 4}));
  const auto x =
      tproduct(this->ctx(), tproduct(this->ctx(), cut.u, cut.s), cut.v, {.op_b = op::transpose});
  EXPECT_EQ(multi_rank(this->ctx(), x, 1e-3), (std::vector<std::int64_t>{1, 3, 2, 3}));
  EXPECT_THROW(truncated_svd(this->ctx(), da, truncation::multi_rank({1, 3, 2, 2})),
               argument_error);
  EXPECT_THROW(truncated_svd(this->ctx(), da, truncation::multi_rank({1, 3})), argument_error);
  EXPECT_THROW(truncated_svd(this->ctx(), da, truncation::multi_rank({1, 6, 1, 6})),
               argument_error);
  EXPECT_THROW(truncated_svd(this->ctx(), da, truncation::energy(1.5)), argument_error);
  EXPECT_THROW(truncated_svd(this->ctx(), da, truncation::numerical_rank(-1)), argument_error);
}

TYPED_TEST(svd_test, random_sketch) {
  using T = TypeParam;
  // exact on low tubal rank; near the best error where the singular values fall
  for (const std::int64_t k : {1, 5})
    for (const transform& t : {transform::dft(), transform::dct()}) {
      const algebra_case c{{30, 20, k}, t};
      const plain a = product(random_tensor({30, 3, k}, 1), random_tensor({3, 20, k}, 2), t);
      plain rounded = a;
      for (double& v : rounded.values) v = static_cast<T>(v);
      const auto da = this->put(rounded);
      const auto f = randomized_svd(this->ctx(), da, 3, {.seed = 5, .along = t});
      EXPECT_EQ(f.u.shape(), (shape{30, 3, k}));
      this->expect_svd(rounded, f, c);
      const auto again = randomized_svd(this->ctx(), da, 3, {.seed = 5, .along = t});
      EXPECT_EQ(this->get(f.u), this->get(again.u)) << "not the same bits again";
    }
  const plain falling = this->with_singular_values(
      12, 3, {1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01});
  const auto d = this->put(falling);
  const auto error = [&](const svd_factors<T, space>& f) {
    return distance(falling, product(product(this->fetch(f.u), this->fetch(f.s), {}),
                                     transpose(this->fetch(f.v)), {}));
  };
  const double best = error(svd(this->ctx(), d, {.rank = 3}));
  EXPECT_LT(error(randomized_svd(this->ctx(), d, 3, {.oversampling = 4})), 1.05 * best);
  EXPECT_THROW(randomized_svd(this->ctx(), d, 13), argument_error);
  EXPECT_THROW(randomized_svd(this->ctx(), d, 3, {.oversampling = -1}), argument_error);
}

TYPED_TEST(svd_test, plan_executes_again_on_fresh_data) {
  using T = TypeParam;
  const algebra_case c{{4, 3, 6}, {}};
  svd_plan<T, space> plan(this->ctx(), c.shape, {.size = factor_size::full});
  EXPECT_GE(plan.workspace_bytes(), sizeof(T) * static_cast<std::size_t>(c.shape.size()));
  for (unsigned round = 1; round < 4; ++round) {
    const plain a = this->data(c, round);
    svd_factors<T, space> f{this->poisoned(plan.result(0)), this->poisoned(plan.result(1)),
                            this->poisoned(plan.result(2))};
    plan.execute(this->put(a), f.u, f.s, f.v);
    this->ctx().wait();
    this->expect_svd(a, f, c);
  }
}

}  // namespace
}  // namespace tubal::test
