// The file that a name stands for.
#pragma once

#include "file_error.hpp"

namespace tubal::io {

/// The path behind the symbolic links of `path`; it need not exist. Throws `write_error` for a
/// loop, and for a link that somebody else may have laid there: one in a sticky folder that all can
/// write to, owned neither by the caller nor by the folder's owner (as Linux with
/// protected_symlinks).
std::filesystem::path behind_links(const std::filesystem::path& path);

/// The same for a file to be written: it must be a regular one that may be written, or not be
/// there. Throws `write_error`.
std::filesystem::path target_of(const std::filesystem::path& path);

/// The folder of a file: "." where its name has none.
std::filesystem::path directory_of(const std::filesystem::path& file);

}  // namespace tubal::io
