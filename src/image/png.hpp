// PNG files, through libpng.
#pragma once

#include "io/file_error.hpp"
#include "picture.hpp"

namespace tubal::image {

/// Whether the file begins as PNG files do. False for what cannot be read.
bool is_png(const std::filesystem::path& path);

/// Grey or colour with 1 to 16 bits a sample, or with a palette, interlaced or not. Samples are
/// divided by the largest value that they can have; no gamma is applied. Transparency is left out:
/// colours are taken as they are stored. Throws `io::file_error` with path and reason for a file
/// that is missing, damaged, truncated or something else; memory stays in proportion to what a file
/// of its size can hold, whatever its header says.
picture read_png(const std::filesystem::path& path);

/// 8 or 16 bits as `bits` says; values beyond [0, 1] become 0 or 1. Whole or not at all. Throws
/// `io::write_error`.
void write_png(const std::filesystem::path& path, const picture& p);

}  // namespace tubal::image
