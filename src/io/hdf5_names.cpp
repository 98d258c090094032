#include "hdf5_names.hpp"

namespace tubal::io {

namespace {

herr_t note_and_refuse(const char*, const char*, const char* file, const char*, unsigned*, hid_t,
                       void* outside) {
  *static_cast<std::string*>(outside) = "it is a link to another file, '" + std::string(file) + "'";
  return -1;
}

property_handle access_list(hid_t kind, bool follow, std::string& outside) {
  property_handle list(H5Pcreate(kind));
  if (!follow) H5Pset_elink_cb(list, note_and_refuse, &outside);
  return list;
}

std::string external_file(hid_t layout) {
  char name[256] = {};
  H5Pget_external(layout, 0, sizeof name - 1, name, nullptr, nullptr);
  return name;
}

}  // namespace

hdf5_names::hdf5_names(bool follow)
    : follow_(follow),
      link_(access_list(H5P_LINK_ACCESS, follow, outside_)),
      group_(access_list(H5P_GROUP_ACCESS, follow, outside_)),
      dataset_(access_list(H5P_DATASET_ACCESS, follow, outside_)),
      intermediate_(H5Pcreate(H5P_LINK_CREATE)) {
  H5Pset_create_intermediate_group(intermediate_, 1);
}

bool hdf5_names::has(hid_t file, const std::string& name) const {
  outside_.clear();
  for (auto end = name.find('/', 1); end != std::string::npos; end = name.find('/', end + 1))
    if (H5Lexists(file, name.substr(0, end).c_str(), link_) <= 0) return false;
  return H5Lexists(file, name.c_str(), link_) > 0;
}

group_handle hdf5_names::open_group(hid_t file, const std::string& name) const {
  outside_.clear();
  return group_handle(H5Gopen2(file, name.c_str(), group_));
}

// Asked before the sizes, for which HDF5 opens the files behind a virtual dataset.
bool hdf5_names::is_stored_elsewhere(hid_t dataset) const {
  const property_handle layout(H5Dget_create_plist(dataset));
  if (H5Pget_layout(layout) == H5D_VIRTUAL)
    outside_ = "it is a virtual dataset, made of other files";
  else if (H5Pget_external_count(layout) > 0)
    outside_ = "its data are in another file, '" + external_file(layout) + "'";
  return !outside_.empty();
}

dataset_handle hdf5_names::open_dataset(hid_t file, const std::string& name) const {
  outside_.clear();
  dataset_handle dataset(H5Dopen2(file, name.c_str(), dataset_));
  if (dataset && !follow_ && is_stored_elsewhere(dataset)) return {};
  return dataset;
}

dataset_handle hdf5_names::create_dataset(hid_t file, const std::string& name, hid_t type,
                                          hid_t space, hid_t creation) const {
  outside_.clear();
  return dataset_handle(
      H5Dcreate2(file, name.c_str(), type, space, intermediate_, creation, dataset_));
}

std::string hdf5_names::reason() const { return outside_.empty() ? hdf5_reason() : outside_; }

}  // namespace tubal::io
