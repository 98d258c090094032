// What a sweep will cost, before it runs.
#pragma once

#include "sweep/run/trials.hpp"

namespace tubal::sweep {

/// Floating-point operations of one iteration, roughly: 4 m N, and the products of the slices.
double work_of_iteration(const settings& s);
double work_of_trial(const settings& s);

/// Main or device memory of one trial that runs: operator, factors, spectra.
double bytes_of_trial(const settings& s, const std::string& precision);

/// Times of the largest point on this machine.
struct probe {
  settings largest;
  double setup = 0;      ///< seconds
  double step = 0;       ///< seconds of one iteration
  double measuring = 0;  ///< seconds of one record
};
/// Runs a few iterations of the largest point.
probe probe_largest(const plan& p, const machine& where);

/// Seconds of one trial, from the probe scaled by the work.
double seconds_of_trial(const settings& s, const measuring& m, const probe& measured);

struct estimate {
  std::int64_t points = 0;
  std::int64_t trials = 0;  ///< in all
  std::int64_t trials_left = 0;
  std::int64_t trial_iterations = 0;  ///< of those left, at the most
  double bytes_per_trial = 0;         ///< of the largest point
  int at_once = 1;                    ///< trials that run at the same time
  double seconds = 0;                 ///< of those left
};

}  // namespace tubal::sweep
