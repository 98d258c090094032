// Writing HDF5 files.
#pragma once

#include "attribute.hpp"
#include "extents.hpp"
#include "file_error.hpp"
#include "hdf5_attributes.hpp"
#include "hdf5_names.hpp"
#include "write_turn.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace tubal::io {

/// HDF5 writes into memory and the bytes go to disk in one place, so that a full disk is an
/// ordinary error with a reason, HDF5 never holds a file that it cannot close, and the file is
/// there whole or as it was. The same contents are the same bytes: no times are kept. Everything
/// throws `write_error`.
class hdf5_image {
 public:
  enum class start {
    empty,  ///< replaces a file of that name
    /// Adds to it, where there is one. Nobody else does until this is destroyed, and what is there
    /// is read only then. Keeps the user block, and with that of MATLAB says each array's class.
    existing
  };
  hdf5_image(const std::filesystem::path& path, start from);

  hid_t id() const { return file_; }
  /// Throws when a call of HDF5 returned an error.
  void check(hid_t status) const;

  /// A dataset; groups on the way are made. An older dataset of that name gets new values where it
  /// has the same sizes and type, and is replaced otherwise; its attributes stay.
  void write(const std::string& name, const extents& sizes, const std::int64_t* values) const;
  void write(const std::string& name, const extents& sizes, const double* values) const;
  void write(const std::string& name, const extents& sizes, const float* values) const;

  /// An attribute of the root group.
  void write_attribute(const std::string& name, const attribute_value& value) const;

  /// Writes the file, as `write_atomically` does; one that was sealed is sealed again, with a
  /// warning that says so.
  void save() const;
  /// The same, sealed (seal.hpp).
  void save_sealed() const;

 private:
  [[noreturn]] void fail_at(const std::string& name, const std::string& what) const;
  void open_existing(hid_t access);
  std::vector<char> bytes() const;
  /// Its attributes, where there is one.
  kept_attributes remove_dataset(const std::string& name) const;
  bool overwrite(const std::string& name, const space_handle& space, hid_t type, hid_t file_type,
                 const void* values) const;
  void describe(const std::string& name, hid_t dataset, hid_t file_type,
                const kept_attributes& kept) const;
  bool is_of_matlab() const;
  void write(const std::string& name, const extents& sizes, hid_t type, hid_t file_type,
             const void* values) const;
  void write_attribute(const char* name, hid_t type, const void* value) const;

  quiet_hdf5 quiet_;
  hdf5_names names_;
  std::filesystem::path path_;
  std::unique_ptr<write_turn> turn_;
  std::vector<char> user_block_;
  bool was_sealed_ = false;
  file_handle file_;
};

}  // namespace tubal::io
