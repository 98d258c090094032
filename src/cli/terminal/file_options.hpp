// What every command reads, and how much of it.
#pragma once

namespace CLI {
class App;
}

namespace tubal::cli {

/// --unsealed, --follow-links and --no-limit, which set `io::rules()` for all commands.
void add_file_options(CLI::App& app);

}  // namespace tubal::cli
