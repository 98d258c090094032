// What speaks against the result of a run.
#pragma once

#include <tubal/run.hpp>

#include <cmath>

namespace tubal::detail {

/// Of a run that took `steps`; `mean_error`: of the best tensor of one value.
inline doubt doubt_about(const run_result& r, std::int64_t steps, double mean_error = 1) {
  constexpr double small = 1e-3;  // an error that is not doubted
  const double held_out = r.last.held_out_error;
  const double error = std::isnan(held_out) ? r.last[measure::train_error] : held_out;
  if (r.reason == stop_reason::not_finite || !std::isfinite(error)) return doubt::not_finite;
  if (error == 0) return doubt::none;
  const bool unfinished = r.reason == stop_reason::iterations || r.reason == stop_reason::observer;
  if (unfinished && steps == 0) return doubt::no_step;
  if (error >= 1 || (error > small && error >= mean_error)) return doubt::no_better_than_mean;
  return unfinished ? doubt::unfinished : doubt::none;
}

}  // namespace tubal::detail
