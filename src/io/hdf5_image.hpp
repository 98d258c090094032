// Writing HDF5 files.
#pragma once

#include "attribute.hpp"
#include "extents.hpp"
#include "file_error.hpp"
#include "hdf5_names.hpp"

#include <cstdint>
#include <vector>

namespace tubal::io {

/// HDF5 writes into memory and the bytes go to disk in one place, so that a full disk is an
/// ordinary error with a reason, HDF5 never holds a file that it cannot close, and the file is
/// there whole or as it was. The same contents are the same bytes: no times are kept. Everything
/// throws `write_error`.
class hdf5_image {
 public:
  enum class start {
    empty,    ///< replaces a file of that name
    existing  ///< adds to it, where there is one
  };
  hdf5_image(const std::filesystem::path& path, start from);

  hid_t id() const { return file_; }
  /// Throws when a call of HDF5 returned an error.
  void check(hid_t status) const;

  /// A dataset; groups on the way are made, an older dataset of that name is replaced.
  void write(const std::string& name, const extents& sizes, const std::int64_t* values) const;
  void write(const std::string& name, const extents& sizes, const double* values) const;
  void write(const std::string& name, const extents& sizes, const float* values) const;

  /// An attribute of the root group.
  void write_attribute(const std::string& name, const attribute_value& value) const;

  /// Writes the file, as `write_atomically` does.
  void save() const;
  /// The same, sealed (seal.hpp).
  void save_sealed() const;

 private:
  std::vector<char> bytes() const;
  [[noreturn]] void fail_at(const std::string& name, const std::string& what) const;
  void remove_dataset(const std::string& name) const;
  void write(const std::string& name, const extents& sizes, hid_t type, hid_t file_type,
             const void* values) const;
  void write_attribute(const char* name, hid_t type, const void* value) const;

  quiet_hdf5 quiet_;
  hdf5_names names_;
  std::filesystem::path path_;
  file_handle file_;
};

}  // namespace tubal::io
