// What may be read, and how much of it.
#pragma once

#include <cstdint>

namespace tubal::io {

struct read_rules {
  /// Links of an HDF5 file to other files, and its data in other files, are followed.
  bool follow_links = false;
  /// A file whose seal (seal.hpp) is broken is read all the same.
  bool unsealed = false;
  /// The most that the values of one dataset may take in memory, in bytes.
  double most_bytes = quarter_of_memory();
  /// The most pixels of a picture.
  double most_pixels = 268435456;  // 2^28
  /// Neither is asked for.
  bool no_limit = false;

  bool allow_bytes(double bytes) const { return no_limit || bytes <= most_bytes; }
  bool allow_pixels(double pixels) const { return no_limit || pixels <= most_pixels; }

  static double quarter_of_memory();
};

/// The rules of this process, for all that is given none; the command sets them from its options
/// before it reads anything.
read_rules& rules();

}  // namespace tubal::io
