// The loop around a recovery: stop rules, records, stages.
#include <algorithm>
#include <cstring>

#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
class run_test : public operator_test<T> {
 protected:
  void SetUp() override {
    operator_test<T>::SetUp();
    if (this->IsSkipped() || this->HasFatalFailure()) return;
    synthetic_options o;
    o.n = 4;
    o.k = 3;
    o.tubal_rank = 1;
    o.factor_rank = 1;  // converges geometrically
    o.measurements = 60;
    o.init_scale = 1e-2;
    problem_ = std::make_unique<problem<T, space>>(make_synthetic_problem<T>(this->ctx(), o));
  }
  /// A fresh descent, run under `options`; every record goes to `seen`.
  run_result go(const run_options& options, double step = 0.2, std::int64_t stop_at = -1) {
    recovery<T, space> r(this->ctx(), problem_->sensing, problem_->measurements,
                         problem_->initial_factor, step);
    monitor<T, space> watch(r, problem_->ground_truth, {1});
    seen.clear();
    const run_result result = run(r, watch, options, [&](const record& x) {
      seen.push_back(x);
      return x.iteration != stop_at;
    });
    steps = r.iteration();
    return result;
  }
  std::vector<std::int64_t> iterations() const {
    std::vector<std::int64_t> t;
    for (const record& r : seen) t.push_back(r.iteration);
    return t;
  }

  std::unique_ptr<problem<T, space>> problem_;
  std::vector<record> seen;
  std::int64_t steps = 0;
};
TYPED_TEST_SUITE(run_test, precisions);

TYPED_TEST(run_test, iterations_and_records) {
  using list = std::vector<std::int64_t>;
  run_options o;
  o.iterations = 10;
  o.record_every = 4;
  const run_result result = this->go(o);
  EXPECT_EQ(result.reason, stop_reason::iterations);
  EXPECT_EQ(this->iterations(), (list{0, 4, 8, 10})) << "the last iterate is recorded";
  EXPECT_EQ(this->steps, 10);
  EXPECT_EQ(result.last.iteration, 10);
  EXPECT_EQ(result.last.values, this->seen.back().values);
  o.record_every = 5;
  this->go(o);
  EXPECT_EQ(this->iterations(), (list{0, 5, 10})) << "and not twice";
  o.record_every = 1000;
  this->go(o);
  EXPECT_EQ(this->iterations(), (list{0, 10}));
  o.iterations = 0;
  EXPECT_EQ(this->go(o).reason, stop_reason::iterations);
  EXPECT_EQ(this->iterations(), (list{0}));
}

TYPED_TEST(run_test, records_do_not_depend_on_how_often) {
  run_options o;
  o.iterations = 20;
  o.record_every = 1;
  this->go(o);
  const auto every = this->seen;
  o.record_every = 10;
  this->go(o);
  EXPECT_EQ(this->seen[1].values, every[10].values);
  EXPECT_EQ(this->seen[2].values, every[20].values);
}

TYPED_TEST(run_test, goes_on_where_the_last_run_ended) {
  recovery<TypeParam, space> r(this->ctx(), this->problem_->sensing, this->problem_->measurements,
                               this->problem_->initial_factor, 0.2);
  monitor<TypeParam, space> watch(r, {}, {});
  run_options o;
  o.iterations = 3;
  EXPECT_EQ(run(r, watch, o).last.iteration, 3);
  EXPECT_EQ(run(r, watch, o).last.iteration, 6);
}

/// A descent that is stopped at `at`, and gone on with by another one.
TYPED_TEST(run_test, a_stopped_run_goes_on_to_the_same_bits) {
  const auto make = [&] {
    return recovery<TypeParam, space>(this->ctx(), this->problem_->sensing,
                                      this->problem_->measurements, this->problem_->initial_factor,
                                      0.2);
  };
  run_options o;
  o.iterations = 50;
  o.record_every = 4;
  const run_result whole = this->go(o);
  const auto records = this->seen;
  for (const std::int64_t at : {0, 24, 48}) {
    this->go(o, 0.2, at);
    const auto past = this->seen;
    auto stopped = make();
    stopped.steps(at);
    const auto values = this->get(stopped.spectral_factor());
    auto r = make();
    monitor<TypeParam, space> watch(r, this->problem_->ground_truth, {1});
    const auto u = this->put_spectrum({4, 1, 3}, values);
    r.resume(at, u);
    auto found = past;
    const run_result rest = run(
        r, watch, o, [&](const record& x) { return found.push_back(x), true; }, past);
    ASSERT_EQ(found.size(), records.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].iteration, records[i].iteration);
      EXPECT_EQ(std::memcmp(&found[i].values, &records[i].values, sizeof found[i].values), 0);
    }
    EXPECT_EQ(rest.reason, whole.reason);
    EXPECT_EQ(rest.stages.growth, whole.stages.growth);
    EXPECT_EQ(rest.stages.convergence, whole.stages.convergence);
  }
}

TYPED_TEST(run_test, past_must_lead_to_where_the_descent_is) {
  recovery<TypeParam, space> r(this->ctx(), this->problem_->sensing, this->problem_->measurements,
                               this->problem_->initial_factor, 0.2);
  monitor<TypeParam, space> watch(r, this->problem_->ground_truth, {1});
  run_options o;
  this->go(o, 0.2, 20);
  EXPECT_THROW(run(r, watch, o, {}, this->seen), argument_error);
  EXPECT_THROW(run(r, watch, o, {}, {record{}, record{}}), argument_error);
  const half_spectrum<TypeParam, space> wrong(this->ctx(), {4, 2, 3});
  EXPECT_THROW(r.resume(20, wrong), shape_error);
  EXPECT_THROW(r.resume(-1, r.spectral_factor()), argument_error);
}

