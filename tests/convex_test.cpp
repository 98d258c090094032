// Convex recovery: exact where theory says so, and only there.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
class convex_test : public operator_test<T> {
 protected:
  /// Of tubal rank r.
  tensor<T, space> low_rank(tubal::shape s, std::int64_t r, unsigned seed) {
    return this->put(tproduct(random_tensor({s.rows, r, s.tube}, seed),
                              random_tensor({r, s.cols, s.tube}, seed + 1)));
  }
  tensor<T, space> measured(const sensing_operator<T, space>& a, const tensor<T, space>& x) {
    tensor<T, space> y(this->ctx(), {a.measurements(), 1, 1});
    a.apply(this->ctx(), x, y);
    return y;
  }
  /// Relative test error of the nuclear norm.
  double error_of(const sensing_operator<T, space>& a, const tensor<T, space>& truth,
                  const admm_options& options = {}, double tolerance = 1e-6) {
    nuclear_norm_recovery<T, space> r(this->ctx(), a, measured(a, truth), options);
    const auto ran =
        run(r, {.iterations = 300, .record_every = 10, .train_tolerance = tolerance}, {}, truth);
    return ran.last[measure::test_error];
  }
  double tolerance() const { return this->is_double ? 1e-6 : 1e-3; }
};
TYPED_TEST_SUITE(convex_test, precisions);

TYPED_TEST(convex_test, what_is_seen_whole_is_left_alone) {
  using T = TypeParam;
  const auto truth = this->put(random_tensor({3, 4, 3}, 1));
  EXPECT_LE(this->error_of(identity_sensing<T, space>({3, 4, 3}), truth), 100 * this->eps);
}

TYPED_TEST(convex_test, one_step_by_hand) {
  using T = TypeParam;
  // k = 1, X = [x11 ?], x11 = 3 seen: V = [3 0], threshold 1/rho = 1, Z = [2 0]; Z - 0 gets its 3
  // back: X = [3 0], U = X - Z = [1 0].
  const auto y = this->put({1, 1, 1}, {3});
  const entry_mask<T, space> first(this->ctx(), {1, 2, 1}, {0});
  nuclear_norm_recovery<T, space> r(this->ctx(), first, y, {.penalty = 1, .growth = 1});
  r.step();
  EXPECT_NEAR(this->get(r.low_rank())[0], 2, 20 * this->eps);
  EXPECT_NEAR(this->get(r.feasible())[0], 3, 20 * this->eps);
  // V = X + U = [4 0]: Z = [3 0], and there it stays.
  r.step();
  const auto seen = r.observe();
  EXPECT_EQ(seen.iteration, 2);
  EXPECT_LE(seen[measure::train_error], 20 * this->eps);
  EXPECT_LE(r.change(), 20 * this->eps);
}

TYPED_TEST(convex_test, completes) {
  using T = TypeParam;
  const tubal::shape s{12, 10, 3};
  const auto truth = this->low_rank(s, 1, 5);
  const auto mask = entry_mask<T, space>::random(this->ctx(), s, 0.7, 2);
  EXPECT_LE(this->error_of(mask, truth), this->tolerance());
}

TYPED_TEST(convex_test, dense_and_custom_operators_meet_the_same_minimum) {
  using T = TypeParam;
  const tubal::shape s{5, 4, 3};
  const auto truth = this->low_rank(s, 1, 7);
  const auto dense = dense_sensing<T, space>::random(this->ctx(), s, 30, ensemble_law::gaussian, 3);
  const custom_sensing<T, space> same(
      s, 30, [&](auto& ctx, auto x, auto y) { dense.apply(ctx, x, y); },
      [&](auto& ctx, auto y, auto x) { dense.adjoint(ctx, y, x); });
  const auto y = this->measured(dense, truth);
  nuclear_norm_recovery<T, space> a(this->ctx(), dense, y),
      b(this->ctx(), same, y, {.inner_iterations = 40});
  for (int i = 0; i < 10; ++i) {
    a.step();
    b.step();
  }
  const auto xa = this->fetch(a.feasible()), xb = this->fetch(b.feasible());
  EXPECT_LE(distance(xa, xb), (this->is_double ? 1e-6 : 1e-2) * norm(xa));
}

