// Arrays in files of either format.
#pragma once

#include "hdf5_reader.hpp"
#include "npy.hpp"

#include <optional>

namespace tubal::io {

/// Where an array is: `FILE.npy`, or `FILE.h5:/dataset`.
struct array_place {
  std::filesystem::path file;
  std::string dataset;  ///< empty: the file is an .npy file

  bool operator==(const array_place&) const = default;
};
/// Nothing when the text names no array.
std::optional<array_place> array_place_of(const std::string& text);
std::string to_string(const array_place& place);

/// An array to read; its file is open during calls alone. Throws `file_error`.
class array_reader {
 public:
  /// Looks at type and sizes, and whether the file holds as much.
  explicit array_reader(array_place place);

  const array_place& place() const { return place_; }
  /// n1, n2, ... of NumPy's shape or of MATLAB's sizes.
  const extents& sizes() const { return sizes_; }
  bool is_float() const { return is_float_; }
  /// The values, first index fastest. Throws when one is not finite as a T.
  template <class T>
  std::vector<T> read() const;
  /// The same, NaN and Inf too.
  template <class T>
  std::vector<T> read_any() const;
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void take_empty(const hdf5_reader& file, const dataset_handle& dataset);

  array_place place_;
  extents sizes_;
  bool is_float_ = false;
  bool is_empty_ = false;
};

template <class T>
struct named_array {
  array_place place;
  extents sizes;
  std::vector<T> values;
};
/// Writes arrays: those in .npy files one by one, those in one HDF5 file together with what it
/// holds already. No file is ever there in part. Throws `write_error`.
template <class T>
void write_arrays(const std::vector<named_array<T>>& arrays);

}  // namespace tubal::io
