#include "hdf5_reader.hpp"

#include "input_file.hpp"
#include "seal.hpp"

#include <fstream>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

bool is_locked(const std::string& reason) {
  return reason.find("unable to lock file") != std::string::npos ||
         reason.find("file is already open for") != std::string::npos;
}

// Before HDF5 looks at it.
seal_state require_whole(const fs::path& path, const read_rules& rules) {
  require_readable(path, "an HDF5 file");
  const auto found = rules.unsealed ? seal_state::whole : seal_of(path);
  if (found == seal_state::broken)
    throw file_error(path, "damaged: its bytes are not those that were written");
  return found;
}

std::string advice_for(const fs::path& path) {
  char begin[19] = {};
  std::ifstream(path, std::ios::binary).read(begin, sizeof begin);
  return std::string(begin, sizeof begin) == "MATLAB 5.0 MAT-file"
             ? ": a MAT-file of MATLAB 5 to 7; save it with -v7.3"
             : "";
}

file_handle open_file(const fs::path& path) {
  if (H5Fis_hdf5(path.c_str()) <= 0)
    throw file_error(path, "expected an HDF5 file, found another format" + advice_for(path));
  file_handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (file) return file;
  const auto reason = hdf5_reason();
  if (is_locked(reason))
    throw file_error(path, "another program has it open for writing: " + reason);
  throw file_error(path, "damaged HDF5 file: " + reason);
}

extents without_trailing_ones(extents sizes) {
  while (!sizes.empty() && sizes.back() == 1) sizes.pop_back();
  return sizes;
}

herr_t add_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

hdf5_reader::hdf5_reader(fs::path path, const read_rules& given)
    : rules_(given), names_(given.follow_links), path_(std::move(path)) {
  const auto seal = require_whole(path_, rules_);
  file_ = open_file(path_);
  if (seal == seal_state::none && H5Aexists(file_, seal_attribute) > 0)
    fail("damaged, or changed by another program: it was sealed, and its seal is gone");
  file_bytes_ = fs::file_size(path_);
}

void hdf5_reader::fail(const std::string& what) const { throw file_error(path_, what); }

bool hdf5_reader::has(const std::string& name) const { return names_.has(file_, name); }

std::vector<std::string> hdf5_reader::members(const std::string& group) const {
  std::vector<std::string> names;
  const auto where = names_.open_group(file_, group);
  if (!where || H5Literate(where, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &names) < 0)
    fail("group '" + group + "': cannot read: " + names_.reason());
  return names;
}

dataset_handle hdf5_reader::open_numbers(const std::string& name) const {
  if (!has(name) && !names_.led_outside()) fail("dataset '" + name + "': expected, but missing");
  auto dataset = names_.led_outside() ? dataset_handle() : names_.open_dataset(file_, name);
  if (!dataset) fail("dataset '" + name + "': cannot open: " + names_.reason());
  require_numbers(name, dataset);
  return dataset;
}

dataset_handle hdf5_reader::open(const std::string& name, absent rule) const {
  auto dataset = open_numbers(name);
  require_data(name, dataset, rule);
  return dataset;
}

dataset_handle hdf5_reader::open(const std::string& name, const extents& expected,
                                 const std::string& meaning) const {
  auto dataset = open_numbers(name);
  const auto found = sizes(dataset);
  if (without_trailing_ones(found) != without_trailing_ones(expected))
    fail("dataset '" + name + "': expected shape " + to_string(expected) + " (" + meaning +
         "), found " + to_string(found));
  require_data(name, dataset, absent::refused);
  return dataset;
}

extents hdf5_reader::sizes(const dataset_handle& dataset) const {
  const space_handle space(H5Dget_space(dataset));
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank <= 0) return {};
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  return {dims.rbegin(), dims.rend()};
}

}  // namespace tubal::io
