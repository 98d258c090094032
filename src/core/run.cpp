// The loop around a recovery.
#include <tubal/run.hpp>

#include <algorithm>
#include <cmath>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"

namespace tubal {

namespace {

void check_options(const run_options& o) {
  constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();
  detail::checks("run")
      .between("iterations", o.iterations, 0, unbounded)
      .between("record_every", o.record_every, 1, unbounded)
      .between("progress_window", o.progress_window, 0, unbounded)
      .nonnegative("train_tolerance", o.train_tolerance)
      .nonnegative("progress_tolerance", o.progress_tolerance);
}

/// The rule of `run_options::progress_window`.
class progress_rule {
 public:
  explicit progress_rule(const run_options& o) : options_(o) {}

  bool stalled(const record& r) {
    const double error = r[measure::train_error];
    if (first_ < 0) first_ = error;
    if (error <= best_ * (1 - options_.progress_tolerance)) {
      best_ = error;
      best_at_ = r.iteration;
    }
    return options_.progress_window > 0 && best_ < first_ / 2 &&
           r.iteration - best_at_ >= options_.progress_window;
  }

 private:
  const run_options& options_;
  double first_ = -1;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t best_at_ = 0;
};

}  // namespace

template <class T, class S>
run_result run(recovery<T, S>& descent, monitor<T, S>& watch, const run_options& options,
               const observer& see) {
  check_options(options);
  if (!watch.available(measure::train_error))
    detail::checks("run").fail("watch does not measure the train error, which the stop rules need");
  progress_rule progress(options);
  run_result result;
  descent.prepare_steps(options.record_every);
  const std::int64_t end = descent.iteration() + options.iterations;
  const auto reason_to_stop = [&](const record& r, bool go_on) -> std::optional<stop_reason> {
    const double error = r[measure::train_error];
    if (!std::isfinite(error)) return stop_reason::not_finite;
    if (options.train_tolerance > 0 && error <= options.train_tolerance)
      return stop_reason::train_error;
    if (r.iteration >= end) return stop_reason::iterations;
    if (!go_on) return stop_reason::observer;
    if (progress.stalled(r)) return stop_reason::no_progress;
    return std::nullopt;
  };
  for (;;) {
    result.last = watch.observe();
    result.stages.update(result.last, watch.smallest_signal_of_truth());
    const bool go_on = !see || see(result.last);
    if (const auto reason = reason_to_stop(result.last, go_on)) {
      result.reason = *reason;
      return result;
    }
    descent.steps(std::min(options.record_every, end - descent.iteration()));
  }
}

#define TUBAL_INSTANTIATE(T, S) \
  template run_result run(recovery<T, S>&, monitor<T, S>&, const run_options&, const observer&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
