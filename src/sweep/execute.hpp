// A sweep, from its plan to its folder.
#pragma once

#include "sweep/folder/folder_writer.hpp"
#include "sweep/run/estimate.hpp"

namespace tubal::sweep {

struct sweep_progress {
  std::int64_t trials_done = 0;  ///< those that were there before included
  std::int64_t trials = 0;
  std::int64_t point = 0;  ///< that of the first trial that runs
  double share = 0;        ///< of the work of this run that is done, 0 to 1
};

struct sweep_watch {
  std::function<bool()> stop = [] { return false; };
  std::function<void(const sweep_progress&)> show = [](auto&) {};  ///< from any thread, in turn
};

struct sweep_result {
  std::int64_t trials = 0;
  std::int64_t finished = 0;  ///< those that were there before included
  std::int64_t ran = 0;
  double seconds = 0;

  bool complete() const { return finished == trials; }
};

/// What is left to do, and what it costs; `folder`: null before there is one. Runs a few
/// iterations.
estimate estimate_of(const plan& p, const folder_writer* folder, const machine& where);

/// Runs the trials that the folder lacks, in chunks that take about `seconds_per_chunk`, until they
/// are all there or `stop`; quantiles.csv comes at the end.
sweep_result execute(const plan& p, folder_writer& folder, const machine& where,
                     const sweep_watch& watch, double seconds_per_chunk = 5);

}  // namespace tubal::sweep
