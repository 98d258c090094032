// tubal recover
#include "cli/recover/dispatch.hpp"
#include "cli/recover/report.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "io/atomic_file.hpp"
#include "io/run_file.hpp"

#include <iostream>
#include <memory>

namespace tubal::cli {

namespace {

void report(const recover_settings& s, const outcome& o) {
  if (s.given.json)
    std::cout << json(s, o);
  else if (!s.given.quiet)
    std::cout << table(s, o);
}

// What can fail for the want of a device, an output or an input fails before the long run.
int run_recover(const recover_options& options) {
  if (options.device == "cuda") require_cuda();
  const auto settings = settle(options);
  for (const auto& file : {options.out, options.checkpoint}) {
    if (!file) continue;
    io::require_writable(*file);
    io::remove_leftovers_of(*file);
  }
  if (options.out) io::require_replaceable(*options.out);
  const interrupt_watch signals;
  const auto result = recover(settings);
  interrupt_watch::finishing();
  if (options.out) io::write_run_file(*options.out, run_data(settings, result));
  report(settings, result);
  if (result.reason == stop_reason::not_finite)
    throw nonfinite_error("the recovery diverged at iteration " +
                          std::to_string(result.last().iteration) + "; try a smaller --step");
  return result.signal != 0 ? signalled + result.signal : ok;
}

}  // namespace

subcommand recover_command() {
  const auto options = std::make_shared<recover_options>();
  subcommand command{"recover",
                     "Recover a tensor: from a problem file, or a synthetic one from a seed",
                     [options] { return run_recover(*options); }};
  add_options(command, *options);
  return command;
}

}  // namespace tubal::cli
