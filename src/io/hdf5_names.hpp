// Names in an HDF5 file, looked up without leaving the file.
#pragma once

#include "hdf5.hpp"

#include <string>

namespace tubal::io {

/// HDF5 follows a link, or a dataset's list of raw files, to any file that its user may open, for
/// reading and for writing. Here such names do not open, and `reason` says where they lead.
class hdf5_names {
 public:
  /// `follow`: links to other files are followed, and data in other files are read.
  explicit hdf5_names(bool follow = false);
  hdf5_names(const hdf5_names&) = delete;
  hdf5_names& operator=(const hdf5_names&) = delete;

  /// Whether every group on the way, and the last part, is there.
  bool has(hid_t file, const std::string& name) const;
  /// Invalid handles where the name does not open.
  group_handle open_group(hid_t file, const std::string& name) const;
  dataset_handle open_dataset(hid_t file, const std::string& name) const;
  dataset_handle create_dataset(hid_t file, const std::string& name, hid_t type, hid_t space,
                                hid_t creation) const;

  /// Why the last call failed.
  std::string reason() const;
  /// It would have led to another file.
  bool led_outside() const { return !outside_.empty(); }

 private:
  bool is_stored_elsewhere(hid_t dataset) const;

  bool follow_;
  mutable std::string outside_;
  property_handle link_, group_, dataset_, intermediate_;
};

}  // namespace tubal::io
