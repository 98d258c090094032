// Every measure against the same quantity computed naively from the factor, slice by slice.
#include <tubal/run.hpp>

#include <algorithm>
#include <functional>

#include "reference_recovery.hpp"
#include "reference_slices.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
class monitor_test : public operator_test<T> {
 protected:
  packed_sensing<T, space> sensing_of(const plain_problem& p) {
    packed_sensing<T, space> a(this->ctx(), p.n, p.k, p.m);
    a.assign(this->ctx(), 0, this->put(p.tensors));
    return a;
  }
};
TYPED_TEST_SUITE(monitor_test, precisions);

/// The measures of an iterate, by their definitions over all k slices.
struct naive_measures {
  std::int64_t r;
  std::vector<svd_result> u;
  std::vector<eigen_result> back, truth;
  const plain_problem& p;
  const plain& factor;

  naive_measures(const plain_problem& problem, const plain& iterate, std::int64_t rank)
      : r(rank), p(problem), factor(iterate) {
    for (const matrix& s : slices(factor)) u.push_back(svd(s));
    for (const matrix& s : slices(p.backproject(p.y))) back.push_back(eigen(s));
    for (const matrix& s : slices(p.truth)) truth.push_back(eigen(s));
  }

  double train_error() const { return norm(p.residual(factor)) / norm(p.y); }
  double test_error() const {
    return distance(tproduct(factor, transpose(factor)), p.truth) / norm(p.truth);
  }
  double singular_tube_error() const {
    real error = 0, scale = 0;
    const auto at = static_cast<std::size_t>(r - 1);
    for (std::size_t f = 0; f < u.size(); ++f) {
      const real expected = std::sqrt(std::max(truth[f].values[at], real(0)));
      const real found = at < u[f].values.size() ? u[f].values[at] : 0;
      error += (found - expected) * (found - expected);
      scale += expected * expected;
    }
    return static_cast<double>(std::sqrt(error / scale));
  }
  double angle_to(const std::vector<eigen_result>& space) const {
    real largest = 0;
    for (std::size_t f = 0; f < u.size(); ++f)
      largest = std::max(largest, angle(columns(space[f].vectors, 0, r),
                                        columns(u[f].u, 0, std::min(r, u[f].u.cols))));
    return static_cast<double>(largest);
  }
  /// Smallest singular value of U W, and ||U (I - W W^H)||, W from the SVD of V_X^H U.
  std::pair<double, double> signal_and_noise() const {
    real signal = std::numeric_limits<real>::infinity(), noise = 0;
    const std::vector<matrix> now = slices(factor);
    for (std::size_t f = 0; f < now.size(); ++f) {
      const matrix v = columns(truth[f].vectors, 0, r);
      const matrix w = svd(adjoint(v) * now[f]).v, part = now[f] * w;
      signal = std::min(signal, svd(part).values.back());
      noise = std::max(noise, spectral_norm(now[f] - part * adjoint(w)));
    }
    return {static_cast<double>(signal), static_cast<double>(noise)};
  }
  double effective_rank(double tolerance) const {
    std::vector<real> tubes(u[0].values.size());
    for (const svd_result& s : u)
      for (std::size_t i = 0; i < tubes.size(); ++i) tubes[i] += s.values[i] * s.values[i];
    double rank = 0;
    for (const real t : tubes) rank += std::sqrt(t) > tolerance * std::sqrt(tubes[0]) ? 1 : 0;
    return rank;
  }
  double power_angle(const plain& initial, double mu, std::int64_t steps) const {
    real largest = 0;
    const std::vector<matrix> y = slices(p.backproject(p.y));
    std::vector<matrix> z = slices(initial);
    for (std::size_t f = 0; f < z.size(); ++f) {
      for (std::int64_t t = 0; t < steps; ++t) {
        matrix moved = y[f] * z[f];
        for (std::size_t i = 0; i < moved.values.size(); ++i)
          z[f].values[i] += real(mu) * moved.values[i];
      }
      const svd_result s = svd(z[f]);
      largest = std::max(
          largest, angle(columns(back[f].vectors, 0, r), columns(s.u, 0, std::min(r, s.u.cols))));
    }
    return static_cast<double>(largest);
  }
};