/// Iterations that are asked for later come at the places where they would have been.
TYPED_TEST(run_test, goes_on_beyond_its_end) {
  recovery<TypeParam, space> r(this->ctx(), this->problem_->sensing, this->problem_->measurements,
                               this->problem_->initial_factor, 0.2);
  monitor<TypeParam, space> watch(r, this->problem_->ground_truth, {1});
  std::vector<record> found;
  const observer see = [&](const record& x) { return found.push_back(x), true; };
  run_options o;
  o.iterations = 10;
  o.record_every = 4;
  run(r, watch, o, see);
  o.iterations = 18;
  const auto past = found;
  run(r, watch, o, see, past);
  this->seen = found;
  EXPECT_EQ(this->iterations(), (std::vector<std::int64_t>{0, 4, 8, 10, 12, 16, 18}));
}

TYPED_TEST(run_test, stops_at_the_train_error) {
  run_options o;
  o.iterations = 10000;
  o.record_every = 1;
  o.train_tolerance = 0.01;
  const run_result result = this->go(o);
  EXPECT_EQ(result.reason, stop_reason::train_error);
  EXPECT_LE(result.last[measure::train_error], 0.01);
  ASSERT_GT(this->seen.size(), 2u);
  EXPECT_GT(this->seen[this->seen.size() - 2][measure::train_error], 0.01) << "and not later";
  EXPECT_LT(this->steps, 10000);
}

TYPED_TEST(run_test, stops_without_progress) {
  run_options o;
  o.iterations = 50000;
  o.record_every = 5;
  o.progress_window = 100;
  o.progress_tolerance = 1e-3;
  const run_result result = this->go(o);
  EXPECT_EQ(result.reason, stop_reason::no_progress);
  EXPECT_LT(this->steps, 50000);
  // It did recover before: the rule waits through the start, where nothing moves.
  EXPECT_LT(result.last[measure::train_error], 100 * this->eps);
  o.progress_window = 0;
  o.iterations = 300;
  EXPECT_EQ(this->go(o).reason, stop_reason::iterations);
}

TYPED_TEST(run_test, stops_when_the_observer_says_so) {
  run_options o;
  o.iterations = 100;
  o.record_every = 2;
  const run_result result = this->go(o, 0.2, 6);
  EXPECT_EQ(result.reason, stop_reason::observer);
  EXPECT_EQ(result.last.iteration, 6);
  EXPECT_EQ(this->steps, 6);
}

TYPED_TEST(run_test, a_step_too_large_ends_as_not_finite) {
  run_options o;
  o.iterations = 1000000;
  o.record_every = 10;
  const run_result result = this->go(o, 1e3);
  EXPECT_EQ(result.reason, stop_reason::not_finite);
  EXPECT_LT(this->steps, 1000);
  EXPECT_FALSE(std::isfinite(result.last[measure::train_error]));
  EXPECT_NO_THROW(this->ctx().wait()) << "the context is as good as new";
  o.iterations = 300;
  EXPECT_LT(this->go(o).last[measure::test_error], 0.1);
}

TYPED_TEST(run_test, works_without_an_observer) {
  recovery<TypeParam, space> r(this->ctx(), this->problem_->sensing, this->problem_->measurements,
                               this->problem_->initial_factor, 0.2);
  monitor<TypeParam, space> watch(r, this->problem_->ground_truth, {1});
  run_options o;
  o.iterations = 300;
  const run_result result = run(r, watch, o);
  EXPECT_LT(result.last[measure::test_error], 0.1);
  ASSERT_TRUE(result.stages.growth);
  ASSERT_TRUE(result.stages.convergence);
  EXPECT_LE(*result.stages.growth, *result.stages.convergence);
}

TEST(stages_test, are_read_off_records) {
  const auto at = [](std::int64_t t, double angle, double signal) {
    record r;
    r.iteration = t;
    r[measure::angle_to_spectral_subspace] = angle;
    r[measure::signal] = signal;
    return r;
  };
  stages s;
  EXPECT_FALSE(s.growth);
  EXPECT_FALSE(s.convergence);
  s.update(at(0, 0.9, 1e-8), 1);
  s.update(at(10, 0.2, 1e-5), 1);
  EXPECT_EQ(s.growth, 10);
  s.update(at(20, 0.1, 1e-3), 1);
  EXPECT_EQ(s.growth, 20) << "closer to L still";
  s.update(at(30, 0.3, 0.3), 1);
  EXPECT_EQ(s.growth, 20);
  EXPECT_FALSE(s.convergence) << "0.3 < 1 / sqrt(10)";
  s.update(at(40, 0.4, 0.32), 1);
  EXPECT_EQ(s.convergence, 40);
  s.update(at(50, 0.01, 0.9), 1);
  EXPECT_EQ(s.growth, 20) << "settled";
  EXPECT_EQ(s.convergence, 40);
  // Without the rows there are no stages.
  stages none;
  none.update(record{}, std::nan(""));
  EXPECT_FALSE(none.growth);
  EXPECT_FALSE(none.convergence);
}

TEST(names_test, are_those_of_run_files) {
  EXPECT_EQ(name(measure::train_error), "train_error");
  EXPECT_EQ(name(measure::effective_tubal_rank), "effective_tubal_rank");
  EXPECT_EQ(name(measure::power_method_angle_to_spectral_subspace),
            "power_method_angle_to_spectral_subspace");
  std::vector<std::string_view> all;
  for (int i = 0; i < measure_count; ++i) all.push_back(name(static_cast<measure>(i)));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
  EXPECT_FALSE(name(stop_reason::no_progress).empty());
}

}  // namespace
}  // namespace tubal::test
