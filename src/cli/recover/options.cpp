#include "cli/recover/options.hpp"

#include <CLI/CLI.hpp>

namespace tubal::cli {

namespace {

void add_problem(CLI::App& app, recover_options& o) {
  app.add_option("--problem", o.problem, "Problem file (HDF5); options override what it says")
      ->option_text("FILE")
      ->group("Problem");
  auto add = [&](const char* name, auto& value, const char* text) {
    app.add_option(name, value, text)->group("Problem");
  };
  add("--n", o.n, "Rows and columns of the tensor (10)");
  add("--k", o.k, "Tube length (4)");
  add("--rank", o.rank, "Tubal rank r of the truth (2)");
  add("--factor-rank", o.factor_rank, "Columns R of the factor (100)");
  add("--measurements", o.measurements,
      "How many measurements, m (254); with --problem the first m of the file");
  add("--noise", o.noise, "Noise relative to the measurements (0)");
  add("--seed", o.seed, "Seed of everything random (1)");
}

void add_descent(CLI::App& app, recover_options& o) {
  auto add = [&](const char* name, auto& value, const char* text) {
    app.add_option(name, value, text)->group("Gradient descent");
  };
  add("--alpha", o.alpha, "Scale of the initial factor (1e-7)");
  add("--step", o.step,
      "Step size mu (5.08e-3), in units of the measurement tensors: N(0, 1/m) here, as stored in a "
      "problem file");
  add("--iterations", o.iterations, "Most iterations (10000)");
  add("--train-tolerance", o.run.train_tolerance, "Stop at this train error (0: never)");
  add("--progress-window", o.run.progress_window,
      "Stop without progress over so many iterations (0: never)");
  add("--progress-tolerance", o.run.progress_tolerance,
      "What counts as progress of the train error (1e-3)");
}

void add_output(CLI::App& app, recover_options& o) {
  auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Measuring and output");
  };
  add("--record-every", o.run.record_every, "Measure every so many iterations (10)");
  add("--rank-tolerance", o.rank_tolerance, "Singular tubes above it count (1e-2)");
  add("--out", o.out, "Write trajectories and factor to this file (HDF5)")->option_text("FILE");
  add("--checkpoint", o.checkpoint,
      "Keep the state in this file and, where it is there already, go on from it")
      ->option_text("FILE");
  add("--checkpoint-every", o.checkpoint_every,
      "Write it after so many seconds (60), at the end and when interrupted");
  app.add_flag("--json", o.json, "Report as one JSON object")->group("Measuring and output");
  app.add_flag("--quiet", o.quiet, "No progress line, no table")->group("Measuring and output");
}

void add_machine(CLI::App& app, recover_options& o) {
  app.add_option("--device", o.device, "host or cuda (host)")
      ->check(CLI::IsMember({"host", "cuda"}))
      ->group("Machine");
  app.add_option("--precision", o.precision, "double or float (double)")
      ->check(CLI::IsMember({"double", "float"}))
      ->group("Machine");
  app.add_option("--threads", o.threads, "Threads of the host (0: all cores)")->group("Machine");
}

}  // namespace

void add_options(CLI::App& app, recover_options& options) {
  add_problem(app, options);
  add_descent(app, options);
  add_output(app, options);
  add_machine(app, options);
}

}  // namespace tubal::cli
