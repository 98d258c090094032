#include "sweep/folder/folder_reader.hpp"

#include "io/input_file.hpp"
#include "io/json_at.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

namespace tubal::sweep {

namespace fs = std::filesystem;

namespace {

/// What `differences` and others look at is of the right kind.
void require_plan(const io::json_at& plan) {
  plan["format"].word({"tubal sweep 1"});
  if (const auto vary = plan.find("vary"))
    for (const auto& axis : vary->elements()) {
      axis["key"].text();
      axis["values"].elements();
    }
}

/// A kill ends the file within a line.
bool is_torn(std::string_view rest) {
  constexpr std::string_view begin = "{\"trial\":";
  const auto length = std::min(rest.size(), begin.size());
  return rest.substr(0, length) == begin.substr(0, length);
}

}  // namespace

fs::path plan_path(const fs::path& folder) { return folder / "plan.json"; }
fs::path trials_path(const fs::path& folder) { return folder / "trials.jsonl"; }
fs::path quantiles_path(const fs::path& folder) { return folder / "quantiles.csv"; }

fs::path curves_path(const fs::path& folder, std::int64_t point) {
  char name[40];
  std::snprintf(name, sizeof name, "point-%04lld.h5", static_cast<long long>(point));
  return folder / "curves" / name;
}

json read_plan_json(const fs::path& folder) {
  const auto path = plan_path(folder);
  auto plan = io::parse_json(io::read_text(path, "the plan of a sweep (JSON)"), path);
  require_plan({plan, path, ""});
  return plan;
}

trial_lines read_trials(const fs::path& folder) {
  const auto path = trials_path(folder);
  trial_lines found;
  const bool any = fs::exists(path) && fs::file_size(path) > 0;
  const auto text = any ? io::read_text(path, "the trials of a sweep (JSON)") : "";
  std::set<std::int64_t> seen;
  for (std::size_t end = 0; (end = text.find('\n', found.bytes)) != std::string::npos;
       found.bytes = end + 1) {
    const auto place = "line " + std::to_string(found.trials.size() + 1);
    found.trials.push_back(from_line(text.substr(found.bytes, end - found.bytes), path, place));
    if (!seen.insert(found.trials.back().trial).second)
      throw io::file_error(
          path, place + ": trial " + std::to_string(found.trials.back().trial) + " is there twice");
  }
  if (!is_torn(std::string_view(text).substr(found.bytes)))
    throw io::file_error(
        path, "line " + std::to_string(found.trials.size() + 1) + ": expected a finished trial");
  return found;
}

}  // namespace tubal::sweep
