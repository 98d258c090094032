// The reports of `tubal recover`.
#pragma once

#include "cli/recover/options.hpp"
#include "cli/recover/outcome.hpp"
#include "io/run_file.hpp"

#include <string>

namespace tubal::cli {

/// A short table for people.
std::string table(const recover_settings& s, const outcome& o);
/// One JSON object; NaN is null.
std::string json(const recover_settings& s, const outcome& o);
/// What is recovered, and every option, under the names of run files.
std::map<std::string, io::attribute_value> settings_attributes(const recover_settings& s);
/// Rows, factor, options, versions, device.
io::run_data run_data(const recover_settings& s, const outcome& o);

}  // namespace tubal::cli
