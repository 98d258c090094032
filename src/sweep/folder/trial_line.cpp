#include "sweep/folder/trial_line.hpp"

#include <cmath>
#include <limits>

namespace tubal::sweep {

namespace {

using values = std::vector<std::pair<std::string, double>>;

json object_of(const values& rows) {
  auto object = json::object();
  for (const auto& [name, value] : rows)
    object[name] = std::isfinite(value) ? json(value) : json(nullptr);
  return object;
}

values values_of(const json& object) {
  values rows;
  for (const auto& [name, value] : object.items())
    rows.emplace_back(
        name, value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  return rows;
}

}  // namespace

double finished_trial::final_of(std::string_view row) const {
  for (const auto& [name, value] : final)
    if (name == row) return value;
  return std::numeric_limits<double>::quiet_NaN();
}

std::string to_line(const finished_trial& t) {
  auto below = json::object();
  for (const auto& [level, at] : t.first_below) below[level] = at ? json(*at) : json(nullptr);
  const json line = {{"trial", t.trial},
                     {"point", t.point},
                     {"repetition", t.repetition},
                     {"seed", t.seed},
                     {"settings", t.settings},
                     {"m_over_dof", t.m_over_dof},
                     {"symmetric_dimension", t.symmetric_dimension},
                     {"degrees_of_freedom", t.degrees_of_freedom},
                     {"iterations", t.iterations},
                     {"stop", t.stop},
                     {"final", object_of(t.final)},
                     {"smallest", object_of(t.smallest)},
                     {"success", t.success},
                     {"first_below", below},
                     {"seconds", t.seconds}};
  return line.dump() + "\n";
}

finished_trial from_line(const std::string& line) {
  const auto from = json::parse(line);
  finished_trial t;
  from.at("trial").get_to(t.trial);
  from.at("point").get_to(t.point);
  from.at("repetition").get_to(t.repetition);
  from.at("seed").get_to(t.seed);
  t.settings = from.at("settings");
  from.at("m_over_dof").get_to(t.m_over_dof);
  from.at("symmetric_dimension").get_to(t.symmetric_dimension);
  from.at("degrees_of_freedom").get_to(t.degrees_of_freedom);
  from.at("iterations").get_to(t.iterations);
  from.at("stop").get_to(t.stop);
  t.final = values_of(from.at("final"));
  t.smallest = values_of(from.at("smallest"));
  from.at("success").get_to(t.success);
  for (const auto& [level, at] : from.at("first_below").items())
    t.first_below.emplace_back(level,
                               at.is_null() ? std::nullopt : std::optional(at.get<std::int64_t>()));
  from.at("seconds").get_to(t.seconds);
  return t;
}

}  // namespace tubal::sweep
