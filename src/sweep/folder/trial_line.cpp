#include "sweep/folder/trial_line.hpp"

#include "io/json_at.hpp"

#include <cmath>
#include <limits>

namespace tubal::sweep {

namespace {

using row_values = std::vector<std::pair<std::string, double>>;

json object_of(const row_values& rows) {
  auto object = json::object();
  for (const auto& [name, value] : rows)
    object.add(name, std::isfinite(value) ? json(value) : json());
  return object;
}

row_values values_of(const io::json_at& from) {
  row_values rows;
  for (const auto& [name, value] : from.members()) rows.emplace_back(name, value.number_or_null());
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
  for (const auto& [level, at] : t.first_below) below.add(level, at);
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

finished_trial from_line(const std::string& line, const std::filesystem::path& path,
                         const std::string& place) {
  const auto value = io::parse_json(line, path, place);
  const io::json_at from(value, path, place);
  finished_trial t;
  t.trial = from["trial"].whole();
  t.point = from["point"].whole();
  t.repetition = from["repetition"].whole();
  t.seed = static_cast<std::uint64_t>(from["seed"].whole());
  from["settings"].members();
  t.settings = from["settings"].value();
  t.m_over_dof = from["m_over_dof"].number();
  t.symmetric_dimension = from["symmetric_dimension"].whole();
  t.degrees_of_freedom = from["degrees_of_freedom"].whole();
  t.iterations = from["iterations"].whole();
  t.stop = from["stop"].text();
  t.final = values_of(from["final"]);
  t.smallest = values_of(from["smallest"]);
  t.success = from["success"].truth();
  for (const auto& [level, at] : from["first_below"].members())
    t.first_below.emplace_back(level,
                               at.value().is_null() ? std::nullopt : std::optional(at.whole()));
  t.seconds = from["seconds"].number();
  return t;
}

}  // namespace tubal::sweep
