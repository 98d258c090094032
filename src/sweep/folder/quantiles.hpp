// Quantiles over the trials of a point.
#pragma once

#include "sweep/folder/trial_line.hpp"
#include "sweep/plan/plan.hpp"

namespace tubal::sweep {

/// The q-quantile, 0 <= q <= 1, linear between the order statistics (NumPy's default). NaN counts
/// as larger than every number, and comes back as infinity; NaN without values.
double quantile(std::vector<double> values, double q);

/// The contents of quantiles.csv: a line for every point with finished trials.
std::string quantiles_csv(const plan& p, const std::vector<finished_trial>& trials);

}  // namespace tubal::sweep
