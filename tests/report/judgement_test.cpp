// Claims of plans, on results made by hand.
#include "report/evaluate/judgement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tubal::report {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two points, alpha = 0.1 and 0.001, of three trials that are measured at 0, 10 and 20.
results sample() {
  results r;
  r.plan.repetitions = 3;
  r.plan.rows = {"test_error"};
  r.plan.vary = {{"alpha", {0.1, 0.001}}};
  for (std::int64_t p = 0; p < 2; ++p) {
    point at;
    at.number = p;
    at.varied = at.all = r.plan.varied(p);
    at.curves.iteration = {0, 10, 20};
    for (std::int64_t t = 0; t < 3; ++t) {
      const double last = (p == 0 ? 0.3 : 0.01) * static_cast<double>(t + 1);
      trial one;
      one.number = 3 * p + t;
      one.iterations = 20;
      one.stop = "iterations";
      one.final["test_error"] = last;
      one.smallest["test_error"] = last / 2;
      one.first_below[0.5] = p == 0 ? nan : static_cast<double>(10 * (t + 1));
      at.trials.push_back(one);
      at.curves.rows["test_error"].push_back({1, 2 * last, last});
    }
    r.points.push_back(at);
  }
  return r;
}

finding only(results r, const expectation& e) {
  r.plan.expect = {e};
  const auto all = judge(r);
  EXPECT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].findings.size(), 1u);
  return all[0].findings[0];
}

expectation about(double alpha, quantity value, double lower, double upper) {
  expectation e;
  e.where["alpha"] = alpha;
  e.row = "test_error";
  e.value = value;
  e.lower = lower;
  e.upper = upper;
  return e;
}

TEST(judgement, final_smallest_and_at) {
  const finding last = only(sample(), about(0.1, {}, 0.5, 0.7));
  EXPECT_DOUBLE_EQ(last.value, 0.6);
  EXPECT_EQ(last.outcome, verdict::holds);
  EXPECT_EQ(only(sample(), about(0.1, {}, 0.61, 0.7)).outcome, verdict::fails);
  EXPECT_EQ(only(sample(), about(0.1, {}, 0.5, 0.59)).outcome, verdict::fails);
  EXPECT_DOUBLE_EQ(only(sample(), about(0.1, {quantity::what::smallest}, 0, 1)).value, 0.3);
  EXPECT_DOUBLE_EQ(only(sample(), about(0.001, {quantity::what::at, 10}, 0, 1)).value, 0.04);
}

TEST(judgement, quantiles) {
  expectation e = about(0.1, {}, 0, 1);
  e.quantile = 0.9;
  EXPECT_DOUBLE_EQ(only(sample(), e).value, 0.6 + 0.8 * 0.3);
}

TEST(judgement, means) {
  results r = sample();
  r.points[0].trials[2].final["test_error"] = 6;
  expectation e = about(0.1, {}, 0, 3);
  e.of_mean = true;
  EXPECT_DOUBLE_EQ(only(r, e).value, 2.3);
  EXPECT_EQ(subject_of(e), "mean of final relative test error");
}

TEST(judgement, first_below) {
  EXPECT_DOUBLE_EQ(only(sample(), about(0.001, {quantity::what::first_below, 0, 0.5}, 0, 30)).value,
                   20);
  // never: later than everything
  EXPECT_EQ(only(sample(), about(0.1, {quantity::what::first_below, 0, 0.5}, 0, 30)).outcome,
            verdict::fails);
}

TEST(judgement, ratios) {
  expectation e;
  e.where["alpha"] = 0.001;
  e.over = settings{{"alpha", 0.1}};
  e.row = "test_error";
  e.lower = 29;
  const finding f = only(sample(), e);
  EXPECT_NEAR(f.value, 30, 1e-12);
  EXPECT_EQ(f.outcome, verdict::holds);
  e.lower = 31;
  EXPECT_EQ(only(sample(), e).outcome, verdict::fails);
}

TEST(judgement, without_trials_nothing_is_decided) {
  results r = sample();
  r.points[0].trials.clear();
  r.points[0].curves.rows["test_error"].clear();
  EXPECT_EQ(only(r, about(0.1, {}, 0, 1)).outcome, verdict::undecided);
}

}  // namespace
}  // namespace tubal::report
