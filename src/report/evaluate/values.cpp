#include "report/evaluate/values.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::report {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double found_in(const std::map<std::string, double>& values, const std::string& row) {
  const auto found = values.find(row);
  return found == values.end() ? nan : found->second;
}

double at_iteration(const point& p, const std::string& row, std::size_t t, std::int64_t iteration) {
  const auto& all = p.curves.iteration;
  const auto found = std::lower_bound(all.begin(), all.end(), iteration);
  if (found == all.end() || *found != iteration) return nan;
  return held_row(p, row, t)[static_cast<std::size_t>(found - all.begin())];
}

double first_below(const point& p, std::size_t t, double threshold) {
  const auto recorded = p.trials[t].first_below.find(threshold);
  if (recorded != p.trials[t].first_below.end())
    return std::isnan(recorded->second) ? infinity : recorded->second;
  const auto row = p.curves.rows.find("test_error");
  if (row == p.curves.rows.end()) return nan;
  const auto& values = row->second[t];
  const auto found =
      std::find_if(values.begin(), values.end(), [&](double v) { return v < threshold; });
  if (found == values.end()) return infinity;
  return static_cast<double>(p.curves.iteration[static_cast<std::size_t>(found - values.begin())]);
}

double value_of(const point& p, const std::string& row, std::size_t t, const quantity& asked) {
  if (p.trials[t].diverged() && asked.kind != quantity::what::at) return infinity;
  switch (asked.kind) {
    case quantity::what::final:
      return found_in(p.trials[t].final, row);
    case quantity::what::smallest:
      return found_in(p.trials[t].smallest, row);
    case quantity::what::at:
      return at_iteration(p, row, t, asked.iteration);
    default:
      return first_below(p, t, asked.threshold);
  }
}

settings without(settings all, const std::vector<std::string>& keys) {
  for (const auto& key : keys) all.erase(key);
  return all;
}

}  // namespace

std::vector<double> values_of(const point& p, const std::string& row, const quantity& asked) {
  std::vector<double> values;
  for (std::size_t t = 0; t < p.trials.size(); ++t) values.push_back(value_of(p, row, t, asked));
  return values;
}

std::vector<double> held_row(const point& p, const std::string& row, std::size_t trial) {
  auto values = p.curves.rows.at(row)[trial];
  const bool diverged = p.trials[trial].diverged();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i])) values[i] = diverged ? infinity : i == 0 ? nan : values[i - 1];
  return values;
}

std::vector<std::vector<double>> held_rows(const point& p, const std::string& row) {
  std::vector<std::vector<double>> rows;
  for (std::size_t t = 0; t < p.trials.size(); ++t) rows.push_back(held_row(p, row, t));
  return rows;
}

std::vector<double> column_of(const std::vector<std::vector<double>>& rows, std::size_t i) {
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(row[i]);
  return values;
}

double success_rate(const point& p) {
  if (p.trials.empty()) return nan;
  const auto count =
      std::count_if(p.trials.begin(), p.trials.end(), [](const trial& t) { return t.success; });
  return static_cast<double>(count) / static_cast<double>(p.trials.size());
}

bool matches(const point& p, const settings& where) {
  return std::all_of(where.begin(), where.end(), [&](const auto& wanted) {
    const auto found = p.all.find(wanted.first);
    return found != p.all.end() && found->second == wanted.second;
  });
}

std::vector<group_of_points> split(const results& r, const settings& where,
                                   const std::vector<std::string>& free) {
  std::vector<group_of_points> groups;
  for (const auto& p : r.points) {
    if (!matches(p, where)) continue;
    auto fixed = without(p.varied, free);
    auto same = std::find_if(groups.begin(), groups.end(),
                             [&](const group_of_points& g) { return g.fixed == fixed; });
    if (same == groups.end()) same = groups.insert(same, {std::move(fixed), {}});
    same->points.push_back(&p);
  }
  return groups;
}

}  // namespace tubal::report
