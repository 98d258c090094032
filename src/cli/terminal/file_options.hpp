// What every command reads, and how much of it.
#pragma once

#include "cli/terminal/options.hpp"

namespace tubal::cli {

/// --unsealed, --follow-links and --no-limit, which set `io::rules()` for all commands.
std::deque<option> file_options();

}  // namespace tubal::cli
