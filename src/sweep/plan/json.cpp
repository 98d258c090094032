#include "sweep/plan/plan.hpp"

#include <tubal/version.hpp>

#include <map>
#include <set>

namespace tubal::sweep {

namespace {

json measuring_object(const measuring& m) {
  auto rows = json::array();
  for (const auto row : m.rows) rows.push_back(name(row));
  return {
      {"rows", rows}, {"every", m.every}, {"success", m.success}, {"first-below", m.first_below}};
}

json vary_list(const plan& p) {
  auto list = json::array();
  for (const auto& a : p.vary) list.push_back({{"key", a.key}, {"values", a.values}});
  return list;
}

/// Whatever can make results differ, under names as in the plan.
std::map<std::string, std::string> flattened(const json& whole) {
  static const std::set<std::string> harmless = {"title",           "text",  "figures", "expect",
                                                 "measure.success", "source"};
  std::map<std::string, std::string> flat;
  const auto add = [&](const std::string& key, const json& value) {
    if (!harmless.contains(key)) flat[key] = value.dump();
  };
  std::string order;
  for (const auto& [key, value] : whole.members()) {
    if (key == "vary") {
      for (const auto& one : value.elements()) {
        add("vary." + one.find("key")->text(), *one.find("values"));
        order += (order.empty() ? "" : ", ") + one.find("key")->text();
      }
    } else if (value.is_object()) {
      for (const auto& [inner, entry] : value.members()) add(key + "." + inner, entry);
    } else {
      add(key, value);
    }
  }
  flat["vary, in order"] = order;
  return flat;
}

}  // namespace

json to_json(const plan& p, const std::string& device, const std::string& precision) {
  return {{"format", "tubal sweep 1"},
          {"tubal_version", version},
          {"title", p.title},
          {"text", p.text},
          {"seed", p.seed},
          {"repetitions", p.repetitions},
          {"trials", p.trials == trial_kind::fresh ? "fresh" : "chained"},
          {"operator", p.sensing == operator_kind::own ? "own" : "shared"},
          {"problem", to_json(p.base, "problem")},
          {"descent", to_json(p.base, "descent")},
          {"measure", measuring_object(p.measured)},
          {"vary", vary_list(p)},
          {"figures", p.figures},
          {"expect", p.expects},
          {"source", p.source},
          {"device", device},
          {"precision", precision}};
}

std::vector<difference> differences(const json& before, const json& now) {
  const auto old_values = flattened(before);
  const auto new_values = flattened(now);
  std::vector<difference> found;
  const auto look = [](const auto& values, const std::string& key) {
    const auto at = values.find(key);
    return at == values.end() ? std::string("nothing") : at->second;
  };
  std::set<std::string> keys;
  for (const auto& [key, value] : old_values) keys.insert(key);
  for (const auto& [key, value] : new_values) keys.insert(key);
  for (const auto& key : keys)
    if (look(old_values, key) != look(new_values, key))
      found.push_back({key, look(old_values, key), look(new_values, key)});
  return found;
}

}  // namespace tubal::sweep
