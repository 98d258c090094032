// The loop around a recovery.
#include <tubal/descent.hpp>
#include <tubal/ensemble.hpp>
#include <tubal/error.hpp>

#include <algorithm>
#include <cmath>

#include "core/checks.hpp"
#include "core/doubt.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

namespace {

void check_options(const run_options& o) {
  constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();
  detail::checks("run")
      .between("iterations", o.iterations, 0, unbounded)
      .between("record_every", o.record_every, 1, unbounded)
      .between("progress_window", o.progress_window, 0, unbounded)
      .between("held_out_window", o.held_out_window, 0, unbounded)
      .nonnegative("train_tolerance", o.train_tolerance)
      .nonnegative("progress_tolerance", o.progress_tolerance)
      .nonnegative("held_out_tolerance", o.held_out_tolerance);
}

void check_past(const detail::checks& check, const std::vector<record>& past, std::int64_t t) {
  const auto before = [](const record& a, const record& b) { return a.iteration >= b.iteration; };
  if (std::adjacent_find(past.begin(), past.end(), before) != past.end())
    check.fail("past is not in the order of its iterations");
  if (past.back().iteration != t)
    check.fail("past ends at iteration " + std::to_string(past.back().iteration) +
               ", descent is at " + std::to_string(t));
}

/// Of what has nothing held out.
void check_fitted_alone(const run_options& o) {
  check_options(o);
  if (o.held_out_window > 0)
    detail::checks("run").fail("held_out_window is " + std::to_string(o.held_out_window) +
                               ", but no measurements are held out");
}

/// The smallest error yet, and for how long there has been none smaller.
class best_error {
 public:
  explicit best_error(double tolerance) : tolerance_(tolerance) {}
  /// Whether this one is smaller by the tolerance.
  bool look(std::int64_t iteration, double error) {
    now_ = iteration;
    if (!(error <= best_ * (1 - tolerance_))) return false;
    best_ = error;
    best_at_ = iteration;
    return true;
  }
  double value() const { return best_; }
  std::int64_t age() const { return now_ - best_at_; }

 private:
  double tolerance_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t best_at_ = 0, now_ = 0;
};

/// When one recovery stops.
class stop_rules {
 public:
  stop_rules(const run_options& options, std::int64_t end) : options_(options), end_(end) {}

  /// To be asked at every record, in order.
  std::optional<stop_reason> reason(const record& r, bool go_on) {
    const double error = r[measure::train_error];
    if (!std::isfinite(error)) return stop_reason::not_finite;
    if (options_.train_tolerance > 0 && error <= options_.train_tolerance)
      return stop_reason::train_error;
    if (r.iteration >= end_) return stop_reason::iterations;
    if (!go_on) return stop_reason::observer;
    if (stalled(r.iteration, error)) return stop_reason::no_progress;
    return std::nullopt;
  }

 private:
  /// The rule of `run_options::progress_window`.
  bool stalled(std::int64_t iteration, double error) {
    if (first_ < 0) first_ = error;
    train_.look(iteration, error);
    return options_.progress_window > 0 && train_.value() < first_ / 2 &&
           train_.age() >= options_.progress_window;
  }

  const run_options& options_;
  std::int64_t end_;
  double first_ = -1;
  best_error train_{options_.progress_tolerance};
};

}  // namespace

template <class T, class S>
run_result run(recovery<T, S>& descent, monitor<T, S>& watch, const run_options& options,
               const observer& see, const std::vector<record>& past) {
  check_fitted_alone(options);
  const detail::checks check("run");
  if (!watch.available(measure::train_error))
    check.fail("watch does not measure the train error, which the stop rules need");
  if (!past.empty()) check_past(check, past, descent.iteration());
  const std::int64_t start = past.empty() ? descent.iteration() : past.front().iteration;
  const std::int64_t end = start + options.iterations, every = options.record_every;
  descent.prepare_steps(every);
  run_result result;
  stop_rules rules(options, end);
  const auto look = [&](const record& r, bool go_on) {
    result.last = r;
    result.stages.update(r, watch.smallest_signal_of_truth());
    return rules.reason(r, go_on);
  };
  const auto observe = [&] {
    const record r = watch.observe();
    return look(r, !see || see(r));
  };
  std::optional<stop_reason> reason;
  for (const record& r : past) reason = look(r, true);
  if (past.empty()) reason = observe();
  while (!reason) {
    const std::int64_t t = descent.iteration();
    descent.steps(std::min(every - (t - start) % every, end - t));
    reason = observe();
  }
  result.reason = *reason;
  result.doubt = detail::doubt_about(result, descent.iteration() - start);
  return result;
}

