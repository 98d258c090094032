// What the two methods share: the penalty and its growth, checks, the loop.
#pragma once

#include <tubal/convex.hpp>

#include <algorithm>
#include <cmath>

#include "core/checks.hpp"
#include "core/doubt.hpp"

namespace tubal::detail {

inline void check_admm(const char* operation, const admm_options& o) {
  checks(operation)
      .nonnegative("penalty", o.penalty)
      .positive("growth", o.growth)
      .between("inner_iterations", o.inner_iterations, 1, 1000000);
  if (o.growth < 1) checks(operation).fail("growth must be at least 1");
}

/// rho
class penalty {
 public:
  /// `norm`: spectral norm of what is to be decomposed first.
  penalty(const admm_options& o, double norm)
      : growth_(o.growth),
        now_(o.penalty > 0 ? o.penalty
             : norm > 0    ? 1.25 / norm
                           : 1) {
    last_ = now_ * 1e8;
  }
  double operator()() const { return now_; }
  /// The factor by which it grows now.
  double grow() {
    const double before = now_;
    now_ = std::min(now_ * growth_, last_);
    return now_ / before;
  }

 private:
  double growth_, now_, last_;
};

/// The loop of run.hpp.
template <class T, class S, class Method>
run_result run_admm(Method& method, const run_options& o, const observer& see, input<T, S> truth) {
  checks("run")
      .between("iterations", o.iterations, 0, std::numeric_limits<std::int64_t>::max())
      .between("record_every", o.record_every, 1, std::numeric_limits<std::int64_t>::max())
      .nonnegative("train_tolerance", o.train_tolerance);
  const std::int64_t start = method.iteration(), end = start + o.iterations;
  run_result result;
  const auto reason = [&](const record& r, bool go_on) -> std::optional<stop_reason> {
    const double error = std::max(r[measure::train_error], method.change());
    if (!std::isfinite(r[measure::train_error])) return stop_reason::not_finite;
    if (o.train_tolerance > 0 && error <= o.train_tolerance && r.iteration > 0)
      return stop_reason::train_error;
    if (r.iteration >= end) return stop_reason::iterations;
    if (!go_on) return stop_reason::observer;
    return std::nullopt;
  };
  for (;;) {
    result.last = method.observe(truth);
    const bool go_on = !see || see(result.last);
    if (const auto why = reason(result.last, go_on)) {
      result.reason = *why;
      result.doubt = doubt_about(result, method.iteration() - start);
      return result;
    }
    const std::int64_t steps = std::min(o.record_every, end - method.iteration());
    for (std::int64_t i = 0; i < steps; ++i) method.step();
  }
}

}  // namespace tubal::detail
