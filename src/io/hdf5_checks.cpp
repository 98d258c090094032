// What a dataset must satisfy before memory is allocated for it.
#include "hdf5_reader.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tubal::io {

namespace {

// Deflate packs no tighter; a dataset that claims more than this was never written.
constexpr double largest_compression = 1032;

double bytes_of(const extents& sizes) {
  double bytes = sizeof(double);
  for (const auto size : sizes) bytes *= static_cast<double>(size);
  return bytes;
}

extents largest_sizes(const dataset_handle& dataset) {
  const space_handle space(H5Dget_space(dataset));
  std::vector<hsize_t> dims(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, nullptr, dims.data());
  return {dims.rbegin(), dims.rend()};
}

// HDF5 makes chunks larger than the data only where the data can grow without limit.
bool fits(const extents& part, const extents& whole, const extents& largest) {
  for (std::size_t d = 0; d < part.size(); ++d) {
    const bool grows = static_cast<hsize_t>(largest[d]) == H5S_UNLIMITED;
    if (part[d] < 1 || (!grows && part[d] > std::max(whole[d], largest[d]))) return false;
  }
  return true;
}

}  // namespace

bool is_number(hid_t type) {
  const hid_t known[] = {H5T_STD_I8LE,   H5T_STD_I8BE,   H5T_STD_I16LE,  H5T_STD_I16BE,
                         H5T_STD_I32LE,  H5T_STD_I32BE,  H5T_STD_I64LE,  H5T_STD_I64BE,
                         H5T_STD_U8LE,   H5T_STD_U8BE,   H5T_STD_U16LE,  H5T_STD_U16BE,
                         H5T_STD_U32LE,  H5T_STD_U32BE,  H5T_STD_U64LE,  H5T_STD_U64BE,
                         H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_IEEE_F64BE};
  return std::any_of(std::begin(known), std::end(known),
                     [type](hid_t one) { return H5Tequal(type, one) > 0; });
}

void hdf5_reader::require_numbers(const std::string& name, const dataset_handle& dataset) const {
  const type_handle type(H5Dget_type(dataset));
  if (!type || !is_number(type))
    fail("dataset '" + name + "': expected numbers, found another type");
  const space_handle space(H5Dget_space(dataset));
  if (H5Sget_simple_extent_type(space) == H5S_NULL)
    fail("dataset '" + name + "': expected numbers, found it empty");
}

void hdf5_reader::require_data(const std::string& name, const dataset_handle& dataset) const {
  const double wanted = bytes_of(sizes(dataset));
  const auto stored = std::min<std::uintmax_t>(H5Dget_storage_size(dataset), file_bytes_);
  if (wanted > largest_compression * static_cast<double>(stored))
    fail("dataset '" + name + "': expected data of shape " + to_string(sizes(dataset)) +
         ", found " + std::to_string(stored) + " bytes in the file");
  if (!chunk(dataset).empty()) require_chunks(name, dataset);
}

extents hdf5_reader::chunk(const dataset_handle& dataset) const {
  const property_handle layout(H5Dget_create_plist(dataset));
  if (H5Pget_layout(layout) != H5D_CHUNKED) return {};
  std::vector<hsize_t> dims(sizes(dataset).size());
  if (H5Pget_chunk(layout, static_cast<int>(dims.size()), dims.data()) < 0) return {};
  return {dims.rbegin(), dims.rend()};
}

// A chunk that is not there reads as zeros, without an error.
void hdf5_reader::require_chunks(const std::string& name, const dataset_handle& dataset) const {
  const auto whole = sizes(dataset);
  const auto part = chunk(dataset);
  if (part.size() != whole.size() || !fits(part, whole, largest_sizes(dataset)) ||
      bytes_of(part) > largest_compression * static_cast<double>(file_bytes_))
    fail("dataset '" + name + "': damaged, it has chunks of " + to_string(part));
  hsize_t expected = 1;
  for (std::size_t d = 0; d < whole.size(); ++d)
    expected *= static_cast<hsize_t>((whole[d] + part[d] - 1) / part[d]);
  hsize_t found = 0;
  const space_handle space(H5Dget_space(dataset));
  if (H5Dget_num_chunks(dataset, space, &found) < 0)
    fail("dataset '" + name + "': cannot read: " + hdf5_reason());
  if (found != expected)
    fail("dataset '" + name + "': expected " + std::to_string(expected) +
         " chunks of data, found " + std::to_string(found));
}

void hdf5_reader::require_finite(const std::string& name, const double* values, std::int64_t count,
                                 std::int64_t offset) const {
  const auto* bad =
      std::find_if(values, values + count, [](double x) { return !std::isfinite(x); });
  if (bad == values + count) return;
  fail("dataset '" + name + "': expected finite values, found " +
       (std::isnan(*bad) ? "NaN" : "Inf") + " at element " +
       std::to_string(offset + (bad - values)));
}

}  // namespace tubal::io
