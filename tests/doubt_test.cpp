// What a run ended with: when it is called converged, and why not.
#include <cmath>

#include "measured.hpp"

namespace tubal::test {
namespace {

template <class T>
class doubt_test : public measured_test<T> {};
TYPED_TEST_SUITE(doubt_test, precisions);

TYPED_TEST(doubt_test, a_recovery_has_converged) {
  using T = TypeParam;
  const auto a = entry_mask<T, space>::random(this->ctx(), {9, 8, 3}, 0.8, 1);
  const auto p = this->measure(a, 1);
  descent<T, space> d(this->ctx(), a, p.y, {.start = descent_start::spectral, .factor_rank = 1});
  EXPECT_TRUE(run(d, {.iterations = 2000, .train_tolerance = 1e-3}).converged());
  descent<T, space> short_of_it(this->ctx(), a, p.y,
                                {.start = descent_start::spectral, .factor_rank = 1});
  EXPECT_EQ(run(short_of_it, {.iterations = 5}).doubt, doubt::unfinished);
  nuclear_norm_recovery<T, space> r(this->ctx(), a, p.y);
  EXPECT_TRUE(run(r, {.iterations = 300, .train_tolerance = 1e-3}).converged());
}

TYPED_TEST(doubt_test, noise_cannot_be_predicted) {
  using T = TypeParam;
  const shape s{10, 9, 2};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.7, 1);
  for (const double mean : {0.0, 3.0}) {
    plain x = random_tensor(s, 5);
    for (double& v : x.values) v += mean;
    descent<T, space> d(this->ctx(), a, this->measured(a, x),
                        {.method = descent_method::alternating, .factor_rank = 8, .held_out = 0.2});
    const auto found = run(d, {.iterations = 40, .record_every = 1});
    EXPECT_GT(found.last.held_out_error, d.mean_held_out_error()) << mean;
    EXPECT_EQ(found.doubt, doubt::no_better_than_mean) << mean;
  }
}

/// The mean of the fitted measurements, and how far the others are from it.
TYPED_TEST(doubt_test, errors_of_the_mean_are_those_of_the_definition) {
  using T = TypeParam;
  const shape s{6, 5, 2};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.7, 1);
  plain x = random_tensor(s, 5);
  for (double& v : x.values) v = static_cast<T>(v + 2);
  const auto data = this->measured(a, x);
  const plain y = this->fetch(data);
  descent<T, space> d(this->ctx(), a, data, {.held_out = 0.2});
  std::vector<bool> held(y.values.size());
  const auto count = static_cast<std::int64_t>(std::llround(0.2 * double(held.size())));
  for (const std::int64_t i : random_subset(a.measurements(), count, 1, random_stream::held_out))
    held[static_cast<std::size_t>(i)] = true;
  double mean = 0, fitted = 0, fit_off = 0, fit_size = 0, off = 0, size = 0;
  for (std::size_t i = 0; i < held.size(); ++i)
    if (!held[i]) {
      mean += y.values[i];
      ++fitted;
    }
  mean /= fitted;
  for (std::size_t i = 0; i < held.size(); ++i) {
    (held[i] ? off : fit_off) += std::pow(y.values[i] - mean, 2);
    (held[i] ? size : fit_size) += std::pow(y.values[i], 2);
  }
  EXPECT_NEAR(d.mean_train_error(), std::sqrt(fit_off / fit_size), 1e-6);
  EXPECT_NEAR(d.mean_held_out_error(), std::sqrt(off / size), 1e-6);
  EXPECT_TRUE(std::isnan(descent<T, space>(this->ctx(), a, data, {}).mean_held_out_error()));
}

TYPED_TEST(doubt_test, without_a_step_nothing_is_done) {
  using T = TypeParam;
  const shape s{5, 4, 2};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.9, 1);
  const auto p = this->measure(a, 1);
  descent<T, space> d(this->ctx(), a, p.y, {});
  EXPECT_EQ(run(d, {.iterations = 0}).doubt, doubt::no_step);
  EXPECT_EQ(name(doubt::no_step), "no_step");
  EXPECT_EQ(run(d, {.iterations = 9}, [](const record&) { return false; }).doubt, doubt::no_step);
  nuclear_norm_recovery<T, space> r(this->ctx(), a, p.y);
  EXPECT_FALSE(run(r, {.iterations = 0}).converged());
}

TYPED_TEST(doubt_test, of_zeros_the_answer_is_zero) {
  using T = TypeParam;
  const shape s{4, 3, 2};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.9, 1);
  const auto zero = zeros<T>(this->ctx(), {a.measurements(), 1, 1});
  for (const auto how :
       {descent_method::gradient, descent_method::scaled, descent_method::alternating})
    for (const auto start : {descent_start::random, descent_start::spectral})
      for (const auto rule : {step_rule::from_norm, step_rule::backtracking}) {
        descent<T, space> d(this->ctx(), a, zero,
                            {.method = how, .start = start, .factor_rank = 2, .rule = rule});
        const auto found = run(d, {.iterations = 50});
        EXPECT_TRUE(found.converged());
        EXPECT_EQ(found.reason, stop_reason::train_error);
        d.steps(3);
        EXPECT_EQ(norm(this->fetch(d.product())), 0);
      }
  nuclear_norm_recovery<T, space> r(this->ctx(), a, zero);
  EXPECT_TRUE(run(r, {.iterations = 20, .train_tolerance = 1e-5}).converged());
  EXPECT_EQ(norm(this->fetch(r.low_rank())), 0);
  robust_pca<T, space> split(this->ctx(), zeros<T>(this->ctx(), s));
  EXPECT_TRUE(run(split, {.iterations = 20, .train_tolerance = 1e-5}).converged());
}

TYPED_TEST(doubt_test, a_descent_that_diverged_leaves_the_context_as_new) {
  using T = TypeParam;
  const shape s{5, 4, 3};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.9, 1);
  const auto p = this->measure(a, 1);
  for (const double held_out : {0.0, 0.2})
    for (const auto how :
         {descent_method::gradient, descent_method::scaled, descent_method::alternating}) {
      descent<T, space> d(this->ctx(), a, p.y,
                          {.method = how,
                           .factor_rank = 2,
                           .init_scale = 1,
                           .rule = step_rule::constant,
                           .step_size = 1e6,
                           .held_out = held_out});
      const auto found = run(d, {.iterations = 3000, .record_every = 10});
      EXPECT_EQ(found.reason, stop_reason::not_finite) << int(how);
      EXPECT_EQ(found.doubt, doubt::not_finite) << int(how);
      EXPECT_NO_THROW(svd(this->ctx(), this->put(p.truth))) << int(how);
      EXPECT_NO_THROW(this->ctx().wait());
    }
}

/// A step far too large: it jumps about and solves nothing.
TYPED_TEST(doubt_test, a_recovery_in_the_wrong_place_is_not_called_converged) {
  if (fewer_cases() && sizeof(TypeParam) == 4) GTEST_SKIP() << "in double alone";
  using T = TypeParam;
  const auto p = make_synthetic_problem<T>(this->ctx(), {.n = 6, .k = 2, .factor_rank = 6});
  for (const double step : {0.05, 1.0}) {
    recovery<T, space> r(this->ctx(), p.sensing, p.measurements, p.initial_factor, step);
    monitor<T, space> watch(r, p.ground_truth, {2});
    const auto found =
        run(r, watch, {.iterations = 4000, .record_every = 20, .train_tolerance = 1e-2});
    EXPECT_EQ(found.converged(), found.last[measure::test_error] < 0.1) << step;
  }
}

}  // namespace
}  // namespace tubal::test
