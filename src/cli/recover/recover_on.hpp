// One recovery, for any precision and space.
#pragma once

#include "cli/recover/checkpoint.hpp"
#include "cli/recover/load_problem.hpp"
#include "cli/recover/outcome.hpp"
#include "cli/recover/progress.hpp"
#include "cli/terminal/interrupt.hpp"

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

/// The half spectrum of the factor, as it lies in memory.
template <class T, class Space>
std::vector<double> state_of(context<Space>& ctx, const recovery<T, Space>& descent) {
  const auto u = descent.spectral_factor();
  const auto values = to_host(ctx, tensor_view<const T, Space>(u.data(), {u.size(), 1, 1}));
  return {values.begin(), values.end()};
}

template <class T, class Space>
void resume(context<Space>& ctx, recovery<T, Space>& descent, const checkpoint_keeper& saved) {
  const auto sizes = descent.spectral_factor().shape();
  const std::vector<T> values(saved.spectral_factor().begin(), saved.spectral_factor().end());
  if (static_cast<std::int64_t>(values.size()) != sizes.size())
    throw io::file_error("dataset 'spectral_factor': expected " + std::to_string(sizes.size()) +
                         " values, found " + std::to_string(values.size()));
  const auto flat = from_host(ctx, {sizes.size(), 1, 1}, values);
  descent.resume(saved.records().back().iteration, {flat.data(), sizes});
  ctx.wait();
}

/// Runs until a stop rule or a signal, from the checkpoint if there is one.
template <class T, class Space>
void descend(const recover_settings& s, checkpoint_keeper& saved, recovery<T, Space>& descent,
             monitor<T, Space>& watch, outcome& result) {
  auto& ctx = descent.where();
  const auto begin = clock::now();
  const auto keep = [&] {
    result.run_seconds = saved.run_seconds() + seconds_since(begin);
    if (s.given.checkpoint) saved.write(result, state_of(ctx, descent));
  };
  progress line(!s.given.quiet, descent.iteration(), s.run.iterations);
  const auto see = [&](const record& r) {
    result.records.push_back(r);
    line.show(r);
    if (saved.is_due()) keep();
    return interrupt_watch::received() == 0;
  };
  const auto ran = run(descent, watch, s.run, see, saved.records());
  result.reason = ran.reason;
  result.stages = ran.stages;
  if (ran.reason == stop_reason::observer) result.signal = interrupt_watch::received();
  keep();
}

template <class T, class Space>
outcome recover_on(const recover_settings& s, const typename Space::options& where) {
  outcome result;
  const auto start = clock::now();
  checkpoint_keeper saved(s);
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
  if (saved.is_found()) {
    resume(ctx, descent, saved);
    result.records = saved.records();
    result.resumed_at = descent.iteration();
  }
  result.setup_seconds = seconds_since(start);
  descend(s, saved, descent, watch, result);
  if (s.given.out) result.factor = final_factor(ctx, descent);
  return result;
}

}  // namespace tubal::cli
