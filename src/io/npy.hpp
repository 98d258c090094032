// Array files of NumPy (.npy, format versions 1 to 3) with real numbers.
#pragma once

#include "extents.hpp"
#include "file_error.hpp"

#include <cstdint>
#include <vector>

namespace tubal::io {

/// How an element is stored: 'f' float, 'i' and 'u' integers, 'b' bool.
struct npy_item {
  char kind = 'f';
  std::size_t bytes = 0;
};

/// An array file, open for reading. Holds float32, float64, integers of 8 to 64 bits or bool,
/// little-endian, in C or Fortran order; all else is refused. Throws `file_error`.
class npy_reader {
 public:
  /// Reads the header, and compares the shape with the size of the file.
  explicit npy_reader(std::filesystem::path path);

  /// As NumPy's `shape`.
  const extents& sizes() const { return sizes_; }
  /// float32, not float64
  bool is_float() const { return item_.kind == 'f' && item_.bytes == sizeof(float); }
  /// The values as T, first index fastest whatever the order in the file; integers beyond 2^53 are
  /// rounded.
  template <class T>
  std::vector<T> read() const;

 private:
  template <class Stored>
  std::vector<Stored> read_stored() const;
  template <class T, class Stored>
  std::vector<T> read_as() const;

  std::filesystem::path path_;
  extents sizes_;
  std::size_t count_ = 0;
  npy_item item_;
  std::uintmax_t data_begin_ = 0;
  bool fortran_order_ = false;
};

/// The bytes of an array file in Fortran order: `values` with the first index fastest.
template <class T>
std::vector<char> npy_image(const extents& sizes, const std::vector<T>& values);

}  // namespace tubal::io
