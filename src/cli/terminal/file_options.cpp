#include "cli/terminal/file_options.hpp"

#include "io/read_rules.hpp"

namespace tubal::cli {

std::deque<option> file_options() {
  auto& rules = io::rules();
  return {{"--unsealed", &rules.unsealed, "Read run and curve files whose seal is broken", "Files"},
          {"--follow-links", &rules.follow_links,
           "Follow what leads from an HDF5 file to other files", "Files"},
          {"--no-limit", &rules.no_limit,
           "Read tensors above a quarter of the memory, images above 2^28 pixels", "Files"}};
}

}  // namespace tubal::cli
