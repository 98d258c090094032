// What the file layer throws.
#pragma once

#include <tubal/error.hpp>

#include <cstring>
#include <filesystem>
#include <string>

namespace tubal::io {

/// A file that cannot be read or written, or does not hold what it should. The message is one line:
/// the file, the dataset or attribute, what was expected and what was found.
class file_error : public error {
 public:
  using error::error;
  file_error(const std::filesystem::path& path, const std::string& what)
      : error(path.string() + ": " + what) {}
};

/// The same for a file that cannot be written.
class write_error : public file_error {
 public:
  using file_error::file_error;
  /// With the text of an errno.
  write_error(const std::filesystem::path& path, int code)
      : file_error(path, std::string("cannot write: ") + std::strerror(code)) {}
};

}  // namespace tubal::io
