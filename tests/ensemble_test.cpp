// Ensembles: the same iterates as single recoveries, in both forms, whatever the neighbours do.
#include <optional>

#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
struct ensemble_test : operator_test<T> {
  struct setting {
    std::uint64_t seed;
    std::int64_t factor_rank;
    double init_scale, step_size;
    bool shares = false;  // the operator of the first trial
  };

  problem<T, space> draw(const ensemble_options& o, const setting& s) {
    synthetic_options from{.n = o.n,
                           .k = o.k,
                           .tubal_rank = std::min<std::int64_t>(2, o.n),
                           .factor_rank = s.factor_rank,
                           .measurements = o.measurements,
                           .init_scale = s.init_scale,
                           .noise = 0.01,
                           .seed = s.seed};
    from.operator_seed = s.shares ? 1 : s.seed;
    return make_synthetic_problem<T>(this->ctx(), from);
  }

  /// Problems must outlive the ensemble.
  struct trials {
    std::vector<problem<T, space>> problems;
    ensemble<T, space> all;
  };
  trials make(ensemble_options o, const std::vector<setting>& settings) {
    o.trials = static_cast<std::int64_t>(settings.size());
    trials made{{}, {this->ctx(), o}};
    made.problems.reserve(settings.size());
    for (const setting& s : settings) {
      made.problems.push_back(draw(o, s));
      const auto& p = made.problems.back();
      const auto& operators = s.shares ? made.problems.front() : p;
      made.all.add(operators.sensing, p.measurements, p.ground_truth, p.initial_factor, s.step_size,
                   s.shares ? std::optional<std::int64_t>(0) : std::nullopt);
    }
    return made;
  }

  /// Every trial against a recovery of its own.
  void compare(const ensemble_options& o, const std::vector<setting>& settings) {
    SCOPED_TRACE(testing::Message()
                 << "n " << o.n << ", k " << o.k << ", width " << o.width << ", trials "
                 << settings.size() << ", Gram form " << o.gram_form);
    trials t = make(o, settings);
    EXPECT_EQ(t.all.gram_form(), o.gram_form);
    EXPECT_EQ(t.all.active(), static_cast<std::int64_t>(settings.size()));
    const std::int64_t steps = 7;
    t.all.steps(steps);
    const std::vector<record> found = t.all.observe();
    for (std::size_t i = 0; i < settings.size(); ++i) {
      const auto& p = t.problems[i];
      recovery<T, space> alone(this->ctx(), p.sensing, p.measurements, p.initial_factor,
                               settings[i].step_size, {.gram_form = false});
      monitor<T, space> watch(alone, p.ground_truth, {});
      alone.steps(steps);
      const record expected = watch.observe();
      const auto number = static_cast<std::int64_t>(i);
      EXPECT_EQ(found[i].iteration, steps);
      const plain x = this->fetch(alone.product());
      // every step adds a rounding of the residual, whose products sum up m n k terms
      const double unit = (norm(x) + 1) * static_cast<double>(steps * o.n);
      this->expect_ratio("ensemble, X_t", distance(this->fetch(t.all.product(number)), x), unit);
      const plain l = this->fetch(t.all.factor(number));
      this->expect_ratio("ensemble, L * L^T", distance(tproduct(l, transpose(l)), x), unit);
      for (const measure m : {measure::train_error, measure::test_error})
        this->expect_ratio("ensemble, errors", std::abs(found[i][m] - expected[m]),
                           unit * std::max(1.0, expected[m]));
    }
  }
};
TYPED_TEST_SUITE(ensemble_test, precisions);

