// The trials of a strand, for any precision and space.
#pragma once

#include "sweep/run/trials.hpp"

#include <tubal/error.hpp>
#include <tubal/problem.hpp>

#include <chrono>

namespace tubal::sweep {

inline synthetic_options problem_of(const settings& s, const trial& t) {
  return {.n = s.n,
          .k = s.k,
          .tubal_rank = s.rank,
          .factor_rank = s.factor_rank,
          .measurements = s.measurements,
          .init_scale = s.alpha,
          .noise = s.noise,
          .seed = t.seed,
          .factor = s.truth == "gaussian" ? truth_factor::gaussian : truth_factor::orthonormal,
          .condition = s.condition,
          .multi_rank = s.multi_rank,
          .operator_seed = t.operator_seed};
}

inline run_options descent_of(const settings& s, const measuring& m) {
  return {.iterations = s.iterations,
          .record_every = m.every,
          .train_tolerance = s.train_tolerance,
          .progress_window = s.progress_window,
          .progress_tolerance = s.progress_tolerance};
}

inline measure_set chosen(const measuring& m) {
  measure_set rows;
  for (const auto row : m.rows) rows.insert(row);
  return rows;
}

template <class T, class Space>
class strand_runner {
 public:
  strand_runner(context<Space>& ctx, const measuring& measured, trial_kind kind,
                const trial_watch& watch)
      : ctx_(ctx), measured_(measured), kind_(kind), watch_(watch) {}

  /// Adds the trials that finished to `results`.
  void run(const strand& s, std::vector<trial_result>& results) {
    for (const auto& t : s.trials) {
      if (watch_.stop()) return;
      const auto start = clock::now();
      trial_result result{t, s.values, {}, stop_reason::not_finite, 0};
      if (kind_ == trial_kind::fresh || &t == &s.trials.front()) begin(s.values, t);
      descend(result);
      if (result.reason == stop_reason::observer) return;
      result.seconds = std::chrono::duration<double>(clock::now() - start).count();
      const auto done = result.records.empty() ? 0 : result.records.back().iteration;
      watch_.advanced(s.values, s.values.iterations - done);
      results.push_back(std::move(result));
    }
  }

 private:
  using clock = std::chrono::steady_clock;

  void begin(const settings& s, const trial& t) {
    problem_ =
        std::make_unique<problem<T, Space>>(make_synthetic_problem<T>(ctx_, problem_of(s, t)));
    is_finite_ = true;
  }

  /// Numbers that are not finite end a trial; in a chain, those that would follow too.
  void descend(trial_result& result) {
    if (!is_finite_) return;
    try {
      descend_from_finite(result);
    } catch (const nonfinite_error&) {
      is_finite_ = false;
    }
  }

  void descend_from_finite(trial_result& result) {
    const auto& s = result.values;
    recovery<T, Space> descent(ctx_, problem_->sensing, problem_->measurements,
                               problem_->initial_factor, s.step, {.truth = problem_->ground_truth});
    monitor<T, Space> watch(descent, problem_->ground_truth,
                            {.tubal_rank = s.rank, .measures = chosen(measured_)});
    const auto ran = tubal::run(descent, watch, descent_of(s, measured_), [&](const record& r) {
      watch_.advanced(s,
                      result.records.empty() ? 0 : r.iteration - result.records.back().iteration);
      result.records.push_back(r);
      return !watch_.stop();
    });
    result.reason = ran.reason;
    if (kind_ == trial_kind::chained && ran.reason != stop_reason::observer)
      problem_->initial_factor = descent.factor();
  }

  context<Space>& ctx_;
  const measuring& measured_;
  trial_kind kind_;
  const trial_watch& watch_;
  std::unique_ptr<problem<T, Space>> problem_;
  bool is_finite_ = true;
};

}  // namespace tubal::sweep
