// From what a trial measured to what is kept of it.
#pragma once

#include "sweep/folder/curves_file.hpp"
#include "sweep/folder/trial_line.hpp"
#include "sweep/run/trials.hpp"

namespace tubal::sweep {

finished_trial summary_of(const trial_result& r, const measuring& m);

/// Final test error under `success`.
bool succeeded(const finished_trial& t, const measuring& m);

/// The iterations that a point measures: 0, every, 2 every, ... and the last.
std::vector<std::int64_t> measured_iterations(const settings& s, const measuring& m);
/// The trial's values as `curves::trials` holds them.
std::vector<double> curve_values(const trial_result& r, const measuring& m);

}  // namespace tubal::sweep
