// Quantiles of trials.
#pragma once

#include "sweep/folder/quantiles.hpp"

namespace tubal::report {

using sweep::quantile;

/// Their arithmetic mean, with NaN and infinity as in `quantile`.
double mean(const std::vector<double>& values);

/// Median and the band that holds 80 % of the trials.
struct spread {
  double low, median, high;
};
spread spread_of(const std::vector<double>& values);

}  // namespace tubal::report
