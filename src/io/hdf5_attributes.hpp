// Attributes of a dataset that is replaced.
#pragma once

#include "hdf5.hpp"

#include <string>
#include <vector>

namespace tubal::io {

/// What stands at a dataset beside its data, kept for the one that takes its place. By the names
/// that programs use: HDF5 (1.10) may crash where it lists the attributes of a damaged file.
class kept_attributes {
 public:
  kept_attributes() = default;
  explicit kept_attributes(hid_t dataset);

  void write(hid_t dataset) const;
  /// How many the dataset has under other names, or of a kind that is not kept.
  int lost() const { return lost_; }

 private:
  struct one {
    std::string name;
    type_handle type;
    space_handle space;
    std::vector<char> value;
  };
  std::vector<one> all_;
  int lost_ = 0;
};

/// A text as an attribute, in the place of an older one.
void write_text_attribute(hid_t where, const std::string& name, const std::string& text);

}  // namespace tubal::io
