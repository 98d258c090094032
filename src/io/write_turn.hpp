// One writer of a file after the other.
#pragma once

#include "file_error.hpp"

namespace tubal::io {

/// Holds the right to read a file and to replace it by what it becomes, until it is destroyed or
/// the process ends, however it ends: a lock (flock) on `.tubal-NAME.lock` beside the file.
class write_turn {
 public:
  /// Waits for those who came before, ten minutes at the most. Throws `write_error`, too where
  /// another program has the file open for writing, as HDF5 says by a lock on the file itself.
  explicit write_turn(const std::filesystem::path& target);
  ~write_turn();
  write_turn(const write_turn&) = delete;
  write_turn& operator=(const write_turn&) = delete;

 private:
  bool try_lock();

  std::filesystem::path target_, lock_;
  int descriptor_ = -1;
};

/// The lock's file.
std::filesystem::path turn_path(const std::filesystem::path& target);

}  // namespace tubal::io
