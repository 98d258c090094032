// A recovery in a file from which it can go on.
#pragma once

#include "run_file.hpp"

namespace tubal::io {

/// A run file of the run until now, and the state of its descent; sealed (seal.hpp).
struct checkpoint {
  run_data run;
  std::vector<double> spectral_factor;  ///< of the last record's iterate, as `recovery` has it
};

/// As `write_atomically` does. Throws `write_error`.
void write_checkpoint(const std::filesystem::path& path, const checkpoint& state);

/// Throws `file_error` when the file is damaged in any byte, or is no checkpoint.
checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace tubal::io
