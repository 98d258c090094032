// m beside the dimensions that it is to be compared with.
#pragma once

#include "report/read/results.hpp"

namespace tubal::report {

struct dimensions {
  std::int64_t measurements = 0;         ///< m
  std::int64_t symmetric_dimension = 0;  ///< N
  std::int64_t degrees_of_freedom = 0;

  double ratio() const;  ///< m / degrees of freedom
  bool over_determined() const { return measurements >= symmetric_dimension; }
};

/// Of a point; with a multi-rank the degrees of freedom are those of its slices.
dimensions dimensions_of(const point& p);

/// "over-determined (m >= N)" and so on.
std::string verdict_on(const dimensions& d);

}  // namespace tubal::report
