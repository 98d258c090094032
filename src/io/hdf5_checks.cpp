// What a dataset must satisfy before memory is allocated for it.
#include "hdf5_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace tubal::io {

namespace {

// Deflate packs no tighter; a dataset that claims more than this was never written.
constexpr double largest_compression = 1032;

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

bool is_truth(hid_t type) {
  if (H5Tget_class(type) != H5T_ENUM || H5Tget_nmembers(type) != 2) return false;
  signed char no = 1, yes = 0;
  return H5Tget_size(type) == 1 && H5Tenum_valueof(type, "FALSE", &no) >= 0 &&
         H5Tenum_valueof(type, "TRUE", &yes) >= 0 && no == 0 && yes == 1;
}

void hdf5_reader::require_numbers(const std::string& name, const dataset_handle& dataset) const {
  const type_handle type(H5Dget_type(dataset));
  if (!type || !(is_number(type) || is_truth(type)))
    fail("dataset '" + name + "': expected numbers, found another type");
  const space_handle space(H5Dget_space(dataset));
  if (H5Sget_simple_extent_type(space) == H5S_NULL)
    fail("dataset '" + name + "': expected numbers, found it empty");
}

std::size_t hdf5_reader::item_bytes(const dataset_handle& dataset) const {
  return H5Tget_size(type_handle(H5Dget_type(dataset)));
}

double hdf5_reader::bytes_of_values(const dataset_handle& dataset) const {
  double bytes = sizeof(double);
  for (const auto size : sizes(dataset)) bytes *= static_cast<double>(size);
  return bytes;
}

void hdf5_reader::require_memory(const std::string& name, const dataset_handle& dataset) const {
  const double bytes = bytes_of_values(dataset);
  const auto size = sizes(dataset);
  const bool is_size = std::all_of(size.begin(), size.end(), [](auto n) { return n >= 0; });
  if (is_size && rules_.allow_bytes(bytes)) return;
  char text[96];
  std::snprintf(text, sizeof text, " needs %.3g GB in memory, more than the limit of %.3g GB",
                bytes / 1e9, rules_.most_bytes / 1e9);
  fail("dataset '" + name + "': shape " + to_string(size) + text);
}

void hdf5_reader::require_data(const std::string& name, const dataset_handle& dataset,
                               absent rule) const {
  const property_handle layout(H5Dget_create_plist(dataset));
  const bool chunked = H5Pget_layout(layout) == H5D_CHUNKED;
  const auto stored = std::min<std::uintmax_t>(H5Dget_storage_size(dataset), file_bytes_);
  const double wanted = bytes_of_values(dataset) / sizeof(double) *
                        static_cast<double>(item_bytes(dataset)) /
                        (chunked ? largest_compression : 1);
  const bool filled = rule == absent::filled && (chunked || stored == 0);
  if (wanted > static_cast<double>(stored) && !filled)
    fail("dataset '" + name + "': expected data of shape " + to_string(sizes(dataset)) +
         ", found " + std::to_string(stored) + " bytes in the file");
  if (filled) require_fill_value(name, layout);
  require_memory(name, dataset);
  if (chunked) require_chunks(name, dataset, rule);
}

// What was never written reads as this.
void hdf5_reader::require_fill_value(const std::string& name, hid_t layout) const {
  auto status = H5D_FILL_VALUE_UNDEFINED;
  if (H5Pfill_value_defined(layout, &status) < 0 || status == H5D_FILL_VALUE_UNDEFINED)
    fail("dataset '" + name + "': was never written, and has no fill value");
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