namespace {

/// What a descent that left the range of T left behind in its context.
template <class S>
void forget_faults(context<S>& ctx) {
  try {
    ctx.wait();
  } catch (const nonfinite_error&) {
  } catch (const numerical_error&) {
  }
}

}  // namespace

template <class T, class S>
run_result run(descent<T, S>& d, const run_options& options, const observer& see,
               input<T, S> truth) {
  check_options(options);
  const bool held_out = options.held_out_window > 0;
  if (held_out && d.options().held_out == 0) check_fitted_alone(options);
  const std::int64_t start = d.iteration(), end = start + options.iterations;
  stop_rules rules(options, end);
  best_error best(options.held_out_tolerance);
  run_result result;
  record best_record;
  for (;;) {
    const record r = result.last = d.observe(truth);
    if (held_out && best.look(r.iteration, r.held_out_error)) {
      d.keep();
      best_record = r;
    }
    std::optional<stop_reason> reason = rules.reason(r, !see || see(r));
    if (!reason && r.iteration == start && r[measure::train_error] == 0)
      reason = stop_reason::train_error;
    if (!reason && held_out && best.age() >= options.held_out_window)
      reason = stop_reason::held_out_error;
    if (reason) {
      result.reason = *reason;
      break;
    }
    d.steps(std::min(options.record_every, end - d.iteration()));
  }
  if (result.reason == stop_reason::not_finite) forget_faults(d.where());
  if (held_out && std::isfinite(best.value())) {
    d.go_back();
    result.last = best_record;
  }
  result.doubt = detail::doubt_about(
      result, d.iteration() - start,
      std::isnan(result.last.held_out_error) ? d.mean_train_error() : d.mean_held_out_error());
  return result;
}

namespace {

/// Looks at the trials' records and drops those that are to stop.
template <class T, class S>
class ensemble_rules {
 public:
  ensemble_rules(ensemble<T, S>& trials, const run_options& options, std::int64_t end,
                 const ensemble_observer& see)
      : trials_(trials),
        see_(see),
        start_(trials.iteration()),
        rules_(static_cast<std::size_t>(trials.trials()), {options, end}),
        results_(rules_.size()) {}

  void look(const std::vector<record>& records) {
    for (std::int64_t i = 0; i < trials_.trials(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!trials_.is_active(i)) continue;
      results_[at].last = records[at];
      const bool go_on = !see_ || see_(i, records[at]);
      if (const auto reason = rules_[at].reason(records[at], go_on)) {
        results_[at].reason = *reason;
        results_[at].doubt = detail::doubt_about(results_[at], records[at].iteration - start_);
        trials_.drop(i);
      }
    }
  }
  std::vector<run_result> results() && { return std::move(results_); }

 private:
  ensemble<T, S>& trials_;
  const ensemble_observer& see_;
  std::int64_t start_;
  std::vector<stop_rules> rules_;
  std::vector<run_result> results_;
};

}  // namespace

template <class T, class S>
std::vector<run_result> run(ensemble<T, S>& trials, const run_options& options,
                            const ensemble_observer& see) {
  check_fitted_alone(options);
  const std::int64_t end = trials.iteration() + options.iterations, every = options.record_every;
  const bool exact_stop = options.train_tolerance > 0 || options.progress_window > 0;
  ensemble_rules<T, S> rules(trials, options, end, see);
  rules.look(trials.observe());
  while (trials.active() > 0) {
    const std::int64_t whole = (end - trials.iteration()) / every;
    const std::int64_t together = exact_stop ? 1 : ensemble<T, S>::longest_course;
    const std::int64_t records = std::clamp<std::int64_t>(whole, 1, together);
    for (const auto& found : trials.course(records, whole > 0 ? every : end - trials.iteration()))
      rules.look(found);
  }
  return std::move(rules).results();
}

#define TUBAL_INSTANTIATE(T, S)                                                                 \
  template run_result run(recovery<T, S>&, monitor<T, S>&, const run_options&, const observer&, \
                          const std::vector<record>&);                                          \
  template run_result run(descent<T, S>&, const run_options&, const observer&, input<T, S>);    \
  template std::vector<run_result> run(ensemble<T, S>&, const run_options&,                     \
                                       const ensemble_observer&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