TYPED_TEST(monitor_test, every_measure_is_its_definition) {
  unsigned seed = 300;
  for (const std::int64_t k : {1, 2, 3, 4, 5})
    for (const std::int64_t columns : {2, 4, 9}) {
      const std::int64_t n = 4, r = 2;
      const double mu = 0.3;
      const plain_problem p = random_problem(n, k, 40, columns, r, 0.1, seed++);
      const auto a = this->sensing_of(p);
      recovery run(this->ctx(), a, this->put(p.y), this->put(p.initial), mu);
      monitor watch(run, this->put(p.truth), {.tubal_rank = r, .rank_tolerance = 0.3});
      for (const int steps : {0, 1, 30}) {
        while (run.iteration() < steps) run.step();
        const record x = watch.observe();
        const plain u = this->fetch(run.factor());
        const naive_measures expected(p, u, r);
        EXPECT_EQ(x.iteration, steps);
        const auto [signal, noise] = expected.signal_and_noise();
        // Errors of subspaces grow with the inverse gaps of these random matrices.
        const double gap = 20;
        const auto near = [&](measure m, double wanted, double unit) {
          this->expect_ratio(std::string(name(m)).c_str(), std::abs(x[m] - wanted), unit,
                             "k = " + std::to_string(k) + ", R = " + std::to_string(columns) +
                                 ", t = " + std::to_string(steps));
        };
        near(measure::train_error, expected.train_error(), 10);
        near(measure::test_error, expected.test_error(), 10);
        near(measure::singular_tube_error, expected.singular_tube_error(), 10);
        near(measure::angle_to_spectral_subspace, expected.angle_to(expected.back), gap);
        near(measure::angle_to_ground_truth, expected.angle_to(expected.truth), gap);
        near(measure::power_method_angle_to_spectral_subspace,
             expected.power_angle(p.initial, mu, steps), gap);
        near(measure::signal, signal, 10 * norm(u));
        near(measure::noise, noise, gap * norm(u));
        EXPECT_EQ(x[measure::effective_tubal_rank], expected.effective_rank(0.3));
      }
    }
}

TYPED_TEST(monitor_test, rows_that_need_the_truth_or_the_rank_are_nan_without_them) {
  using T = TypeParam;
  const plain_problem p = random_problem(3, 4, 20, 5, 1, 0.1, 1);
  const auto a = this->sensing_of(p);
  const auto y = this->put(p.y), initial = this->put(p.initial), truth = this->put(p.truth);
  using set = std::vector<measure>;
  const auto expect_rows = [&](input<T, space> known, std::optional<std::int64_t> rank,
                               const set& wanted) {
    recovery run(this->ctx(), a, y, initial, 0.1);
    monitor watch(run, known, {.tubal_rank = rank});
    run.step();
    const record x = watch.observe();
    for (int i = 0; i < measure_count; ++i) {
      const auto m = static_cast<measure>(i);
      const bool there = std::find(wanted.begin(), wanted.end(), m) != wanted.end();
      EXPECT_EQ(watch.available(m), there) << name(m);
      EXPECT_EQ(std::isfinite(x[m]), there) << name(m);
    }
    EXPECT_EQ(std::isfinite(watch.smallest_signal_of_truth()), known.size() != 0 && rank);
  };
  set rows{measure::train_error, measure::effective_tubal_rank};
  expect_rows({}, std::nullopt, rows);
  set with_truth = rows, with_rank = rows;
  with_truth.push_back(measure::test_error);
  expect_rows(truth, std::nullopt, with_truth);
  with_rank.push_back(measure::angle_to_spectral_subspace);
  with_rank.push_back(measure::power_method_angle_to_spectral_subspace);
  expect_rows({}, 1, with_rank);
  set all;
  for (int i = 0; i < measure_count; ++i) all.push_back(static_cast<measure>(i));
  expect_rows(truth, 1, all);
}

