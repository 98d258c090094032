#include "sweep/folder/summary.hpp"

#include "text/number.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tubal::sweep {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double smallest(const trial_result& r, measure row) {
  double found = nan;
  for (const auto& one : r.records)
    if (std::isnan(found) || one[row] < found) found = one[row];
  return found;
}

std::optional<std::int64_t> first_below(const trial_result& r, double level) {
  for (const auto& one : r.records)
    if (one[measure::test_error] < level) return one.iteration;
  return std::nullopt;
}

}  // namespace

bool succeeded(const finished_trial& t, const measuring& m) {
  return t.final_of(name(measure::test_error)) < m.success;
}

finished_trial summary_of(const trial_result& r, const measuring& m) {
  finished_trial t;
  t.trial = r.what.number;
  t.point = r.what.point;
  t.repetition = r.what.repetition;
  t.seed = r.what.seed;
  t.settings = to_json(r.values);
  t.symmetric_dimension = symmetric_dimension_of(r.values);
  t.degrees_of_freedom = degrees_of_freedom_of(r.values);
  t.m_over_dof =
      static_cast<double>(r.values.measurements) / static_cast<double>(t.degrees_of_freedom);
  t.iterations = r.records.empty() ? 0 : r.records.back().iteration;
  t.stop = name(r.reason);
  for (const auto row : m.rows) {
    t.final.emplace_back(name(row), r.records.empty() ? nan : r.records.back()[row]);
    t.smallest.emplace_back(name(row), smallest(r, row));
  }
  t.success = succeeded(t, m);
  for (const double level : m.first_below)
    t.first_below.emplace_back(text::shortest(level), first_below(r, level));
  t.seconds = r.seconds;
  return t;
}

std::vector<std::int64_t> measured_iterations(const settings& s, const measuring& m) {
  std::vector<std::int64_t> at;
  for (std::int64_t t = 0; t < s.iterations; t += std::min(m.every, s.iterations - t))
    at.push_back(t);
  at.push_back(s.iterations);
  return at;
}

std::vector<double> curve_values(const trial_result& r, const measuring& m) {
  const auto columns = measured_iterations(r.values, m).size();
  std::vector<double> values(m.rows.size() * columns, nan);
  for (std::size_t row = 0; row < m.rows.size(); ++row)
    for (std::size_t i = 0; i < r.records.size(); ++i)
      values[row * columns + i] = r.records[i][m.rows[row]];
  return values;
}

}  // namespace tubal::sweep
