// trials.jsonl
#include "report/read/results.hpp"
#include "sweep/folder/folder_reader.hpp"
#include "text/number.hpp"

#include <cmath>

namespace tubal::report {

namespace fs = std::filesystem;

namespace {

using row_values = std::vector<std::pair<std::string, double>>;

/// A line that does not go with the plan.
[[noreturn]] void fail(const fs::path& folder, const sweep::finished_trial& t,
                       const std::string& what) {
  throw io::file_error(sweep::trials_path(folder),
                       "trial " + std::to_string(t.trial) + ": " + what);
}

std::map<std::string, double> rows_of(const fs::path& folder, const sweep::finished_trial& t,
                                      const row_values& from, const plan& p) {
  const std::map<std::string, double> found(from.begin(), from.end());
  for (const auto& row : p.rows)
    if (!found.contains(row)) fail(folder, t, "'" + row + "' expected, but missing");
  return found;
}

void require_of_plan(const fs::path& folder, const sweep::finished_trial& t, const plan& p) {
  const auto count = p.point_count() * p.repetitions;
  if (t.trial >= count || t.point != t.trial / p.repetitions ||
      t.repetition != t.trial % p.repetitions)
    fail(folder, t, "is none of the plan");
  for (const auto& [key, value] : p.varied(t.point)) {
    const auto* found = t.settings.find(key);
    if (found == nullptr || *found != value)
      fail(folder, t,
           key + ": expected " + value.dump() + ", as the plan has it at this point, found " +
               (found == nullptr ? "nothing" : found->dump()));
  }
}

trial trial_of(const fs::path& folder, const sweep::finished_trial& from, const plan& p) {
  require_of_plan(folder, from, p);
  trial t{.number = from.trial,
          .iterations = from.iterations,
          .stop = from.stop,
          .final = rows_of(folder, from, from.final, p),
          .smallest = rows_of(folder, from, from.smallest, p),
          .success = from.success,
          .seconds = from.seconds};
  for (const auto& [level, at] : from.first_below) {
    const auto threshold = text::parse_real(level);
    if (!threshold || !std::isfinite(*threshold))
      fail(folder, from, "first_below: expected a threshold as name, found " + level);
    t.first_below[*threshold] = at ? static_cast<double>(*at) : std::nan("");
  }
  return t;
}

}  // namespace

std::vector<std::vector<trial>> read_trials(const fs::path& folder, const plan& p) {
  std::vector<std::vector<trial>> all(static_cast<std::size_t>(p.point_count()));
  for (const auto& line : sweep::read_trials(folder).trials) {
    auto t = trial_of(folder, line, p);
    all[static_cast<std::size_t>(line.point)].push_back(std::move(t));
  }
  return all;
}

}  // namespace tubal::report
