// What the theory of small initialisations predicts for a point.
#pragma once

#include "report/read/results.hpp"

namespace tubal::report {

/// With an orthonormal factor of condition number kappa, sigma_r(X) = 1 / kappa, and the signal
/// grows by 1 + mu sigma_r^2 in a step.
struct prediction {
  double sigma;   ///< sigma_r(X)
  double growth;  ///< 1 + mu sigma^2
  double start;   ///< the signal at t = 0: median of the trials, or alpha

  double signal(double t) const;
  /// The t at which the signal is sigma / sqrt(10); negative when it is from the start.
  double convergence() const;
};

/// Nothing for another kind of truth.
std::optional<prediction> predict(const point& p);

}  // namespace tubal::report
