#include "sweep/run/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::sweep {

namespace {

/// Calls and short loops, as if they were operations.
constexpr double overhead = 2e4;

double elements_of_slices(const settings& s) {
  const auto n = static_cast<double>(s.n);
  return n * n * static_cast<double>(s.k);
}

/// Seconds of one trial of so many iterations.
double run_once(trial_runner& runner, settings s, const trial& t, std::int64_t iterations) {
  s.iterations = iterations;
  s.train_tolerance = 0;
  const auto results = runner.run({{s, {t}}}, {});
  return results.empty() ? 0 : results.front().seconds;
}

}  // namespace

double work_of_iteration(const settings& s) {
  const double width = static_cast<double>(std::min(s.n, s.factor_rank));
  const double sensing =
      4 * static_cast<double>(s.measurements) * static_cast<double>(symmetric_dimension_of(s));
  return sensing + 6 * elements_of_slices(s) * width + overhead;
}

double work_of_trial(const settings& s) {
  return work_of_iteration(s) * static_cast<double>(s.iterations);
}

double bytes_of_trial(const settings& s, const std::string& precision) {
  const double matrix =
      static_cast<double>(s.measurements) * static_cast<double>(symmetric_dimension_of(s));
  const double factor =
      static_cast<double>(s.n) * static_cast<double>(s.factor_rank) * static_cast<double>(s.k);
  const double numbers = matrix + 4 * factor + 10 * elements_of_slices(s);
  return numbers * (precision == "float" ? 4 : 8);
}

probe probe_largest(const plan& p, const machine& where) {
  constexpr double enough_work = 1e8;
  probe found;
  found.largest = settings_at(p, 0);
  for (std::int64_t i = 1; i < point_count(p); ++i)
    if (auto s = settings_at(p, i); work_of_iteration(found.largest) < work_of_iteration(s))
      found.largest = std::move(s);
  auto measured = p.measured;
  machine alone = where;
  alone.threads = 1;
  const trial t{0, 0, 0, seed_of_trial(p.seed, 0), seed_of_trial(p.seed, 0)};
  const auto count = std::clamp<std::int64_t>(
      std::llround(enough_work / work_of_iteration(found.largest)), 3, 1000);
  measured.every = count;
  const auto seldom = make_trial_runner(alone, measured, trial_kind::fresh);
  measured.every = 1;
  const auto often = make_trial_runner(alone, measured, trial_kind::fresh);
  run_once(*seldom, found.largest, t, 0);  // plans and pages are made once
  const double start = run_once(*seldom, found.largest, t, 0);
  const double one_record = run_once(*seldom, found.largest, t, count);
  const double all_records = run_once(*often, found.largest, t, count);
  const auto steps = static_cast<double>(count);
  found.measuring = std::max(0.0, (all_records - one_record) / (steps - 1));
  found.step = std::max(1e-9, (one_record - start - found.measuring) / steps);
  found.setup = std::max(0.0, start - found.measuring);
  return found;
}

double seconds_of_trial(const settings& s, const measuring& m, const probe& measured) {
  const double share = work_of_iteration(s) / work_of_iteration(measured.largest);
  const auto iterations = static_cast<double>(s.iterations);
  const double records = 1 + std::ceil(iterations / static_cast<double>(m.every));
  return share * (measured.setup + iterations * measured.step + records * measured.measuring);
}

}  // namespace tubal::sweep
