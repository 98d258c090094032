// Files to read, before anything is known of what they hold.
#pragma once

#include "file_error.hpp"

#include <cstdint>

namespace tubal::io {

/// The bytes of a regular file that can be opened; `expected`, say "an HDF5 file", is for the
/// message. Throws `file_error`.
std::uintmax_t require_readable(const std::filesystem::path& path, const std::string& expected);

/// All of such a file. Throws `file_error` with the reason.
std::string read_text(const std::filesystem::path& path, const std::string& expected);

}  // namespace tubal::io
