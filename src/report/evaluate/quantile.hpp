// Quantiles of trials.
#pragma once

#include <vector>

namespace tubal::report {

/// The quantile q of the values, interpolated linearly (type 7 of Hyndman and Fan, the default of
/// numpy.quantile). NaN is left out; +infinity takes part: halfway to it is infinity. NaN when
/// nothing is left.
double quantile(std::vector<double> values, double q);

/// Their arithmetic mean, with NaN and infinity as above.
double mean(const std::vector<double>& values);

/// Median and the band that holds 80 % of the trials.
struct spread {
  double low, median, high;
};
spread spread_of(const std::vector<double>& values);

}  // namespace tubal::report
