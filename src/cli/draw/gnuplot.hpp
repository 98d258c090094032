// Pictures by gnuplot.
#pragma once

#include <string>
#include <vector>

namespace tubal::cli {

/// Runs gnuplot on `script`, which reads the file `data` and writes the file `picture`, in a
/// directory of its own that is gone afterwards, and returns the picture. No name from outside
/// reaches gnuplot or a shell. Throws `program_error`, `interrupted`.
std::vector<char> run_gnuplot(const std::string& script, const std::string& data);

}  // namespace tubal::cli
