// Options of complete, denoise, compress and compare.
#pragma once

#include "cli/images/solvers.hpp"
#include "cli/terminal/options.hpp"

namespace tubal::cli {

struct image_options {
  std::string input, out;
  std::optional<std::string> mask, truth, picture;
  std::optional<double> observe, observe_tubes, noise, corrupt, energy;
  std::optional<std::int64_t> rank, factor_rank;
  std::int64_t seed = 1;
  std::optional<std::string> solver;
  std::vector<std::string> solvers;  ///< of compare; none: all
  std::string tubes = "auto";
  std::string device = "host", precision = "double";
  int threads = 0;
  bool json = false, quiet = false;
  bool keep = false;  ///< write what is no result, too
};

/// What a command takes beside the input and the options of all.
enum class image_command { complete, denoise, compress, compare };
void add_options(subcommand& to, image_command command, image_options& options);

/// Checks what needs no file. Throws `usage_error`.
void check(image_command command, const image_options& o);

/// Of --tubes: last, columns, rows; nothing of auto.
std::optional<tube_direction> direction_of(const std::string& tubes);
const char* text_of(tube_direction d);

/// The part of an assignment that comes from the options alone.
assignment base_assignment(const image_options& o, const data& d);

}  // namespace tubal::cli
