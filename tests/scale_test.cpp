// The units of the data do not matter: every solver makes the same relative errors at every scale.
#include <cmath>

#include "measured.hpp"

namespace tubal::test {
namespace {

/// What a solver found, all of it relative.
struct findings {
  double error, train, held_out;
  std::int64_t iterations;
  stop_reason reason;
  bool converged;
};

template <class T>
class scale_test : public measured_test<T> {
 protected:
  static std::vector<double> scales() {
    if (sizeof(T) == 4) return {1e-12, 1e12};
    if (fewer_cases()) return {1e150};
    return {1e-150, 1e-12, 1e12, 1e150};
  }
  static plain times(double scale, const plain& x) {
    plain to = x;
    for (double& v : to.values) v *= scale;
    return to;
  }
  tensor<T, space> scaled(double by, const plain& x) { return this->put(times(by, x)); }

  static void expect_same(const findings& one, const findings& other, const std::string& where) {
    const auto close = [&](const char* name, double a, double b) {
      if (std::isnan(a) && std::isnan(b)) return;
      // rounding is no relative error of what was found
      const double noise = 1e3 * operator_test<T>::eps;
      EXPECT_NEAR(a, b, 0.1 * std::abs(a) + noise) << where << ", " << name;
    };
    close("error", one.error, other.error);
    close("train error", one.train, other.train);
    close("held-out error", one.held_out, other.held_out);
    EXPECT_EQ(one.iterations, other.iterations) << where;
    EXPECT_EQ(name(one.reason), name(other.reason)) << where;
    EXPECT_EQ(one.converged, other.converged) << where;
  }
  /// solve(scale) at every scale, against that at 1, whose error is under `wanted`.
  template <class F>
  void at_every_scale(const std::string& name, double wanted, F&& solve) {
    const findings here = solve(1.0);
    EXPECT_LT(here.error, wanted) << name;
    for (const double by : scales())
      expect_same(here, solve(by), name + ", scale " + std::to_string(std::log10(by)));
  }

  findings descend(const sensing_operator<T, space>& a, const plain& truth, const plain& y,
                   double by, const descent_options& o, const run_options& r) {
    const auto data = scaled(by, y);
    const auto x = scaled(by, truth);
    descent<T, space> d(this->ctx(), a, data, o);
    const run_result found = run(d, r, {}, x);
    return {this->error(d, this->fetch(x)),
            found.last[measure::train_error],
            found.last.held_out_error,
            found.last.iteration,
            found.reason,
            found.converged()};
  }
};
TYPED_TEST_SUITE(scale_test, precisions);

/// Every method, form, start and rule.
std::vector<descent_options> every_descent() {
  std::vector<descent_options> all;
  for (const auto how :
       {descent_method::gradient, descent_method::scaled, descent_method::alternating})
    for (const auto form : {factor_form::asymmetric, factor_form::symmetric})
      for (const auto start : {descent_start::random, descent_start::spectral})
        for (const auto rule : {step_rule::from_norm, step_rule::backtracking}) {
          if (how == descent_method::alternating && form == factor_form::symmetric) continue;
          if (how == descent_method::scaled && start == descent_start::random) continue;
          all.push_back({.form = form,
                         .method = how,
                         .start = start,
                         .factor_rank = 2,
                         .rule = rule,
                         .step_size = how == descent_method::scaled ? 0.5 : 1});
        }
  return all;
}

TYPED_TEST(scale_test, descents) {
  if (fewer_cases() && sizeof(TypeParam) == 4) GTEST_SKIP() << "in double alone";
  using T = TypeParam;
  const shape s{8, 8, 3};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.8, 1);
  for (const descent_options& o : every_descent()) {
    const plain truth = this->measure(a, 1, o.form == factor_form::symmetric).truth;
    const plain y = this->image(a, truth);
    const std::string name = "method " + std::to_string(int(o.method)) + ", form " +
                             std::to_string(int(o.form)) + ", start " +
                             std::to_string(int(o.start)) + ", rule " + std::to_string(int(o.rule));
    this->at_every_scale(name, 1, [&](double by) {
      return this->descend(a, truth, y, by, o, {.iterations = 40, .record_every = 5});
    });
  }
}

/// The way of completion: continuation, and what is held out decides.
TYPED_TEST(scale_test, a_path_that_is_stopped_by_what_is_held_out) {
  using T = TypeParam;
  const shape s{12, 11, 3};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.75, 1);
  const auto p = this->measure(a, 1);
  add_noise(this->ctx(), p.y, 0.1, 3);
  const plain y = this->fetch(p.y);
  this->at_every_scale("continuation", 0.2, [&](double by) {
    return this->descend(a, p.truth, y, by,
                         {.method = descent_method::alternating,
                          .factor_rank = 6,
                          .continuation = 0.3,
                          .held_out = 0.1},
                         {.iterations = 100, .record_every = 2, .held_out_window = 6});
  });
}