TYPED_TEST(convex_test, gaussian_measurements_suffice_at_2_5_times_the_degrees_of_freedom) {
  using T = TypeParam;
  if (!this->is_double || !std::is_same_v<space, host>) GTEST_SKIP() << "on the host, in double";
  const tubal::shape s{20, 20, 5};
  const auto truth = this->low_rank(s, 2, 11);
  const double freedom = 2 * (2 * 20 - 2) * 5;
  for (const double times : {1.5, 2.5}) {
    const auto a = dense_sensing<T, space>::random(
        this->ctx(), s, static_cast<std::int64_t>(times * freedom), ensemble_law::gaussian, 7);
    const double error = this->error_of(a, truth, {}, 1e-8);
    if (times == 2.5)
      EXPECT_LE(error, 1e-6);
    else
      EXPECT_GE(error, 1e-2);
  }
}

TYPED_TEST(convex_test, robust_pca_separates) {
  using T = TypeParam;
  const bool large = this->is_double && std::is_same_v<space, host>;
  const std::int64_t n = large ? 30 : 12, r = large ? 3 : 1;
  const tubal::shape s{n, n, large ? n : 3};
  const auto truth = this->low_rank(s, r, 3);
  plain m = this->fetch(truth);
  const plain spikes = random_tensor(s, 9);
  for (const auto e : random_subset(s.size(), s.size() / 20, 5))
    m.values[static_cast<std::size_t>(e)] += 10 * spikes.values[static_cast<std::size_t>(e)];
  robust_pca<T, space> split(this->ctx(), this->put(m));
  const double small = this->is_double ? 1e-9 : 1e-5;
  const auto ran =
      run(split, {.iterations = 300, .record_every = 10, .train_tolerance = small}, {}, truth);
  EXPECT_EQ(ran.reason, stop_reason::train_error);
  EXPECT_LE(ran.last[measure::test_error], this->tolerance());
  EXPECT_EQ(tubal_rank(singular_values_of(this->ctx(), split.low_rank()), 1e-3), r);
  plain sum = this->fetch(split.low_rank());
  const plain sparse = this->fetch(split.sparse());
  for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += sparse.values[i];
  EXPECT_LE(distance(sum, m), 2 * small * norm(m));
  double zeros = 0;
  for (const double x : sparse.values) zeros += x == 0 ? 1 : 0;
  EXPECT_GE(zeros, 0.9 * static_cast<double>(s.size()));
}

TYPED_TEST(convex_test, observer_and_iterations_stop_it) {
  using T = TypeParam;
  const auto truth = this->put(random_tensor({4, 4, 2}, 1));
  const auto mask = entry_mask<T, space>::random(this->ctx(), {4, 4, 2}, 0.5, 2);
  nuclear_norm_recovery<T, space> r(this->ctx(), mask, this->measured(mask, truth));
  EXPECT_EQ(run(r, {.iterations = 5}).reason, stop_reason::iterations);
  EXPECT_EQ(r.iteration(), 5);
  EXPECT_EQ(run(r, {.record_every = 2}, [](const record& x) { return x.iteration < 9; }).reason,
            stop_reason::observer);
  EXPECT_EQ(r.iteration(), 9);
}

TYPED_TEST(convex_test, bad_arguments) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto mask = entry_mask<T, space>::random(ctx, {4, 4, 2}, 0.5, 2);
  const auto y = this->put({16, 1, 1}, std::vector<T>(16, 1));
  using method = nuclear_norm_recovery<T, space>;
  EXPECT_THROW(method(ctx, mask, this->put({15, 1, 1}, std::vector<T>(15, 1))), shape_error);
  EXPECT_THROW(method(ctx, mask, y, {.penalty = -1}), argument_error);
  EXPECT_THROW(method(ctx, mask, y, {.growth = 0.5}), argument_error);
  EXPECT_THROW(method(ctx, mask, y, {.inner_iterations = 0}), argument_error);
  EXPECT_THROW(method(ctx, mask, this->put({16, 1, 1}, std::vector<T>(16, this->nan))),
               nonfinite_error);
  method good(ctx, mask, y);
  EXPECT_THROW(run(good, {.record_every = 0}), argument_error);
  EXPECT_THROW(good.observe(this->put(random_tensor({4, 3, 2}, 1))), shape_error);
  const auto m = this->put(random_tensor({4, 4, 2}, 1));
  using robust = robust_pca<T, space>;
  EXPECT_THROW(robust(ctx, m, {.sparsity = 0.0}), argument_error);
  EXPECT_THROW(robust(ctx, this->put({2, 2, 1}, {1, 2, this->inf, 4})), nonfinite_error);
  EXPECT_THROW(robust(ctx, m).observe(this->put(random_tensor({4, 3, 2}, 1))), shape_error);
}

}  // namespace
}  // namespace tubal::test