TYPED_TEST(monitor_test, measures_what_is_chosen_and_the_same_as_among_all) {
  const plain_problem p = random_problem(4, 4, 30, 6, 2, 0.2, 7);
  const auto a = this->sensing_of(p);
  const auto y = this->put(p.y), initial = this->put(p.initial), truth = this->put(p.truth);
  const auto last_of = [&](measure_set chosen, const std::function<void(const record&)>& see) {
    recovery run(this->ctx(), a, y, initial, 0.1);
    monitor watch(run, truth, {.tubal_rank = 2, .measures = chosen});
    for (int t = 0; t < 5; ++t) run.step();
    const record x = watch.observe();
    for (int i = 0; i < measure_count; ++i) {
      const auto m = static_cast<measure>(i);
      EXPECT_EQ(watch.available(m), chosen.contains(m)) << name(m);
      EXPECT_EQ(std::isnan(x[m]), !chosen.contains(m)) << name(m);
    }
    see(x);
  };
  record all;
  last_of(measure_set::all(), [&](const record& x) { all = x; });
  last_of({}, [](const record&) {});
  // The bits of a library's SVD may depend on where its matrices lie in memory.
  const double close = 1e3 * this->eps;
  for (int i = 0; i < measure_count; ++i) {
    const auto one = static_cast<measure>(i), other = static_cast<measure>((i + 1) % measure_count);
    for (const measure_set chosen : {measure_set{one}, measure_set{one, other}})
      last_of(chosen, [&](const record& x) {
        EXPECT_NEAR(x[one], all[one], close * std::max(1.0, std::abs(all[one]))) << name(one);
      });
  }
}

TYPED_TEST(monitor_test, errors_alone_need_no_decomposition) {
  const plain_problem p = random_problem(4, 4, 30, 6, 2, 0.2, 7);
  const auto a = this->sensing_of(p);
  recovery run(this->ctx(), a, this->put(p.y), this->put(p.initial), 0.1);
  monitor watch(run, this->put(p.truth),
                {.tubal_rank = 2, .measures = {measure::train_error, measure::test_error}});
  EXPECT_TRUE(std::isnan(watch.smallest_signal_of_truth()));
}

TYPED_TEST(monitor_test, a_run_needs_the_train_error) {
  const plain_problem p = random_problem(3, 2, 20, 3, 1, 0.2, 7);
  const auto a = this->sensing_of(p);
  recovery descent(this->ctx(), a, this->put(p.y), this->put(p.initial), 0.1);
  monitor watch(descent, this->put(p.truth), {.measures = {measure::test_error}});
  EXPECT_THROW(run(descent, watch, {.iterations = 1}), argument_error);
}

TYPED_TEST(monitor_test, observing_does_not_change_the_run) {
  const plain_problem p = random_problem(4, 3, 20, 6, 2, 0.3, 5);
  const auto a = this->sensing_of(p);
  const auto y = this->put(p.y), initial = this->put(p.initial);
  recovery alone(this->ctx(), a, y, initial, 0.1), watched(this->ctx(), a, y, initial, 0.1);
  monitor watch(watched, this->put(p.truth), {.tubal_rank = 2});
  for (int t = 0; t < 20; ++t) {
    const record once = watch.observe(), twice = watch.observe();
    EXPECT_EQ(once.values, twice.values);
    alone.step();
    watched.step();
  }
  EXPECT_EQ(this->get(alone.factor()), this->get(watched.factor()));
}

/// One measurement of a matrix (k = 1): y = 1 and A symmetric make A the backprojection.
template <class T>
struct one_measurement {
  packed_sensing<T, space> sensing;
  tensor<T, space> y;
  one_measurement(context<space>& ctx, std::int64_t n, const std::vector<T>& a)
      : sensing(ctx, n, 1, 1), y(from_host(ctx, {1, 1, 1}, std::vector<T>{1})) {
    sensing.assign(ctx, 0, from_host(ctx, {n, n, 1}, a));
  }
};

TYPED_TEST(monitor_test, spectral_subspace_has_the_largest_algebraic_eigenvalues) {
  using T = TypeParam;
  // Eigenvalues 2, 1, -10: L is spanned by e1, not by e3, and U_0 is e1 (or e3).
  const one_measurement<T> p(this->ctx(), 3, {2, 0, 0, 0, 1, 0, 0, 0, -10});
  for (const bool right : {true, false}) {
    const auto initial = this->put({3, 1, 1}, {T(right), 0, T(!right)});
    recovery run(this->ctx(), p.sensing, p.y, initial, 0.01);
    monitor watch(run, {}, {.tubal_rank = 1});
    const record x = watch.observe();
    EXPECT_NEAR(x[measure::angle_to_spectral_subspace], right ? 0 : 1, 10 * this->eps);
    EXPECT_NEAR(x[measure::power_method_angle_to_spectral_subspace], right ? 0 : 1, 10 * this->eps);
  }
}

