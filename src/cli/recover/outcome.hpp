// What a recovery came to, in plain numbers.
#pragma once

#include <tubal/run.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tubal::cli {

struct outcome {
  std::vector<record> records;  ///< at least one
  std::array<bool, measure_count> available{};
  stop_reason reason = stop_reason::iterations;
  tubal::stages stages;
  std::vector<double> factor;  ///< U after the last step; empty when it was not asked for
  std::optional<std::int64_t> resumed_at = {};  ///< the iteration of the checkpoint
  int signal = 0;                               ///< what interrupted it, or 0
  double setup_seconds = 0;
  double run_seconds = 0;  ///< those before the checkpoint included
  std::map<std::string, std::string> device;

  const record& last() const { return records.back(); }
};

/// The record in which a measure was smallest, or nullptr when it is not available.
const record* smallest(const outcome& o, measure m);

}  // namespace tubal::cli
