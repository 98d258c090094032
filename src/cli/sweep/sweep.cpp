// tubal sweep
#include "cli/subcommands.hpp"
#include "cli/sweep/report.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "cli/terminal/status_line.hpp"
#include "sweep/execute.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
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

void add_options(CLI::App& app, sweep_options& o) {
  app.add_option("PLAN", o.plan, "The plan (TOML)")->required()->option_text(" ");
  app.add_option("-o,--out", o.out, "Folder of the results; one that is there goes on")
      ->option_text("DIR");
  app.add_flag("--dry-run", o.dry_run, "Check the plan, tell what it costs, and stop");
  app.add_flag("--json", o.json, "Report as one JSON object");
  app.add_flag("--quiet", o.quiet, "No progress line, no report");
  app.add_option("--device", o.where.device, "host or cuda (host)")
      ->check(CLI::IsMember({"host", "cuda"}))
      ->group("Machine");
  app.add_option("--precision", o.where.precision, "double or float (double)")
      ->check(CLI::IsMember({"double", "float"}))
      ->group("Machine");
  app.add_option("--threads", o.where.threads, "Trials at the same time on the host (0: all cores)")
      ->group("Machine");
}

void check(const sweep_options& o) {
  if (o.where.threads < 0 || o.where.threads > 1024)
    throw usage_error("--threads: expected 0 to 1024, got " + std::to_string(o.where.threads));
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
  check(o);
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

subcommand add_sweep(CLI::App& app) {
  auto options = std::make_shared<sweep_options>();
  auto* sub =
      app.add_subcommand("sweep", "Run the recoveries of a plan, many trials of many points");
  add_options(*sub, *options);
  return {sub, [options] { return run_sweep(*options); }};
}

}  // namespace tubal::cli