// Steps are near 1 / ||A^T A||, starts near the size of the truth: everything counts.
TYPED_TEST(ensemble_test, trials_are_recoveries) {
  struct sizes {
    std::int64_t n, k, width, m;
  };
  for (const sizes s : {sizes{1, 1, 1, 3},
                        {2, 2, 2, 9},
                        {3, 4, 2, 30},
                        {5, 3, 5, 40},
                        {4, 5, 4, 20},
                        {7, 8, 3, 60},
                        {10, 4, 10, 60}}) {
    if (fewer_cases() && s.n * s.k > 20) continue;
    for (const bool gram_form : {true, false}) {
      const ensemble_options o{
          .n = s.n, .k = s.k, .width = s.width, .measurements = s.m, .gram_form = gram_form};
      const std::int64_t wide = s.width == s.n ? 3 * s.n : s.width;
      this->compare(o, {{1, s.width, 0.5, 0.05}});
      this->compare(o, {{1, wide, 0.5, 0.05},
                        {2, s.width, 0.1, 0.02},
                        {3, wide, 1.0, 0.01},
                        {4, wide, 0.3, 0.04},
                        {5, s.width, 0.2, 0.05}});
      this->compare(
          o, {{1, wide, 0.5, 0.05}, {2, s.width, 0.1, 0.02, true}, {3, wide, 1, 0.01, true}});
    }
  }
}

TYPED_TEST(ensemble_test, a_large_problem_has_no_gram_form) {
  ensemble<TypeParam, space> large(this->ctx(),
                                   {.n = 40, .k = 8, .width = 1, .measurements = 3, .trials = 1});
  EXPECT_FALSE(large.gram_form());
}

// To the bit, in Gram form.
TYPED_TEST(ensemble_test, neighbours_do_not_matter) {
  using T = TypeParam;
  const typename ensemble_test<T>::setting one{7, 12, 0.3, 0.05}, another{20, 4, 0.5, 0.02};
  const ensemble_options o{.n = 4, .k = 3, .width = 4, .measurements = 20};
  auto alone = this->make(o, {one});
  alone.all.steps(9);
  for (const std::int64_t place : {0, 3, 8}) {
    std::vector<typename ensemble_test<T>::setting> many(9, another);
    many[std::size_t(place)] = one;
    auto others = this->make(o, many);
    others.all.steps(2);
    others.all.drop(1);
    others.all.steps(3);
    others.all.drop(7);
    others.all.steps(4);
    EXPECT_EQ(this->get(others.all.factor(place)), this->get(alone.all.factor(0)));
    EXPECT_EQ(others.all.observe()[std::size_t(place)].values[0], alone.all.observe()[0].values[0]);
  }
}

TYPED_TEST(ensemble_test, a_dropped_trial_stays_where_it_is) {
  for (const bool gram_form : {true, false}) {
    auto t = this->make({.n = 3, .k = 2, .width = 3, .measurements = 10, .gram_form = gram_form},
                        {{1, 5, 0.5, 0.05}, {2, 5, 0.5, 0.05}, {3, 5, 0.5, 0.05}});
    t.all.steps(3);
    const auto before = this->get(t.all.factor(0));
    t.all.drop(0);
    const record last = t.all.observe()[0];
    EXPECT_EQ(last.iteration, 3);
    t.all.steps(5);
    EXPECT_EQ(this->get(t.all.factor(0)), before);
    EXPECT_EQ(t.all.observe()[0].iteration, 3);
    EXPECT_EQ(t.all.observe()[0].values[0], last.values[0]);
    EXPECT_EQ(t.all.observe()[1].iteration, 8);
    EXPECT_FALSE(t.all.is_active(0));
    EXPECT_TRUE(t.all.is_active(1));
    EXPECT_EQ(t.all.active(), 2);
    t.all.drop(1);
    t.all.drop(2);
    t.all.steps(1);
    EXPECT_EQ(t.all.observe()[2].iteration, 8);
  }
}

TYPED_TEST(ensemble_test, a_course_is_its_steps) {
  using T = TypeParam;
  for (const bool gram_form : {true, false}) {
    const ensemble_options o{
        .n = 3, .k = 4, .width = 3, .measurements = 20, .gram_form = gram_form};
    const std::vector<typename ensemble_test<T>::setting> settings{{1, 5, 0.5, 0.05},
                                                                   {2, 3, 0.2, 0.02}};
    auto step_by_step = this->make(o, settings), together = this->make(o, settings);
    const auto start = together.all.observe();
    EXPECT_EQ(start[1].values[0], step_by_step.all.observe()[1].values[0]);
    const auto records = together.all.course(5, 3);
    ASSERT_EQ(records.size(), 5u);
    for (const auto& r : records) {
      step_by_step.all.steps(3);
      const auto& expected = step_by_step.all.observe();
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(r[i].iteration, expected[i].iteration);
        EXPECT_EQ(r[i].values[0], expected[i].values[0]);
        EXPECT_EQ(r[i].values[1], expected[i].values[1]);
      }
    }
    EXPECT_EQ(together.all.iteration(), 15);
    EXPECT_EQ(this->get(together.all.factor(1)), this->get(step_by_step.all.factor(1)));
  }
}

