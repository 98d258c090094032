// The picture of a run, as a gnuplot script.
#pragma once

#include "io/run_file.hpp"

#include <string>

namespace tubal::cli {

enum class picture { svg, png };

/// The rows, thinned to what a picture can show: iteration first, one column per row of the run.
std::string plot_data(const io::run_data& run);
/// Panels of what the run holds; empty when there is nothing to draw. Reads the file `data`, writes
/// the file `picture`.
std::string plot_script(const io::run_data& run, picture format);

}  // namespace tubal::cli
