#include "cli/recover/options.hpp"

namespace tubal::cli {

namespace {

void add_problem(subcommand& c, recover_options& o) {
  c.group = "Problem";
  c.add("--problem", &o.problem, "Problem file (HDF5); options override what it says")
      .shown_as("FILE");
  c.add("--n", &o.n, "Rows and columns of the tensor (10)");
  c.add("--k", &o.k, "Tube length (4)");
  c.add("--rank", &o.rank, "Tubal rank r of the truth (2)");
  c.add("--factor-rank", &o.factor_rank, "Columns R of the factor (100)");
  c.add("--measurements", &o.measurements,
        "How many measurements, m (254); with --problem the first m of the file");
  c.add("--noise", &o.noise, "Noise relative to the measurements (0)");
  c.add("--seed", &o.seed, "Seed of everything random (1)");
}

void add_descent(subcommand& c, recover_options& o) {
  c.group = "Gradient descent";
  c.add("--alpha", &o.alpha, "Scale of the initial factor (1e-7)");
  c.add("--step", &o.step,
        "Step size mu (5.08e-3), in units of the measurement tensors: N(0, 1/m) here, as stored in "
        "a problem file");
  c.add("--iterations", &o.iterations, "Most iterations (10000)");
  c.add("--train-tolerance", &o.run.train_tolerance, "Stop at this train error (0: never)");
  c.add("--progress-window", &o.run.progress_window,
        "Stop without progress over so many iterations (0: never)");
  c.add("--progress-tolerance", &o.run.progress_tolerance,
        "What counts as progress of the train error (1e-3)");
}

void add_output(subcommand& c, recover_options& o) {
  c.group = "Measuring and output";
  c.add("--record-every", &o.run.record_every, "Measure every so many iterations (10)");
  c.add("--rank-tolerance", &o.rank_tolerance, "Singular tubes above it count (1e-2)");
  c.add_output(&o.out, "Write trajectories and factor to this file (HDF5)");
  c.add("--checkpoint", &o.checkpoint,
        "Keep the state in this file and, where it is there already, go on from it")
      .shown_as("FILE");
  c.add("--checkpoint-every", &o.checkpoint_every,
        "Write it after so many seconds (60), at the end and when interrupted");
  c.add("--json", &o.json, "Report as one JSON object");
  c.add("--quiet", &o.quiet, "No progress line, no table");
}

void add_machine(subcommand& c, recover_options& o) {
  c.group = "Machine";
  c.add("--device", &o.device, "host or cuda (host)").one_of({"host", "cuda"});
  c.add("--precision", &o.precision, "double or float (double)").one_of({"double", "float"});
  c.add("--threads", &o.threads, "Threads of the host (0: all cores)").between(0, 1024);
}

}  // namespace

void add_options(subcommand& command, recover_options& options) {
  add_problem(command, options);
  add_descent(command, options);
  add_output(command, options);
  add_machine(command, options);
}

}  // namespace tubal::cli
