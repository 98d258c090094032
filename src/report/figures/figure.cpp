#include "report/figures/figure.hpp"

#include "report/evaluate/names.hpp"

#include <algorithm>

namespace tubal::report {

namespace {

const axis* axis_of(const results& r, const std::string& key) {
  for (const auto& axis : r.plan.vary)
    if (axis.key == key) return &axis;
  return nullptr;
}

}  // namespace

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
  for (const auto& value : axis_of(r, *plan.group)->values)
    names.push_back(symbol(*plan.group) + " = " + shown(value));
  return names;
}

bool is_ordered(const results& r, const std::string& key) {
  const auto* axis = axis_of(r, key);
  return axis != nullptr && std::all_of(axis->values.begin(), axis->values.end(),
                                        [](const json& v) { return v.is_number(); });
}

std::string title_of(const results& r, const figure_plan& plan, const settings& fixed) {
  auto held = fixed;
  for (const auto& axis : r.plan.vary)
    if (axis.values.size() < 2 && plan.where.count(axis.key) == 0) held.erase(axis.key);
  return shown(held, r.plan);
}

}  // namespace tubal::report