TYPED_TEST(scale_test, convex_methods) {
  using T = TypeParam;
  const shape s{8, 7, 3};
  const auto mask = entry_mask<T, space>::random(this->ctx(), s, 0.8, 1);
  const auto some = dense<T>(this->ctx(), s, 120);  // by a Cholesky factor
  const generated_sensing<T, space> made(this->ctx(), s, 120, ensemble_law::gaussian, 4);  // by CG
  for (const sensing_operator<T, space>* a :
       std::initializer_list<const sensing_operator<T, space>*>{&mask, &some, &made}) {
    const auto p = this->measure(*a, 1);
    const plain y = this->fetch(p.y);
    this->at_every_scale(
        "nuclear norm, m " + std::to_string(a->measurements()), 0.5, [&](double by) -> findings {
          const auto data = this->scaled(by, y), truth = this->scaled(by, p.truth);
          nuclear_norm_recovery<T, space> r(this->ctx(), *a, data);
          const auto found =
              run(r, {.iterations = 100, .record_every = 5, .train_tolerance = 1e-3}, {}, truth);
          return {found.last[measure::test_error],
                  found.last[measure::train_error],
                  found.last.held_out_error,
                  found.last.iteration,
                  found.reason,
                  found.converged()};
        });
  }
  const auto p = this->measure(identity_sensing<T, space>(s), 1);
  plain corrupt = p.truth;
  for (std::size_t i = 0; i < corrupt.values.size(); i += 17) corrupt.values[i] += 1;
  this->at_every_scale("robust PCA", 0.5, [&](double by) -> findings {
    const auto m = this->scaled(by, corrupt), truth = this->scaled(by, p.truth);
    robust_pca<T, space> r(this->ctx(), m);
    const auto found =
        run(r, {.iterations = 100, .record_every = 5, .train_tolerance = 1e-3}, {}, truth);
    return {found.last[measure::test_error],
            found.last[measure::train_error],
            found.last.held_out_error,
            found.last.iteration,
            found.reason,
            found.converged()};
  });
}

/// The start and the step are the caller's: those that belong to the units, sqrt(s) U_0 and mu / s.
TYPED_TEST(scale_test, recoveries_and_ensembles) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto p = make_synthetic_problem<T>(
      ctx,
      {.n = 5, .k = 3, .tubal_rank = 1, .factor_rank = 3, .measurements = 60, .init_scale = 0.1});
  const plain y = this->fetch(p.measurements), u0 = this->fetch(p.initial_factor),
              t = this->fetch(p.ground_truth);
  for (const bool gram : {false, true}) {
    this->at_every_scale("recovery", 0.2, [&](double by) -> findings {
      const auto data = this->scaled(by, y), u = this->scaled(std::sqrt(by), u0),
                 truth = this->scaled(by, t);
      recovery<T, space> r(ctx, p.sensing, data, u, 0.1 / by, {.gram_form = gram, .truth = truth});
      monitor<T, space> watch(r, truth, {1});
      const auto found = run(r, watch, {.iterations = 150, .record_every = 10});
      return {found.last[measure::test_error],
              found.last[measure::train_error],
              found.last.held_out_error,
              found.last.iteration,
              found.reason,
              found.converged()};
    });
    this->at_every_scale("ensemble", 0.2, [&](double by) -> findings {
      const auto data = this->scaled(by, y), u = this->scaled(std::sqrt(by), u0),
                 truth = this->scaled(by, t);
      ensemble<T, space> all(
          ctx, {.n = 5, .k = 3, .width = 3, .measurements = 60, .trials = 1, .gram_form = gram});
      all.add(p.sensing, data, truth, u, 0.1 / by);
      const auto found = run(all, {.iterations = 150, .record_every = 10}).front();
      return {found.last[measure::test_error],
              found.last[measure::train_error],
              found.last.held_out_error,
              found.last.iteration,
              found.reason,
              found.converged()};
    });
  }
}

TYPED_TEST(scale_test, truncations_and_ranks) {
  auto& ctx = this->ctx();
  const shape s{6, 5, 4};
  const plain x = plus(tproduct(random_tensor({6, 2, 4}, 1), random_tensor({2, 5, 4}, 2)), 1e-2,
                       random_tensor(s, 3));
  struct choice {
    std::int64_t energy, tolerance, tubal;
    double of_sketch;
  };
  const auto choose = [&](double by) -> choice {
    const auto a = this->scaled(by, x);
    const auto f = randomized_svd(ctx, a, 2, {.oversampling = 2});
    const auto us = tproduct(ctx, f.u, f.s);
    const auto found = tproduct(ctx, us, f.v, {.op_b = op::transpose});
    return {truncated_svd(ctx, a, truncation::energy(0.99)).s.shape().rows,
            truncated_svd(ctx, a, truncation::numerical_rank(0.05)).s.shape().rows,
            tubal_rank(ctx, a), distance(ctx, a, found) / frobenius_norm(ctx, a)};
  };
  const choice here = choose(1);
  for (const double by : this->scales()) {
    const choice there = choose(by);
    EXPECT_EQ(there.energy, here.energy) << by;
    EXPECT_EQ(there.tolerance, here.tolerance) << by;
    EXPECT_EQ(there.tubal, here.tubal) << by;
    EXPECT_NEAR(there.of_sketch, here.of_sketch, 0.1 * here.of_sketch) << by;
  }
  if (this->is_double) {  // squares leave the range
    EXPECT_EQ(choose(1e-200).energy, here.energy);
    EXPECT_EQ(choose(1e200).energy, here.energy);
  }
}

/// A power of 4 only moves exponents: the iterates are the same to the bit.
TYPED_TEST(scale_test, powers_of_4_change_no_digit) {
  using T = TypeParam;
  const shape s{6, 5, 3};
  const auto a = entry_mask<T, space>::random(this->ctx(), s, 0.8, 1);
  const plain y = this->fetch(this->measure(a, 1).y);
  const auto product = [&](double by) {
    descent<T, space> d(this->ctx(), a, this->scaled(by, y),
                        {.method = descent_method::alternating, .factor_rank = 2, .held_out = 0.1});
    d.steps(20);
    return this->fetch(d.product());
  };
  const double by = 0x1p-40;
  EXPECT_EQ(product(by).values, this->times(by, product(1)).values);
}

}  // namespace
}  // namespace tubal::test
