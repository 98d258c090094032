// Files that are there whole or not at all.
#pragma once

#include "file_error.hpp"

#include <cstddef>

namespace tubal::io {

/// Writes `bytes` bytes as the file `path`, replacing a file of that name: to a temporary file
/// beside it, synchronised, renamed, and the directory synchronised. Throws `write_error` with the
/// reason; then nothing is left and an old file is as it was.
void write_atomically(const std::filesystem::path& path, const void* data, std::size_t bytes);

/// Removes what `write_atomically` leaves in a directory when the process is killed in the middle.
/// Call it where nobody else writes.
void remove_leftovers(const std::filesystem::path& directory);

/// The same for one file of a directory in which others may write.
void remove_leftovers_of(const std::filesystem::path& file);

/// Throws the `write_error` that writing to `path` would meet now: no such directory, no
/// permission, not a regular file, ... Leaves nothing behind.
void require_writable(const std::filesystem::path& path);

}  // namespace tubal::io
