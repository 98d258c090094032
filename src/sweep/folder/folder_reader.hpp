// What a sweep left in its folder.
#pragma once

#include "sweep/folder/curves_file.hpp"
#include "sweep/folder/trial_line.hpp"

#include <cstdint>
#include <filesystem>

namespace tubal::sweep {

/// Names inside the folder.
std::filesystem::path plan_path(const std::filesystem::path& folder);
std::filesystem::path trials_path(const std::filesystem::path& folder);
std::filesystem::path curves_path(const std::filesystem::path& folder, std::int64_t point);
std::filesystem::path quantiles_path(const std::filesystem::path& folder);

/// plan.json. Throws `io::file_error` when there is none, it is of another format or damaged.
json read_plan_json(const std::filesystem::path& folder);

struct trial_lines {
  std::vector<finished_trial> trials;  ///< in the order in which they finished
  std::uintmax_t bytes = 0;            ///< of these; what follows is a last line without its end
};
/// trials.jsonl; none where there is no file. Only a last line that the file ends within is torn.
/// Throws `io::file_error` for another damaged line, and for a trial that is there twice.
trial_lines read_trials(const std::filesystem::path& folder);

}  // namespace tubal::sweep
