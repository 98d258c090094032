#include "sweep/folder/quantiles.hpp"

#include "sweep/plan/expand.hpp"
#include "text/number.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace tubal::sweep {

namespace {

constexpr std::pair<const char*, double> columns[] = {{"q10", 0.1}, {"median", 0.5}, {"q90", 0.9}};

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A list, with its commas, is one field.
std::string field(const json& value) {
  if (value.is_text()) return value.text();
  const std::string text = value.dump();
  return value.is_array() ? '"' + text + '"' : text;
}

std::string joined(const std::vector<std::string>& fields) {
  std::string text;
  for (const auto& one : fields) {
    if (!text.empty()) text += ',';
    text += one;
  }
  return text += '\n';
}

std::string header(const plan& p) {
  std::vector<std::string> fields = {"point"};
  for (const auto& a : p.vary) fields.push_back(a.key);
  fields.insert(fields.end(), {"trials", "success_rate"});
  for (const auto row : p.measured.rows)
    for (const auto& [label, q] : columns) fields.push_back(std::string(name(row)) + '_' + label);
  return joined(fields);
}

double success_rate(const std::vector<const finished_trial*>& trials) {
  const auto good =
      std::count_if(trials.begin(), trials.end(), [](const auto* t) { return t->success; });
  return static_cast<double>(good) / static_cast<double>(trials.size());
}

std::string line(const plan& p, std::int64_t point, const std::vector<const finished_trial*>& all) {
  std::vector<std::string> fields = {std::to_string(point)};
  const auto varied = varied_at(p, point);
  for (const auto& [key, value] : varied.members()) fields.push_back(field(value));
  fields.push_back(std::to_string(all.size()));
  fields.push_back(text::shortest(success_rate(all)));
  for (const auto row : p.measured.rows) {
    std::vector<double> values;
    for (const auto* t : all) values.push_back(t->diverged() ? infinity : t->final_of(name(row)));
    for (const auto& [label, q] : columns) fields.push_back(text::shortest(quantile(values, q)));
  }
  return joined(fields);
}

}  // namespace

double quantile(std::vector<double> values, double q) {
  std::erase_if(values, [](double x) { return std::isnan(x); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(below);
  if (part == 0 || values[below] == values[below + 1]) return values[below];
  return values[below] + part * (values[below + 1] - values[below]);
}

std::string quantiles_csv(const plan& p, const std::vector<finished_trial>& trials) {
  std::map<std::int64_t, std::vector<const finished_trial*>> points;
  for (const auto& t : trials) points[t.point].push_back(&t);
  std::string text = header(p);
  for (const auto& [point, all] : points) text += line(p, point, all);
  return text;
}

}  // namespace tubal::sweep
