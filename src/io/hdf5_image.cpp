#include "hdf5_image.hpp"

#include "atomic_file.hpp"
#include "seal.hpp"
#include "target.hpp"
#include "warning.hpp"

#include <algorithm>
#include <fstream>

namespace tubal::io {

namespace {

std::vector<char> user_block_of(hid_t file, const std::filesystem::path& path) {
  const property_handle creation(H5Fget_create_plist(file));
  hsize_t bytes = 0;
  if (H5Pget_userblock(creation, &bytes) < 0) bytes = 0;
  std::vector<char> block(std::min<std::uintmax_t>(bytes, std::filesystem::file_size(path)));
  std::ifstream(path, std::ios::binary)
      .read(block.data(), static_cast<std::streamsize>(block.size()));
  return block;
}

const char* class_of_matlab(hid_t type) {
  if (H5Tget_class(type) == H5T_INTEGER) return "int64";
  return H5Tget_size(type) == sizeof(float) ? "single" : "double";
}

}  // namespace

hdf5_image::hdf5_image(const std::filesystem::path& path, start from) : path_(path) {
  const property_handle access(H5Pcreate(H5P_FILE_ACCESS));
  constexpr std::size_t increment = 1 << 20;
  check(H5Pset_fapl_core(access, increment, false));
  check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18));
  if (from == start::existing) open_existing(access);
  if (!file_) file_ = file_handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
  check(file_);
}

void hdf5_image::open_existing(hid_t access) {
  const auto target = target_of(path_);
  turn_ = std::make_unique<write_turn>(target);
  if (!std::filesystem::exists(target)) return;
  const auto seal = seal_of(target);
  file_ = file_handle(H5Fopen(target.c_str(), H5F_ACC_RDWR, access));
  check(file_);
  was_sealed_ = seal != seal_state::none || H5Aexists(file_, seal_attribute) > 0;
  if (was_sealed_ && seal != seal_state::whole)
    throw write_error(path_,
                      "cannot write: it is damaged, its bytes are not those that were written");
  user_block_ = user_block_of(file_, target);
}

void hdf5_image::check(hid_t status) const {
  if (status < 0) throw write_error(path_, "cannot write: " + hdf5_reason());
}

void hdf5_image::fail_at(const std::string& name, const std::string& what) const {
  throw write_error(path_, "cannot write '" + name + "': " + what);
}

kept_attributes hdf5_image::remove_dataset(const std::string& name) const {
  kept_attributes kept;
  if (names_.has(file_, name)) {
    const auto dataset = names_.open_dataset(file_, name);
    if (!dataset)
      fail_at(name, names_.led_outside() ? names_.reason() : "it is there and no dataset");
    kept = kept_attributes(dataset);
    check(H5Ldelete(file_, name.c_str(), H5P_DEFAULT));
  }
  if (names_.led_outside()) fail_at(name, names_.reason());
  return kept;
}

bool hdf5_image::overwrite(const std::string& name, const space_handle& space, hid_t type,
                           hid_t file_type, const void* values) const {
  if (!names_.has(file_, name)) return false;
  const auto dataset = names_.open_dataset(file_, name);
  if (!dataset || H5Tequal(type_handle(H5Dget_type(dataset)), file_type) <= 0 ||
      H5Sextent_equal(space_handle(H5Dget_space(dataset)), space) <= 0)
    return false;
  if (H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) return false;
  describe(name, dataset, file_type, {});
  return true;
}

void hdf5_image::write(const std::string& name, const extents& sizes, hid_t type, hid_t file_type,
                       const void* values) const {
  const std::vector<hsize_t> dims(sizes.rbegin(), sizes.rend());
  const space_handle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  check(space);
  if (overwrite(name, space, type, file_type, values)) return;
  const auto kept = remove_dataset(name);
  const property_handle timeless(H5Pcreate(H5P_DATASET_CREATE));
  check(H5Pset_obj_track_times(timeless, false));
  const auto dataset = names_.create_dataset(file_, name, file_type, space, timeless);
  if (!dataset) fail_at(name, names_.reason());
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
  describe(name, dataset, file_type, kept);
}

void hdf5_image::describe(const std::string& name, hid_t dataset, hid_t file_type,
                          const kept_attributes& kept) const {
  kept.write(dataset);
  if (kept.lost() > 0)
    warn(path_.string() + ": '" + name + "' is replaced, and " + std::to_string(kept.lost()) +
         " of its attributes with it");
  if (is_of_matlab()) write_text_attribute(dataset, "MATLAB_class", class_of_matlab(file_type));
}

bool hdf5_image::is_of_matlab() const {
  const std::string begin = "MATLAB 7.3 MAT-file";
  return user_block_.size() >= begin.size() &&
         std::equal(begin.begin(), begin.end(), user_block_.begin());
}

void hdf5_image::write(const std::string& name, const extents& sizes,
                       const std::int64_t* values) const {
  write(name, sizes, H5T_NATIVE_INT64, H5T_STD_I64LE, values);
}
void hdf5_image::write(const std::string& name, const extents& sizes, const double* values) const {
  write(name, sizes, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE, values);
}
void hdf5_image::write(const std::string& name, const extents& sizes, const float* values) const {
  write(name, sizes, H5T_NATIVE_FLOAT, H5T_IEEE_F32LE, values);
}

void hdf5_image::write_attribute(const char* name, hid_t type, const void* value) const {
  const space_handle space(H5Screate(H5S_SCALAR));
  const attribute_handle attribute(H5Acreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
  check(attribute);
  check(H5Awrite(attribute, type, value));
}

void hdf5_image::write_attribute(const std::string& name, const attribute_value& value) const {
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return write_attribute(name.c_str(), H5T_NATIVE_INT64, whole);
  if (const auto* real = std::get_if<double>(&value))
    return write_attribute(name.c_str(), H5T_NATIVE_DOUBLE, real);
  const auto& text = std::get<std::string>(value);
  const type_handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, text.size() + 1);
  H5Tset_cset(type, H5T_CSET_UTF8);
  write_attribute(name.c_str(), type, text.c_str());
}

// HDF5 leaves the user block out.
std::vector<char> hdf5_image::bytes() const {
  check(H5Fflush(file_, H5F_SCOPE_GLOBAL));
  const auto count = H5Fget_file_image(file_, nullptr, 0);
  check(static_cast<hid_t>(count));
  auto image = user_block_;
  image.resize(user_block_.size() + static_cast<std::size_t>(count));
  check(static_cast<hid_t>(H5Fget_file_image(file_, image.data() + user_block_.size(),
                                             static_cast<std::size_t>(count))));
  return image;
}

void hdf5_image::save() const {
  if (was_sealed_) {
    warn(path_.string() + ": was sealed, and is sealed anew with what joins it");
    return save_sealed();
  }
  const auto image = bytes();
  write_atomically(path_, image.data(), image.size());
}

void hdf5_image::save_sealed() const {
  if (H5Aexists(file_, seal_attribute) <= 0) write_text_attribute(file_, seal_attribute, "CRC-32");
  auto image = bytes();
  seal(image);
  write_atomically(path_, image.data(), image.size());
}

}  // namespace tubal::io
