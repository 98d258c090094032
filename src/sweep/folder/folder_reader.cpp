#include "sweep/folder/folder_reader.hpp"

#include "io/input_file.hpp"

#include <cstdio>
#include <set>

namespace tubal::sweep {

namespace fs = std::filesystem;

namespace {

std::optional<finished_trial> parse_line(const std::string& line) {
  try {
    return from_line(line);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void require_once(const fs::path& path, const std::vector<finished_trial>& trials) {
  std::set<std::int64_t> seen;
  for (const auto& t : trials)
    if (!seen.insert(t.trial).second)
      throw io::file_error(path, "trial " + std::to_string(t.trial) + " is there twice");
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
  const auto plan = json::parse(io::read_text(path, "the plan of a sweep (JSON)"), nullptr, false);
  const std::string format = "tubal sweep 1";
  if (!plan.is_object() || !plan.contains("format") || plan["format"] != format)
    throw io::file_error(path, "expected JSON with \"format\": \"" + format + "\"");
  return plan;
}

trial_lines read_trials(const fs::path& folder) {
  const auto path = trials_path(folder);
  trial_lines found;
  const bool any = fs::exists(path) && fs::file_size(path) > 0;
  const auto text = any ? io::read_text(path, "the trials of a sweep (JSON)") : "";
  std::int64_t number = 0;
  // A kill leaves a last line without its end, and nothing else.
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    ++number;
    auto trial = parse_line(text.substr(begin, end - begin));
    if (!trial)
      throw io::file_error(path, "line " + std::to_string(number) + ": expected a finished trial");
    found.trials.push_back(std::move(*trial));
    found.bytes = end + 1;
  }
  if (found.bytes < text.size() && text[found.bytes] != '{')
    throw io::file_error(path,
                         "line " + std::to_string(number + 1) + ": expected a finished trial");
  require_once(path, found.trials);
  return found;
}

}  // namespace tubal::sweep
