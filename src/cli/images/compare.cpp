// tubal compare
#include "cli/images/job.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "io/atomic_file.hpp"

#include <tubal/context.hpp>
#include <tubal/version.hpp>

#include <iostream>
#include <memory>

namespace tubal::cli {

namespace {

struct row {
  std::string solver;
  solution solved;
  score scores;
};

void report(const image_options& o, const job& j, const std::vector<row>& rows) {
  if (o.json) {
    io::json all = {{"tubal", version},      {"input", input_object(j.given, o.input)},
                    {"seen", j.seen.size()}, {"entries", j.given.values.size()},
                    {"seed", o.seed},        {"tubes", tubes_object(rows.front().solved)},
                    {"device", o.device},    {"precision", o.precision}};
    for (const row& r : rows)
      all["solvers"].push_back({{"solver", r.solver},
                                {"score", score_object(r.scores)},
                                {"seconds", r.solved.seconds},
                                {"iterations", r.solved.said.iterations},
                                {"factor_rank", r.solved.said.factor_rank},
                                {"effective_tubal_rank", r.solved.effective_rank}});
    return print_report(all);
  }
  if (o.quiet) return;
  std::string text = line("input", input_text(j.given, o.input)) + line("seen", j.seen_text) +
                     line("tubes", tubes_text(rows.front().solved, j.given)) + "\n";
  char cells[160];
  std::snprintf(cells, sizeof cells, "%-12s %9s %8s %15s %9s %11s %11s\n", "solver", "PSNR dB",
                "SSIM", "relative error", "time s", "iterations", "tubal rank");
  text += cells;
  for (const row& r : rows) {
    std::snprintf(cells, sizeof cells, "%-12s %9s %8s %15s %9s %11lld %11lld\n", r.solver.c_str(),
                  number(r.scores.psnr, "%.2f").c_str(), number(r.scores.ssim, "%.4f").c_str(),
                  number(r.scores.relative_error, "%.3e").c_str(),
                  number(r.solved.seconds, "%.3f").c_str(),
                  static_cast<long long>(r.solved.said.iterations),
                  static_cast<long long>(r.solved.effective_rank));
    text += cells;
  }
  std::cout << text;
}

int run_compare(const image_options& o) {
  check(image_command::compare, o);
  if (o.device == "cuda") require_cuda();
  const job j = completion_job(o);
  assignment a = base_assignment(o, j.given);
  if (o.picture) {
    if (!j.given.is_picture())
      throw usage_error("--output: the input is a tensor, no image or video");
    io::require_writable(*o.picture);
  }
  const interrupt_watch signals;
  std::vector<row> rows;
  std::vector<data> panels = {observed(j)};
  std::vector<std::string> solvers = o.solvers;
  if (solvers.empty())
    solvers.assign(solver_name::for_completion.begin(), solver_name::for_completion.end());
  for (const auto& solver : solvers) {
    if (interrupt_watch::received() != 0) break;
    a.solver = solver;
    row r{solver, solve_with_progress(j, a, o.quiet), {}};
    panels.push_back(with_values(j.given, r.solved.values));
    r.scores = compare(panels.back(), *j.truth);
    a.tubes = r.solved.said.tubes;  // those that the first one chose
    rows.push_back(std::move(r));
  }
  interrupt_watch::finishing();
  if (o.picture) write_picture(*o.picture, panels, j.truth, false);
  report(o, j, rows);
  return interrupt_watch::received() != 0 ? signalled + interrupt_watch::received() : ok;
}

}  // namespace

subcommand compare_command() {
  const auto options = std::make_shared<image_options>();
  subcommand command{"compare", "All solvers on one input and seed: a table, a picture",
                     [options] { return run_compare(*options); }};
  add_options(command, image_command::compare, *options);
  return command;
}

}  // namespace tubal::cli
