// A finished trial: one line of trials.jsonl.
#pragma once

#include "sweep/plan/settings.hpp"

#include <optional>

namespace tubal::sweep {

struct finished_trial {
  std::int64_t trial = 0;
  std::int64_t point = 0;
  std::int64_t repetition = 0;
  std::uint64_t seed = 0;
  json settings;  ///< every key of problem and descent
  double m_over_dof = 0;
  std::int64_t symmetric_dimension = 0;
  std::int64_t degrees_of_freedom = 0;
  std::int64_t iterations = 0;
  std::string stop;
  std::vector<std::pair<std::string, double>> final, smallest;  ///< one of every row; may be NaN
  bool success = false;
  std::vector<std::pair<std::string, std::optional<std::int64_t>>> first_below;  ///< "0.5": 931
  double seconds = 0;

  bool diverged() const { return stop == "not_finite"; }
  /// A row's final value, NaN where there is none.
  double final_of(std::string_view row) const;
};

/// With the newline.
std::string to_line(const finished_trial& t);
/// Throws `io::file_error`, which names `path` and `place`, for what is no such line.
finished_trial from_line(const std::string& line, const std::filesystem::path& path,
                         const std::string& place);

}  // namespace tubal::sweep
