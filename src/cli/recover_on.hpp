// One recovery, for any precision and space.
#pragma once

#include "cli/interrupt.hpp"
#include "cli/load_problem.hpp"
#include "cli/outcome.hpp"
#include "cli/progress.hpp"

#include <chrono>

namespace tubal::cli {

using clock = std::chrono::steady_clock;

inline double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

template <class T, class Space>
problem<T, Space> prepare_problem(context<Space>& ctx, const recover_settings& s) {
  if (s.file) return load_problem<T>(ctx, s);
  return make_synthetic_problem<T>(ctx, {.n = s.n,
                                         .k = s.k,
                                         .tubal_rank = s.tubal_rank,
                                         .factor_rank = s.factor_rank,
                                         .measurements = s.measurements,
                                         .init_scale = s.init_scale,
                                         .noise = s.given.noise,
                                         .seed = s.seed});
}

/// A factor that overflowed is no result: it is left out.
template <class T, class Space>
std::vector<double> final_factor(context<Space>& ctx, recovery<T, Space>& descent) {
  try {
    const auto values = to_host(ctx, descent.factor());
    return {values.begin(), values.end()};
  } catch (const nonfinite_error&) {
    return {};
  }
}

/// Runs until a stop rule or a signal.
template <class T, class Space>
outcome recover_on(const recover_settings& s, const typename Space::options& where) {
  outcome result;
  const auto start = clock::now();
  context<Space> ctx{where};
  result.device = ctx.description();
  auto given = prepare_problem<T>(ctx, s);
  recovery<T, Space> descent(ctx, given.sensing, given.measurements, given.initial_factor,
                             s.step_size, {.truth = given.ground_truth});
  given.initial_factor = {};
  monitor<T, Space> watch(descent, given.ground_truth,
                          {.tubal_rank = s.tubal_rank, .rank_tolerance = s.given.rank_tolerance});
  for (int m = 0; m < measure_count; ++m)
    result.available[static_cast<std::size_t>(m)] = watch.available(static_cast<measure>(m));
  result.setup_seconds = seconds_since(start);

  const auto begin = clock::now();
  progress line(!s.given.quiet, s.run.iterations);
  const auto ran = run(descent, watch, s.run, [&](const record& r) {
    result.records.push_back(r);
    line.show(r);
    return interrupt_watch::received() == 0;
  });
  result.run_seconds = seconds_since(begin);
  result.reason = ran.reason;
  result.stages = ran.stages;
  if (ran.reason == stop_reason::observer) result.signal = interrupt_watch::received();
  if (s.given.out) result.factor = final_factor(ctx, descent);
  return result;
}

}  // namespace tubal::cli
