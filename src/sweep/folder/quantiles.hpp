// Quantiles over the trials of a point.
#pragma once

#include "sweep/folder/trial_line.hpp"
#include "sweep/plan/plan.hpp"

namespace tubal::sweep {

/// The q-quantile, 0 <= q <= 1, linear between the order statistics (type 7 of Hyndman and Fan,
/// numpy.nanquantile). NaN, what was not measured, is left out; infinity, a trial that diverged,
/// takes part: halfway to it is infinity. NaN when nothing is left.
double quantile(std::vector<double> values, double q);

/// The contents of quantiles.csv: a line for every point with finished trials. Those that diverged
/// count as infinite.
std::string quantiles_csv(const plan& p, const std::vector<finished_trial>& trials);

}  // namespace tubal::sweep
