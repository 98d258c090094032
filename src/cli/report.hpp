// The reports of `tubal recover`.
#pragma once

#include "cli/outcome.hpp"
#include "cli/recover_options.hpp"
#include "io/run_file.hpp"

#include <string>

namespace tubal::cli {

/// A short table for people.
std::string table(const recover_settings& s, const outcome& o);
/// One JSON object; NaN is null.
std::string json(const recover_settings& s, const outcome& o);
/// Rows, factor, options, versions, device.
io::run_data run_data(const recover_settings& s, const outcome& o);

}  // namespace tubal::cli
