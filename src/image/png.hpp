// PNG files, through libpng.
#pragma once

#include "io/file_error.hpp"
#include "picture.hpp"

namespace tubal::image {

/// Whether the file begins as PNG files do. False for what cannot be read.
bool is_png(const std::filesystem::path& path);

struct picture_size {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t channels = 0;
};
/// What the header says, and what is refused, as `read_png`; no pixel is decoded.
picture_size size_of_png(const std::filesystem::path& path);

/// Grey or colour with 1 to 16 bits a sample, or with a palette, interlaced or not. Samples are
/// divided by the largest value that they can have; no gamma is applied. Transparency is left out:
/// colours are taken as they are stored. Throws `io::file_error` with path and reason for a file
/// that is missing, damaged, truncated or something else; memory stays in proportion to what a file
/// of its size can hold, whatever its header says.
/// More pixels, or more memory for them, than `io::rules()` allow are refused.
picture read_png(const std::filesystem::path& path);

/// 8 or 16 bits as `bits` says; values beyond [0, 1] become 0 or 1. Whole or not at all. Throws
/// `io::write_error`.
void write_png(const std::filesystem::path& path, const picture& p);

}  // namespace tubal::image
