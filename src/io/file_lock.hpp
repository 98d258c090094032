// One process at a time.
#pragma once

#include "file_error.hpp"

namespace tubal::io {

/// Holds the file `path`, made where it is not there, until it is destroyed or the process ends,
/// however it ends (flock).
class file_lock {
 public:
  /// Throws `write_error`, with `taken` as the reason where another process holds it.
  file_lock(const std::filesystem::path& path, const std::string& taken);
  ~file_lock();
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;

 private:
  int descriptor_;
};

}  // namespace tubal::io
