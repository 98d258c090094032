#include "report/read/results.hpp"

#include <algorithm>
#include <cstdio>

namespace tubal::report {

namespace fs = std::filesystem;

namespace {

settings joined(settings base, const settings& varied) {
  for (const auto& [key, value] : varied) base[key] = value;
  return base;
}

std::string file_of(std::int64_t point) {
  char name[40];
  std::snprintf(name, sizeof name, "point-%04lld.h5", static_cast<long long>(point));
  return name;
}

std::string name_of(const fs::path& folder) {
  auto path = fs::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().string();
}

}  // namespace

std::int64_t plan::point_count() const {
  std::int64_t count = 1;
  for (const auto& axis : vary) count *= static_cast<std::int64_t>(axis.values.size());
  return count;
}

settings plan::varied(std::int64_t point) const {
  settings found;
  for (auto axis = vary.rbegin(); axis != vary.rend(); ++axis) {
    const auto count = static_cast<std::int64_t>(axis->values.size());
    found[axis->key] = axis->values[static_cast<std::size_t>(point % count)];
    point /= count;
  }
  return found;
}

bool plan::is_varied(const std::string& key) const {
  for (const auto& axis : vary)
    if (axis.key == key) return true;
  return false;
}

const axis& plan::axis_of(const std::string& key) const {
  return *std::find_if(vary.begin(), vary.end(), [&](const axis& a) { return a.key == key; });
}

std::int64_t results::finished() const {
  std::size_t count = 0;
  for (const auto& p : points) count += p.trials.size();
  return static_cast<std::int64_t>(count);
}

double results::seconds() const {
  double sum = 0;
  for (const auto& p : points)
    for (const auto& t : p.trials) sum += t.seconds;
  return sum;
}

results read_results(const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw io::file_error(folder, "expected the folder of a sweep, found none");
  results found{folder, name_of(folder), read_plan(folder / "plan.json"), {}};
  auto trials = read_trials(folder, found.plan);
  for (std::int64_t i = 0; i < found.plan.point_count(); ++i) {
    const auto varied = found.plan.varied(i);
    point p{i, varied, joined(found.plan.base, varied), {}, {}};
    p.trials = std::move(trials[static_cast<std::size_t>(i)]);
    if (!p.trials.empty()) p.curves = read_curves(folder / "curves" / file_of(i), found.plan, p);
    found.points.push_back(std::move(p));
  }
  return found;
}

}  // namespace tubal::report
