// Where trials are run.
#pragma once

#include "sweep/plan/expand.hpp"

#include <tubal/run.hpp>

#include <functional>
#include <memory>

namespace tubal::sweep {

/// Trials of one point, run one after another; in a chain each from where the one before ended.
struct strand {
  settings values;
  std::vector<trial> trials;
};

/// What is run, and then written, at once. Strands are independent of each other.
using chunk = std::vector<strand>;

struct trial_result {
  trial what;
  settings values;
  std::vector<record> records;  ///< none where the start was not finite already
  stop_reason reason = stop_reason::not_finite;
  double seconds = 0;
};

struct machine {
  std::string device = "host";       ///< or "cuda"
  std::string precision = "double";  ///< or "float"
  int threads = 0;                   ///< of the host; 0: all cores
};

/// Called from any thread.
struct trial_watch {
  std::function<bool()> stop = [] { return false; };
  /// So many more iterations of a trial with these settings are done, or not needed any more.
  std::function<void(const settings&, std::int64_t iterations)> advanced = [](auto&, auto) {};
};

/// Runs trials on one machine. The results of a trial depend on nothing but the trial.
class trial_runner {
 public:
  virtual ~trial_runner() = default;
  /// The trials that finished: all of them, or fewer after `stop`. Throws what a trial threw.
  virtual std::vector<trial_result> run(const chunk& trials, const trial_watch& watch) = 0;
  /// Strands that run at the same time.
  virtual int width() const = 0;
};

/// Throws `device_error`.
std::unique_ptr<trial_runner> make_trial_runner(const machine& where, const measuring& measured,
                                                trial_kind kind);

}  // namespace tubal::sweep
