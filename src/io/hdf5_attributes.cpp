#include "hdf5_attributes.hpp"

#include <algorithm>

namespace tubal::io {

namespace {

const char* const kept_names[] = {
    "units",         "unit",         "description",  "long_name",
    "standard_name", "name",         "title",        "comment",
    "comments",      "note",         "notes",        "label",
    "author",        "date",         "created",      "source",
    "history",       "version",      "scale",        "offset",
    "axes",          "dimensions",   "scale_factor", "add_offset",
    "valid_range",   "_FillValue",   "dtype",        "CLASS",
    "NAME",          "TITLE",        "VERSION",      "DIMENSION_LABELS",
    "H5PATH",        "MATLAB_global"};
// They tell of the type of the data, and are written anew.
const char* const type_names[] = {"MATLAB_class", "MATLAB_int_decode", "MATLAB_empty"};

bool is_plain(hid_t type) {
  return H5Tdetect_class(type, H5T_VLEN) <= 0 && H5Tdetect_class(type, H5T_REFERENCE) <= 0 &&
         H5Tis_variable_str(type) <= 0;
}

}  // namespace

kept_attributes::kept_attributes(hid_t dataset) {
  H5O_info_t info = {};
  if (H5Oget_info(dataset, &info) < 0) return;
  lost_ = static_cast<int>(info.num_attrs);
  for (const char* name : type_names)
    if (H5Aexists(dataset, name) > 0) --lost_;
  for (const char* name : kept_names) {
    if (H5Aexists(dataset, name) <= 0) continue;
    const attribute_handle attribute(H5Aopen(dataset, name, H5P_DEFAULT));
    if (!attribute) continue;
    one found{name, type_handle(H5Aget_type(attribute)), space_handle(H5Aget_space(attribute)), {}};
    constexpr double largest = 65536;  // HDF5 keeps an attribute under 64 KiB
    const auto count = H5Sget_simple_extent_npoints(found.space);
    const auto bytes = static_cast<double>(count) * static_cast<double>(H5Tget_size(found.type));
    if (count < 0 || bytes > largest || !is_plain(found.type)) continue;
    found.value.resize(std::max<std::size_t>(static_cast<std::size_t>(bytes), 1));
    if (H5Aread(attribute, found.type, found.value.data()) < 0) continue;
    all_.push_back(std::move(found));
    --lost_;
  }
}

void kept_attributes::write(hid_t dataset) const {
  for (const auto& a : all_) {
    const attribute_handle attribute(
        H5Acreate2(dataset, a.name.c_str(), a.type, a.space, H5P_DEFAULT, H5P_DEFAULT));
    H5Awrite(attribute, a.type, a.value.data());
  }
}

void write_text_attribute(hid_t where, const std::string& name, const std::string& text) {
  if (H5Aexists(where, name.c_str()) > 0) H5Adelete(where, name.c_str());
  const type_handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, std::max<std::size_t>(text.size(), 1));
  const space_handle space(H5Screate(H5S_SCALAR));
  const attribute_handle attribute(
      H5Acreate2(where, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
  H5Awrite(attribute, type, text.data());
}

}  // namespace tubal::io
