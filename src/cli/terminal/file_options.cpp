#include "cli/terminal/file_options.hpp"

#include "io/read_rules.hpp"

#include <CLI/CLI.hpp>

#include <limits>

namespace tubal::cli {

void add_file_options(CLI::App& app) {
  app.fallthrough();
  auto& rules = io::rules();
  app.add_flag("--unsealed", rules.unsealed, "Read run and curve files whose seal is broken")
      ->group("Files");
  app.add_flag("--follow-links", rules.follow_links,
               "Follow what leads from an HDF5 file to other files")
      ->group("Files");
  app.add_flag_callback(
         "--no-limit",
         [&rules] {
           rules.most_bytes = rules.most_pixels = std::numeric_limits<double>::infinity();
         },
         "Read tensors above a quarter of the memory, images above 2^28 pixels")
      ->group("Files");
}

}  // namespace tubal::cli