// Near the truth ||A X - y|| is far below eps ||A X||; here it is exact to rounding of X itself.
TYPED_TEST(ensemble_test, small_errors_do_not_cancel) {
  using T = TypeParam;
  for (const bool gram_form : {true, false}) {
    synthetic_options from{.n = 6, .k = 3, .tubal_rank = 2, .factor_rank = 6, .measurements = 100};
    const auto p = make_synthetic_problem<T>(this->ctx(), from);
    ensemble<T, space> all(
        this->ctx(),
        {.n = 6, .k = 3, .width = 6, .measurements = 100, .trials = 1, .gram_form = gram_form});
    all.add(p.sensing, p.measurements, p.ground_truth, p.initial_factor, 0.2);
    const auto result = run<T, space>(all, {.iterations = 3000, .record_every = 100});
    const record& last = result[0].last;
    EXPECT_LT(last[measure::test_error], 2e-7 + 300 * this->eps);
    EXPECT_LT(last[measure::train_error], 2e-7 + 300 * this->eps);
    EXPECT_GT(last[measure::train_error], 0);
  }
}

TYPED_TEST(ensemble_test, stop_rules_are_those_of_a_run) {
  using T = TypeParam;
  const ensemble_options o{.n = 4, .k = 3, .width = 4, .measurements = 80};
  auto t =
      this->make(o, {{1, 8, 1e-3, 0.1}, {2, 8, 0.5, 0.1}, {3, 8, 0.5, 30.0}, {4, 8, 1e-3, 0.1}});
  run_options options{.iterations = 200, .record_every = 7, .train_tolerance = 0.05};
  std::vector<std::int64_t> seen(4);
  const auto results = run<T, space>(t.all, options, [&](std::int64_t i, const record& r) {
    ++seen[std::size_t(i)];
    return i != 3 || r.iteration < 14;
  });
  ASSERT_EQ(results.size(), 4u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& p = t.problems[i];
    recovery<T, space> alone(this->ctx(), p.sensing, p.measurements, p.initial_factor, 0.1,
                             {.gram_form = false});
    monitor<T, space> watch(alone, p.ground_truth, {});
    const run_result expected = run<T, space>(alone, watch, options);
    EXPECT_EQ(results[i].reason, expected.reason);
    EXPECT_EQ(results[i].last.iteration, expected.last.iteration);
    EXPECT_EQ(seen[i], (expected.last.iteration + 6) / 7 + 1);
  }
  EXPECT_EQ(results[2].reason, stop_reason::not_finite);
  EXPECT_EQ(results[3].reason, stop_reason::observer);
  EXPECT_EQ(results[3].last.iteration, 14);
  EXPECT_EQ(t.all.active(), 0);
  // Without a tolerance records come in batches; the end need not be a record.
  auto u = this->make(o, {{1, 8, 1e-3, 0.1}});
  std::vector<std::int64_t> at;
  const auto whole = run<T, space>(u.all, {.iterations = 17, .record_every = 5},
                                   [&](std::int64_t, const record& r) {
                                     at.push_back(r.iteration);
                                     return true;
                                   });
  EXPECT_EQ(at, (std::vector<std::int64_t>{0, 5, 10, 15, 17}));
  EXPECT_EQ(whole[0].reason, stop_reason::iterations);
}

TYPED_TEST(ensemble_test, without_a_truth_there_is_a_train_error) {
  using T = TypeParam;
  const auto p = make_synthetic_problem<T>(this->ctx(), {.n = 4, .k = 3, .measurements = 60});
  for (const bool gram_form : {true, false}) {
    ensemble<T, space> all(
        this->ctx(),
        {.n = 4, .k = 3, .width = 4, .measurements = 60, .trials = 1, .gram_form = gram_form});
    all.add(p.sensing, p.measurements, {}, p.initial_factor, 0.1);
    const record r = all.observe()[0];
    EXPECT_NEAR(r[measure::train_error], 1, 1e-3);
    EXPECT_TRUE(std::isnan(r[measure::test_error]));
  }
}

