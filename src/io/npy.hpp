// Array files of NumPy (.npy, format versions 1 to 3) with real numbers.
#pragma once

#include "extents.hpp"
#include "file_error.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tubal::io {

/// Which numbers an array may hold.
enum class numbers {
  real,  ///< float32 or float64
  any    ///< booleans and integers, too
};

/// An array file, open for reading. Holds '<f4' or '<f8', or with `numbers::any` '|b1' or integers,
/// in C or Fortran order; all else is refused. Throws `file_error`.
class npy_reader {
 public:
  /// Reads the header, and compares the shape with the size of the file.
  explicit npy_reader(std::filesystem::path path, numbers accepted = numbers::real);

  /// As NumPy's `shape`.
  const extents& sizes() const { return sizes_; }
  /// float32, not float64
  bool is_float() const { return descr_ == "<f4"; }
  /// The values as T, first index fastest whatever the order in the file.
  template <class T>
  std::vector<T> read() const;

 private:
  template <class Stored>
  std::vector<Stored> read_stored() const;

  std::filesystem::path path_;
  std::string descr_;
  extents sizes_;
  std::size_t count_ = 0;
  std::size_t item_bytes_ = 0;
  std::uintmax_t data_begin_ = 0;
  bool fortran_order_ = false;
};

/// The bytes of an array file in Fortran order: `values` with the first index fastest.
template <class T>
std::vector<char> npy_image(const extents& sizes, const std::vector<T>& values);

}  // namespace tubal::io
