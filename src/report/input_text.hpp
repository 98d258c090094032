// Whole text files.
#pragma once

#include "io/input_file.hpp"

#include <string>

namespace tubal::report {

/// The file's bytes; `expected` is for the message. Throws `io::file_error`.
std::string read_text(const std::filesystem::path& path, const std::string& expected);

}  // namespace tubal::report
