// Options of `tubal recover`, as given and as used.
#pragma once

#include "cli/terminal/options.hpp"
#include "io/problem_file.hpp"

#include <tubal/run.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tubal::cli {

/// As given on the command line; what is not given comes from the problem file or the defaults.
struct recover_options {
  std::optional<std::string> problem;
  std::optional<std::int64_t> n, k, rank, factor_rank, measurements, iterations;
  std::optional<double> alpha, step;
  std::optional<std::int64_t> seed;
  double noise = 0;
  run_options run;
  double rank_tolerance = monitor_options{}.rank_tolerance;
  std::optional<std::string> out;
  std::optional<std::string> checkpoint;
  double checkpoint_every = 60;  ///< seconds
  std::string device = "host";
  std::string precision = "double";
  int threads = 0;
  bool json = false;
  bool quiet = false;
};

void add_options(subcommand& command, recover_options& options);

/// Everything decided.
struct recover_settings {
  recover_options given;
  std::shared_ptr<const io::problem_file> file;  ///< null: a synthetic problem
  bool draw_initial_factor = true;               ///< or take it from the file
  std::int64_t n = 10;
  std::int64_t k = 4;
  std::int64_t tubal_rank = 2;
  std::int64_t factor_rank = 100;
  std::int64_t measurements = 254;
  double init_scale = 1e-7;
  double step_size = 5.08e-3;
  std::uint64_t seed = 1;  ///< under 2^63, so that a run file can hold it
  run_options run;
};

/// Opens the problem file if there is one, checks every value. Throws `usage_error`,
/// `io::file_error`.
recover_settings settle(const recover_options& options);

}  // namespace tubal::cli
