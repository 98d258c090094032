// The subcommands: each adds itself to the parser and says what to run when it is chosen.
#pragma once

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace tubal::cli {

struct subcommand {
  CLI::App* app;
  std::function<int()> run;  ///< returns the exit code
};

subcommand add_recover(CLI::App& app);
subcommand add_complete(CLI::App& app);
subcommand add_denoise(CLI::App& app);
subcommand add_compress(CLI::App& app);
subcommand add_compare(CLI::App& app);
subcommand add_sweep(CLI::App& app);
subcommand add_plot(CLI::App& app);
subcommand add_report(CLI::App& app);
subcommand add_info(CLI::App& app);
/// One for each operation on tensors.
std::vector<subcommand> add_algebra(CLI::App& app);

}  // namespace tubal::cli