TYPED_TEST(monitor_test, power_iterate_far_along_keeps_its_small_directions) {
  using T = TypeParam;
  // D = diag(1 + mu lambda) = diag(1.5, 1.01, 1.007, 1.002), L = <e1, e2>. In the end row 1 is
  // 1e173 (float: 1e31) times the others; the angle is that of D^t C, which long double resolves.
  const std::int64_t n = 4, t_end = this->is_double ? 1000 : 180;
  const double mu = 0.5, lambda[] = {1, 0.02, 0.014, 0.004};
  std::vector<T> a(16);
  for (std::size_t i = 0; i < 4; ++i) a[5 * i] = static_cast<T>(lambda[i]);
  const one_measurement<T> p(this->ctx(), n, a);
  for (const std::int64_t width : {2, 3, 4}) {
    plain c = random_tensor({n, width, 1}, 40);
    for (double& v : c.values) v = static_cast<float>(1e-3 * v);
    recovery run(this->ctx(), p.sensing, p.y, this->put(c), mu);
    monitor watch(run, {}, {.tubal_rank = 2});
    for (const std::int64_t t : {t_end / 2, t_end}) {
      while (run.iteration() < t) run.step();
      matrix iterate(n, width);
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < width; ++j)
          iterate(i, j) =
              real(c(i, j, 0)) *
              std::pow(1 + real(mu) * real(a[static_cast<std::size_t>(5 * i)]), real(t));
      matrix leading(n, 2);
      leading(0, 0) = leading(1, 1) = 1;
      const real expected = angle(leading, columns(svd(iterate).u, 0, 2));
      EXPECT_GT(expected, 1e-3) << "a case with something to see";
      EXPECT_LT(expected, 1.0);
      // Eigenvalues carry an error of eps each, t steps multiply it.
      EXPECT_NEAR(watch.observe()[measure::power_method_angle_to_spectral_subspace],
                  static_cast<double>(expected), 30 * this->eps * static_cast<double>(t))
          << width << " " << t;
    }
  }
}

TYPED_TEST(monitor_test, power_iterate_angle_falls_below_rounding) {
  using T = TypeParam;
  // r = 1, one column (1, 1)^T: the angle is the sine of (1.25 / 1.5)^t, down to where squares end.
  const one_measurement<T> p(this->ctx(), 2, {1, 0, 0, 0.5});
  const auto initial = this->put({2, 1, 1}, {T(0x1p-10), T(0x1p-10)});
  recovery run(this->ctx(), p.sensing, p.y, initial, 0.5);
  monitor watch(run, {}, {.tubal_rank = 1});
  for (const int t : {0, 10, 100, 200}) {
    while (run.iteration() < t) run.step();
    const double tangent = std::pow(1.25 / 1.5, t);
    const double found = watch.observe()[measure::power_method_angle_to_spectral_subspace];
    EXPECT_NEAR(found / (tangent / std::hypot(1, tangent)), 1, 30 * this->eps * (t + 1)) << t;
  }
}

TYPED_TEST(monitor_test, a_factor_that_left_the_range_measures_as_nan) {
  using T = TypeParam;
  const one_measurement<T> p(this->ctx(), 2, {1, 0, 0, 0.5});
  recovery run(this->ctx(), p.sensing, p.y, this->put({2, 1, 1}, {T(1), T(1)}), 100.0);
  monitor watch(run, this->put({2, 2, 1}, {1, 0, 0, 0}), {.tubal_rank = 1});
  for (int t = 0; t < 60; ++t) run.step();
  const record x = watch.observe();
  for (const measure m : {measure::train_error, measure::test_error, measure::singular_tube_error,
                          measure::angle_to_spectral_subspace, measure::angle_to_ground_truth,
                          measure::signal, measure::noise, measure::effective_tubal_rank})
    EXPECT_TRUE(std::isnan(x[m])) << name(m) << " " << x[m];
}

}  // namespace
}  // namespace tubal::test
