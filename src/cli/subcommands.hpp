// The subcommands: what each takes, and what it runs.
#pragma once

#include "cli/terminal/options.hpp"

namespace tubal::cli {

subcommand recover_command();
subcommand complete_command();
subcommand denoise_command();
subcommand compress_command();
subcommand compare_command();
subcommand sweep_command();
subcommand plot_command();
subcommand report_command();
subcommand info_command();
/// One for each operation on tensors.
std::vector<subcommand> algebra_commands();

}  // namespace tubal::cli
