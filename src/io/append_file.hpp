// A file that grows by whole pieces.
#pragma once

#include "file_error.hpp"

#include <cstdint>

namespace tubal::io {

class append_file {
 public:
  /// Opens the file, making it where it is not there, and cuts off what follows `bytes`. Throws
  /// `write_error`.
  append_file(const std::filesystem::path& path, std::uintmax_t bytes);
  ~append_file();
  append_file(const append_file&) = delete;
  append_file& operator=(const append_file&) = delete;

  /// Adds `text` and synchronises. Throws `write_error`; then the file is as it was. A process that
  /// is killed meanwhile leaves a beginning of `text`.
  void append(const std::string& text);

 private:
  void cut();
  [[noreturn]] void fail(int code) const;

  std::filesystem::path path_;
  int descriptor_;
  std::uintmax_t bytes_;
};

}  // namespace tubal::io
