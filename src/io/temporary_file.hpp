// A file beside another one, which it is to become.
#pragma once

#include "file_error.hpp"

#include <cstddef>

namespace tubal::io {

/// It is named `.tubal-NAME-XXXXXX` and locked (flock) as long as its writer lives: what is locked
/// is no leftover. Removed when it is destroyed before it became its target. Throws `write_error`.
class temporary_file {
 public:
  explicit temporary_file(const std::filesystem::path& target);
  ~temporary_file();
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  void write(const char* data, std::size_t bytes);
  /// Takes the place of the target, with its mode and, where that is allowed, its owner and group;
  /// as a file made in the ordinary way where there is none. Warns of other names (hard links) of
  /// the target, which keep the old contents.
  void become_target();

 private:
  void make();
  void take_mode();

  std::filesystem::path target_;
  std::string name_;
  int descriptor_ = -1;
};

/// Removes what is left of writers that were killed, those of one target alone where it is given.
void remove_temporary_files(const std::filesystem::path& directory,
                            const std::filesystem::path& target = {});

}  // namespace tubal::io
