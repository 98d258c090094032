#include "report/figures/figure.hpp"

#include "report/evaluate/names.hpp"

#include <algorithm>

namespace tubal::report {

figure make_figure(const results& r, const figure_plan& plan) {
  switch (plan.kind) {
    case figure_kind::curves:
      return curves_figure(r, plan);
    case figure_kind::final:
      return final_figure(r, plan);
    case figure_kind::heatmap:
      return heatmap_figure(r, plan);
    default:
      return table_figure(r, plan);
  }
}

std::vector<std::string> names_of_group(const results& r, const figure_plan& plan) {
  if (!plan.group) return {""};
  std::vector<std::string> names;
  for (const auto& value : r.plan.axis_of(*plan.group).values)
    names.push_back(symbol(*plan.group) + " = " + shown(value));
  return names;
}

bool is_ordered(const results& r, const std::string& key) {
  if (!r.plan.is_varied(key)) return false;
  const auto& values = r.plan.axis_of(key).values;
  return std::all_of(values.begin(), values.end(), [](const json& v) { return v.is_number(); });
}

std::string title_of(const results& r, const figure_plan& plan, const settings& fixed) {
  auto held = fixed;
  for (const auto& axis : r.plan.vary)
    if (axis.values.size() < 2 && plan.where.count(axis.key) == 0) held.erase(axis.key);
  return shown(held, r.plan);
}

}  // namespace tubal::report
