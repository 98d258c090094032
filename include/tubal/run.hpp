// The loop around a recovery: records, stop rules, observer.
#pragma once

#include <tubal/diagnostics.hpp>

#include <vector>

namespace tubal {

struct run_options {
  /// Stop after this many steps.
  std::int64_t iterations = 10000;
  /// Measure iterates 0, c, 2c, ... and the last one. Stop rules are looked at then.
  std::int64_t record_every = 10;
  /// Stop when the train error is at or under this. 0: never.
  double train_tolerance = 0;
  /// Stop when the train error, once under half of where it began, has not fallen by the factor
  /// 1 - progress_tolerance within this many iterations. 0: never. (Before, it stands still for the
  /// whole spectral stage of a good run.)
  std::int64_t progress_window = 0;
  double progress_tolerance = 1e-3;
  /// Of a descent with held-out measurements (descent.hpp): stop when their error has not fallen
  /// under the factor 1 - held_out_tolerance of the smallest yet within this many iterations, and
  /// go back to the best iterate. 0: never.
  std::int64_t held_out_window = 0;
  double held_out_tolerance = 1e-4;
};

enum class stop_reason {
  iterations,
  train_error,
  no_progress,
  held_out_error,
  not_finite,
  observer
};

/// "iterations", "train_error", ...
std::string_view name(stop_reason r);

/// What speaks against the result of a run.
enum class doubt {
  none,
  not_finite,           ///< the iterates left the range of T
  no_step,              ///< none was taken, and the start is no solution
  no_better_than_mean,  ///< the held-out error, or where nothing is held out the train error, is 1
                        ///< or more, or that of the best tensor of one value (descent.hpp) or more.
                        ///< An error of 1e-3 or less is not doubted.
  unfinished            ///< iterations ran out, or the observer stopped it, before another rule did
};

/// "none", "not_finite", ...
std::string_view name(doubt d);

/// Sees every record; returns false to stop.
using observer = std::function<bool(const record&)>;

struct run_result {
  stop_reason reason = stop_reason::iterations;
  tubal::doubt doubt = tubal::doubt::unfinished;
  bool converged() const { return doubt == tubal::doubt::none; }
  record last;
  tubal::stages stages;
};

/// Steps `descent` under `options`, measuring with `watch`. Waits at every record; between records
/// it only enqueues. Throws `argument_error` for bad options, and when `watch` does not measure the
/// train error.
///
/// `past`: the records of a run that was stopped, the last one that of U_t, to which `descent` has
/// been resumed. The run then goes on as if it had not been stopped: `options.iterations` count
/// from the first of them, stop rules and stages know them, and `see` gets new ones alone.
template <class T, class Space>
run_result run(recovery<T, Space>& descent, monitor<T, Space>& watch, const run_options& options,
               const observer& see = {}, const std::vector<record>& past = {});

}  // namespace tubal