TYPED_TEST(ensemble_test, bad_calls_are_refused_and_leave_the_ensemble_usable) {
  using T = TypeParam;
  const auto refused = [&](ensemble_options o) {
    EXPECT_THROW((ensemble<T, space>(this->ctx(), o)), argument_error);
  };
  const ensemble_options good{.n = 3, .k = 2, .width = 2, .measurements = 9, .trials = 2};
  for (auto field : {&ensemble_options::n, &ensemble_options::k, &ensemble_options::width,
                     &ensemble_options::measurements, &ensemble_options::trials})
    for (const std::int64_t value : {-1, 0}) {
      ensemble_options o = good;
      o.*field = value;
      refused(o);
    }
  ensemble_options o = good;
  o.width = 4;
  refused(o);
  o = good;
  o.operators = 3;
  refused(o);

  o = good;
  o.operators = 1;
  ensemble<T, space> all(this->ctx(), o);
  const synthetic_options from{
      .n = 3, .k = 2, .tubal_rank = 1, .factor_rank = 2, .measurements = 9, .seed = 3};
  const auto p = make_synthetic_problem<T>(this->ctx(), from);
  const auto with = [&](auto change) {
    synthetic_options other = from;
    change(other);
    return make_synthetic_problem<T>(this->ctx(), other);
  };
  const auto add = [&](const problem<T, space>& q, double step,
                       std::optional<std::int64_t> sharing = {}) {
    return all.add(q.sensing, q.measurements, q.ground_truth, q.initial_factor, step, sharing);
  };
  EXPECT_THROW(add(with([](auto& x) { x.n = 4; }), 0.1), shape_error);
  EXPECT_THROW(add(with([](auto& x) { x.k = 3; }), 0.1), shape_error);
  EXPECT_THROW(add(with([](auto& x) { x.measurements = 10; }), 0.1), shape_error);
  EXPECT_THROW(add(with([](auto& x) { x.factor_rank = 1; }), 0.1), shape_error);
  EXPECT_THROW(add(with([](auto& x) { x.factor_rank = 5; }), 0.1), shape_error);
  for (const double step : {0.0, -1.0, double(this->nan), double(this->inf)})
    EXPECT_THROW(add(p, step), argument_error);
  EXPECT_THROW(add(p, 0.1, 0), argument_error);
  const auto spoiled = this->put({9, 1, 1}, std::vector<T>(9, this->nan));
  EXPECT_THROW(all.add(p.sensing, spoiled, p.ground_truth, p.initial_factor, 0.1), nonfinite_error);
  EXPECT_THROW(all.add(p.sensing, zeros<T>(this->ctx(), {9, 1, 1}), {}, p.initial_factor, 0.1),
               argument_error);
  EXPECT_EQ(all.trials(), 0);
  EXPECT_EQ(add(p, 0.1), 0);
  EXPECT_THROW(add(p, 0.1), argument_error);  // a second operator
  EXPECT_EQ(add(p, 0.1, 0), 1);
  EXPECT_THROW(add(p, 0.1, 0), argument_error);  // a third trial
  EXPECT_THROW(all.steps(-1), argument_error);
  EXPECT_THROW(all.course(0, 1), argument_error);
  EXPECT_THROW(all.course(65, 1), argument_error);
  EXPECT_THROW(all.course(1, 0), argument_error);
  for (const std::int64_t trial : {-1, 2}) {
    EXPECT_THROW(all.drop(trial), argument_error);
    EXPECT_THROW(all.factor(trial), argument_error);
    EXPECT_THROW(all.product(trial), argument_error);
    EXPECT_THROW(all.is_active(trial), argument_error);
  }
  all.drop(0);
  EXPECT_THROW(all.drop(0), argument_error);
  all.steps(1);
  EXPECT_THROW(add(p, 0.1, 0), argument_error);  // too late
  EXPECT_EQ(all.observe()[1].iteration, 1);
}

}  // namespace
}  // namespace tubal::test
