// Files that show every damage.
#pragma once

#include "file_error.hpp"

#include <cstdint>
#include <vector>

namespace tubal::io {

/// CRC-32 of a file. Throws `file_error`.
std::uint32_t checksum_of(const std::filesystem::path& path);

/// An HDF5 file that is to be sealed says so by this attribute, so that a lost mark is noticed.
inline constexpr const char* seal_attribute = "sealed";

/// Appends a mark, the number of bytes and their CRC-32. HDF5 reads a file with these at its end as
/// without.
void seal(std::vector<char>& bytes);

enum class seal_state { none, whole, broken };
/// Whether the file ends in a mark, and then whether it is what was sealed. Throws `file_error`.
seal_state seal_of(const std::filesystem::path& path);

/// Throws `file_error` unless the file is one that was sealed, byte for byte: a change within four
/// neighbouring bytes, and a missing or added end, are always found.
void require_sealed(const std::filesystem::path& path);

}  // namespace tubal::io
