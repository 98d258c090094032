// Reading of attributes and data.
#include "hdf5_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <type_traits>

namespace tubal::io {

namespace {

constexpr double past_int64 = 9223372036854775808.0;

std::int64_t points(hid_t attribute) {
  const space_handle space(H5Aget_space(attribute));
  return H5Sget_simple_extent_npoints(space);
}

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

bool read_text(hid_t attribute, hid_t type, std::string& text) {
  if (H5Tis_variable_str(type) > 0) {
    const type_handle memory(H5Tcopy(type));
    char* value = nullptr;
    if (H5Aread(attribute, memory, &value) < 0 || value == nullptr) return false;
    text = value;
    H5free_memory(value);
    return true;
  }
  // HDF5 keeps an attribute under 64 KiB.
  if (H5Tget_size(type) > 65536) return false;
  text.assign(H5Tget_size(type), '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return false;
  text.resize(std::min(text.find('\0'), text.size()));
  return true;
}

std::optional<attribute_value> value_of(hid_t attribute) {
  const type_handle type(H5Aget_type(attribute));
  const auto kind = H5Tget_class(type);
  std::int64_t whole = 0;
  double real = 0;
  std::string text;
  if (kind != H5T_STRING && !is_number(type) && !is_truth(type)) return std::nullopt;
  if ((kind == H5T_INTEGER || kind == H5T_ENUM) &&
      H5Aread(attribute, H5T_NATIVE_INT64, &whole) >= 0)
    return whole;
  if (kind == H5T_FLOAT && H5Aread(attribute, H5T_NATIVE_DOUBLE, &real) >= 0) return real;
  if (kind == H5T_STRING && read_text(attribute, type, text)) return text;
  return std::nullopt;
}

std::optional<attribute_value> attribute_at(hid_t where, const std::string& name) {
  if (H5Aexists(where, name.c_str()) <= 0) return std::nullopt;
  const attribute_handle attribute(H5Aopen(where, name.c_str(), H5P_DEFAULT));
  if (!attribute || points(attribute) != 1) return std::nullopt;
  return value_of(attribute);
}

std::vector<std::int64_t> whole_numbers(const hdf5_reader& file, const std::string& name,
                                        const std::vector<double>& values) {
  std::vector<std::int64_t> whole;
  for (const double x : values) {
    if (x != std::floor(x) || !(std::abs(x) < past_int64))
      file.fail("dataset '" + name + "': expected whole numbers, found " + shown(x));
    whole.push_back(static_cast<std::int64_t>(x));
  }
  return whole;
}

}  // namespace

attribute_handle hdf5_reader::open_number(const std::string& attribute, bool& whole) const {
  const std::string where = "attribute '" + attribute + "': ";
  if (H5Aexists(file_, attribute.c_str()) <= 0) fail(where + "expected, but missing");
  attribute_handle opened(H5Aopen(file_, attribute.c_str(), H5P_DEFAULT));
  if (!opened) fail(where + "cannot open: " + hdf5_reason());
  const type_handle type(H5Aget_type(opened));
  const auto kind = H5Tget_class(type);
  if (!is_number(type) && !is_truth(type)) fail(where + "expected a number, found another type");
  if (points(opened) != 1)
    fail(where + "expected one number, found " + std::to_string(points(opened)));
  whole = kind != H5T_FLOAT;
  return opened;
}

double hdf5_reader::number(const std::string& attribute) const {
  bool whole = false;
  const auto opened = open_number(attribute, whole);
  double value = 0;
  if (H5Aread(opened, H5T_NATIVE_DOUBLE, &value) < 0)
    fail("attribute '" + attribute + "': cannot read: " + hdf5_reason());
  if (!std::isfinite(value))
    fail("attribute '" + attribute + "': expected a finite number, found " +
         (std::isnan(value) ? "NaN" : "Inf"));
  return value;
}

std::int64_t hdf5_reader::integer(const std::string& attribute) const {
  bool whole = false;
  const auto opened = open_number(attribute, whole);
  if (!whole) {
    const double value = number(attribute);
    if (value != std::floor(value) || std::abs(value) >= past_int64)
      fail("attribute '" + attribute + "': expected a whole number, found " + shown(value));
    return static_cast<std::int64_t>(value);
  }
  std::int64_t value = 0;
  if (H5Aread(opened, H5T_NATIVE_INT64, &value) < 0)
    fail("attribute '" + attribute + "': cannot read: " + hdf5_reason());
  return value;
}

std::optional<attribute_value> hdf5_reader::attribute(const std::string& name) const {
  return attribute_at(file_, name);
}

std::optional<attribute_value> hdf5_reader::attribute(const dataset_handle& dataset,
                                                      const std::string& name) const {
  return attribute_at(dataset, name);
}

bool hdf5_reader::is_float(const dataset_handle& dataset) const {
  const type_handle type(H5Dget_type(dataset));
  return H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) <= sizeof(float);
}

template <class Value>
std::vector<Value> hdf5_reader::read(const std::string& name, const dataset_handle& dataset) const {
  if constexpr (std::is_same_v<Value, std::int64_t>)
    if (H5Tget_class(type_handle(H5Dget_type(dataset))) == H5T_FLOAT)
      return whole_numbers(*this, name, read<double>(name, dataset));
  const hid_t type = std::is_same_v<Value, double>  ? H5T_NATIVE_DOUBLE
                     : std::is_same_v<Value, float> ? H5T_NATIVE_FLOAT
                                                    : H5T_NATIVE_INT64;
  const space_handle space(H5Dget_space(dataset));
  std::vector<Value> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    fail("dataset '" + name + "': cannot read: " + hdf5_reason());
  return values;
}
template std::vector<double> hdf5_reader::read(const std::string&, const dataset_handle&) const;
template std::vector<float> hdf5_reader::read(const std::string&, const dataset_handle&) const;
template std::vector<std::int64_t> hdf5_reader::read(const std::string&,
                                                     const dataset_handle&) const;

void hdf5_reader::read_block(const std::string& name, const dataset_handle& dataset,
                             std::int64_t total, std::int64_t first, std::int64_t count,
                             double* values) const {
  const auto found = sizes(dataset);
  std::vector<hsize_t> extent(found.rbegin(), found.rend());
  std::vector<hsize_t> start(extent.size(), 0);
  const space_handle file_space(H5Dget_space(dataset));
  if (total > 1) {
    start[0] = static_cast<hsize_t>(first);
    extent[0] = static_cast<hsize_t>(count);
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr);
  }
  const space_handle memory(
      H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr));
  if (H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, file_space, H5P_DEFAULT, values) < 0)
    fail("dataset '" + name + "': cannot read: " + hdf5_reason());
}

}  // namespace tubal::io
