// Synthetic problems: what is promised of the truth, the data and the seed.
#include "reference_slices.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using problem_test = operator_test<T>;
TYPED_TEST_SUITE(problem_test, precisions);

synthetic_options sizes(std::int64_t n, std::int64_t k, std::int64_t r) {
  synthetic_options o;
  o.n = n;
  o.k = k;
  o.tubal_rank = r;
  o.factor_rank = 2 * n;
  o.measurements = 30;
  return o;
}

TYPED_TEST(problem_test, truth_is_a_projection_of_the_given_rank) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 2, 3, 4, 5, 8})
    for (const std::int64_t n : {1, 2, 5, 10})
      for (const std::int64_t r : {std::int64_t{1}, n / 2, n}) {
        if (r < 1) continue;
        const auto p = make_synthetic_problem<T>(this->ctx(), sizes(n, k, r));
        const plain t = this->fetch(p.ground_truth);
        ASSERT_EQ(t.shape, (shape{n, n, k}));
        // X^T * X is the identity: T * T = T, T^T = T, and ||T||^2 = <T, T * T> = r.
        this->expect_ratio("truth, T * T = T", distance(tproduct(t, t), t), double(n));
        this->expect_ratio("truth, symmetry", distance(transpose(t), t), double(n));
        this->expect_ratio("truth, ||T||^2 = r", std::abs(dot(t, t) - double(r)), double(n * r));
        for (const matrix& slice : slices(t)) {
          const svd_result s = svd(slice);
          for (std::int64_t i = 0; i < n; ++i)
            EXPECT_NEAR(double(s.values[size_t(i)]), i < r ? 1 : 0, 100 * this->eps * double(n));
        }
        // y = A(T)
        EXPECT_EQ(p.measurements.shape(), (shape{30, 1, 1}));
        auto x = this->poisoned({symmetric_dimension(n, k), 1, 1}), y = this->poisoned({30, 1, 1});
        pack_symmetric(this->ctx(), this->spectrum_of(t), x);
        p.sensing.apply(this->ctx(), x, y);
        this->expect_ratio("data, y = A(T)", distance(this->fetch(y), this->fetch(p.measurements)),
                           frobenius_norm(this->ctx(), p.sensing.matrix()) * std::sqrt(double(r)));
        EXPECT_EQ(p.initial_factor.shape(), (shape{n, 2 * n, k}));
      }
}

/// Singular values of T^_f against `expected`, r per slice.
template <class T>
void expect_truth_values(const plain& truth, const std::vector<std::vector<double>>& expected) {
  const auto found = slices(truth);
  for (std::size_t f = 0; f < found.size(); ++f) {
    const svd_result s = svd(found[f]);
    for (std::size_t i = 0; i < s.values.size(); ++i)
      EXPECT_NEAR(double(s.values[i]), i < expected[f].size() ? expected[f][i] : 0,
                  50 * std::numeric_limits<T>::epsilon() * double(found[f].rows))
          << "slice " << f << ", value " << i;
  }
}

TYPED_TEST(problem_test, truth_has_the_given_condition_and_multi_rank) {
  using T = TypeParam;
  synthetic_options o = sizes(6, 4, 3);
  o.condition = 100;  // of X; T has its squares
  const auto truth = [&] {
    return this->fetch(make_synthetic_problem<T>(this->ctx(), o).ground_truth);
  };
  const std::vector<double> graded{1, 1e-2, 1e-4};
  expect_truth_values<T>(truth(), {graded, graded, graded, graded});
  o.multi_rank = {3, 2, 0, 2};
  expect_truth_values<T>(truth(), {graded, {1, 1e-4}, {}, {1, 1e-4}});
  o = sizes(5, 5, 2);
  o.multi_rank = {1, 2, 0, 0, 2};
  expect_truth_values<T>(truth(), {{1}, {1, 1}, {}, {}, {1, 1}});
  o = sizes(5, 1, 2);
  o.condition = 10;
  o.multi_rank = {2};
  expect_truth_values<T>(truth(), {{1, 1e-2}});
}

TYPED_TEST(problem_test, gaussian_truth_has_singular_values_near_one) {
  using T = TypeParam;
  synthetic_options o = sizes(60, 3, 2);
  o.factor = truth_factor::gaussian;
  const plain t = this->fetch(make_synthetic_problem<T>(this->ctx(), o).ground_truth);
  this->expect_ratio("truth, symmetry", distance(transpose(t), t), double(o.n));
  for (const matrix& slice : slices(t)) {
    const svd_result s = svd(slice);
    EXPECT_NEAR(double(s.values[0]), 1, 0.9);
    EXPECT_NEAR(double(s.values[1]), 1, 0.9);
    EXPECT_NE(double(s.values[0]), double(s.values[1]));
    EXPECT_NEAR(double(s.values[2]), 0, 100 * this->eps * double(o.n));
  }
}

TYPED_TEST(problem_test, operators_can_be_shared) {
  using T = TypeParam;
  synthetic_options o = sizes(4, 3, 2);
  const auto own = make_synthetic_problem<T>(this->ctx(), o);
  o.seed = 7;
  o.operator_seed = 1;
  const auto other = make_synthetic_problem<T>(this->ctx(), o);
  EXPECT_EQ(this->get(other.sensing.matrix()), this->get(own.sensing.matrix()));
  EXPECT_NE(this->get(other.ground_truth), this->get(own.ground_truth));
  EXPECT_NE(this->get(other.initial_factor), this->get(own.initial_factor));
}

TYPED_TEST(problem_test, initial_factor_has_the_given_scale) {
  using T = TypeParam;
  synthetic_options o = sizes(20, 7, 2);
  o.init_scale = 1e-5;
  o.factor_rank = 50;
  const plain u = this->fetch(make_synthetic_problem<T>(this->ctx(), o).initial_factor);
  // n R k numbers of variance alpha^2 / R
  const double expected = 1e-5 * std::sqrt(20.0 * 7);
  EXPECT_NEAR(norm(u) / expected, 1, 5 / std::sqrt(2.0 * 20 * 50 * 7));
}

TYPED_TEST(problem_test, noise_has_the_given_level) {
  using T = TypeParam;
  synthetic_options o = sizes(6, 3, 2);
  o.measurements = 5000;
  const plain clean = this->fetch(make_synthetic_problem<T>(this->ctx(), o).measurements);
  o.noise = 0.1;
  const auto noisy = make_synthetic_problem<T>(this->ctx(), o);
  const plain e = plus(this->fetch(noisy.measurements), -1, clean);
  EXPECT_NEAR(norm(e) / norm(clean), 0.1, 0.1 * 5 / std::sqrt(2 * 5000.0));
  EXPECT_LT(std::abs(dot(e, clean)) / norm(e) / norm(clean), 5 / std::sqrt(5000.0));
}

TYPED_TEST(problem_test, a_seed_is_a_problem) {
  using T = TypeParam;
  const auto values = [&](const synthetic_options& o) {
    const auto p = make_synthetic_problem<T>(this->ctx(), o);
    return std::vector<std::vector<T>>{this->get(p.sensing.matrix()), this->get(p.measurements),
                                       this->get(p.initial_factor), this->get(p.ground_truth)};
  };
  synthetic_options o = sizes(4, 3, 2);
  const auto first = values(o);
  EXPECT_EQ(values(o), first);
  o.seed = 2;
  const auto second = values(o);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_NE(second[i], first[i]) << i;
  // What does not depend on an option does not change with it.
  o.seed = 1;
  o.measurements = 31;
  o.factor_rank = 3;
  EXPECT_EQ(values(o)[3], first[3]);
}

}  // namespace
}  // namespace tubal::test
