// tubal sweep
#include "cli/subcommands.hpp"
#include "cli/sweep/report.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "cli/terminal/status_line.hpp"
#include "sweep/execute.hpp"

#include <iostream>
#include <memory>
#include <optional>

namespace tubal::cli {

namespace {

struct sweep_options {
  std::string plan;
  std::optional<std::string> out;
  sweep::machine where;
  bool quiet = false;
  bool json = false;
  bool dry_run = false;
};

void add_sweep_options(subcommand& c, sweep_options& o) {
  c.add("PLAN", &o.plan, "The plan (TOML)").required().shown_as(" ");
  c.add_output(&o.out, "Folder of the results; one that is there goes on").shown_as("DIR");
  c.add("--dry-run", &o.dry_run, "Check the plan, tell what it costs, and stop");
  c.add("--json", &o.json, "Report as one JSON object");
  c.add("--quiet", &o.quiet, "No progress line, no report");
  c.group = "Machine";
  c.add("--device", &o.where.device, "host or cuda (host)").one_of({"host", "cuda"});
  c.add("--precision", &o.where.precision, "double or float (double)").one_of({"double", "float"});
  c.add("--threads", &o.where.threads, "Trials at the same time on the host (0: all cores)")
      .between(0, 1024);
}

void check_options(const sweep_options& o) {
  if (!o.out && !o.dry_run) throw usage_error("--out is required, except with --dry-run");
  if (o.out && o.out->empty()) throw usage_error("--out: expected the name of a folder");
  if (o.where.device == "cuda") require_cuda();
}

int dry_run(const sweep_options& o, const sweep::plan& p) {
  const auto cost = sweep::estimate_of(p, nullptr, o.where);
  if (o.json)
    std::cout << sweep_json(p, cost, "", std::nullopt);
  else if (!o.quiet)
    std::cout << sweep_table(p, cost);
  return ok;
}

std::string progress_text(const sweep::sweep_progress& now, double seconds) {
  std::string text = "trial " + std::to_string(now.trials_done) + " of " +
                     std::to_string(now.trials) + "  point " + std::to_string(now.point);
  if (now.share > 0) text += "  " + in_words(seconds * (1 - now.share) / now.share) + " left";
  return text;
}

void stop_if_interrupted(const sweep::sweep_result& result, const std::string& folder) {
  if (result.complete()) return;
  throw interrupted(interrupt_watch::received(), "interrupted: " + std::to_string(result.finished) +
                                                     " of " + std::to_string(result.trials) +
                                                     " trials are in " + folder +
                                                     "; the same command goes on with the rest");
}

int run_sweep(const sweep_options& o) {
  check_options(o);
  const auto p = sweep::read_plan(o.plan);
  if (o.dry_run) return dry_run(o, p);
  sweep::folder_writer folder(*o.out, p, o.where);
  const interrupt_watch signals;
  const auto cost = sweep::estimate_of(p, &folder, o.where);
  if (!o.json && !o.quiet) std::cout << sweep_table(p, cost) << std::flush;
  status_line line(!o.quiet);
  const auto result = sweep::execute(p, folder, o.where,
                                     {[] { return interrupt_watch::received() != 0; },
                                      [&](const auto& now) {
                                        if (line.is_due())
                                          line.show(progress_text(now, line.seconds()));
                                      }});
  stop_if_interrupted(result, *o.out);
  if (o.json)
    std::cout << sweep_json(p, cost, *o.out, result);
  else if (!o.quiet)
    std::cout << sweep_table(folder, result, *o.out);
  return ok;
}

}  // namespace

subcommand sweep_command() {
  const auto options = std::make_shared<sweep_options>();
  subcommand command{"sweep", "Run the recoveries of a plan, many trials of many points",
                     [options] { return run_sweep(*options); }};
  add_sweep_options(command, *options);
  return command;
}

}  // namespace tubal::cli
