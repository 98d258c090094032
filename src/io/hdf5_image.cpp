#include "hdf5_image.hpp"

#include "atomic_file.hpp"
#include "seal.hpp"

namespace tubal::io {

hdf5_image::hdf5_image(const std::filesystem::path& path, start from) : path_(path) {
  const property_handle access(H5Pcreate(H5P_FILE_ACCESS));
  constexpr std::size_t increment = 1 << 20;
  check(H5Pset_fapl_core(access, increment, false));
  check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18));
  const bool extends = from == start::existing && std::filesystem::exists(path);
  file_ = file_handle(extends ? H5Fopen(path.c_str(), H5F_ACC_RDWR, access)
                              : H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
  check(file_);
}

void hdf5_image::check(hid_t status) const {
  if (status < 0) throw write_error(path_, "cannot write: " + hdf5_reason());
}

void hdf5_image::fail_at(const std::string& name, const std::string& what) const {
  throw write_error(path_, "cannot write '" + name + "': " + what);
}

void hdf5_image::remove_dataset(const std::string& name) const {
  if (names_.has(file_, name)) {
    if (!names_.open_dataset(file_, name))
      fail_at(name, names_.led_outside() ? names_.reason() : "it is there and no dataset");
    check(H5Ldelete(file_, name.c_str(), H5P_DEFAULT));
  }
  if (names_.led_outside()) fail_at(name, names_.reason());
}

void hdf5_image::write(const std::string& name, const extents& sizes, hid_t type, hid_t file_type,
                       const void* values) const {
  remove_dataset(name);
  const std::vector<hsize_t> dims(sizes.rbegin(), sizes.rend());
  const space_handle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  check(space);
  const property_handle timeless(H5Pcreate(H5P_DATASET_CREATE));
  check(H5Pset_obj_track_times(timeless, false));
  const auto dataset = names_.create_dataset(file_, name, file_type, space, timeless);
  if (!dataset) fail_at(name, names_.reason());
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
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

std::vector<char> hdf5_image::bytes() const {
  check(H5Fflush(file_, H5F_SCOPE_GLOBAL));
  const auto count = H5Fget_file_image(file_, nullptr, 0);
  check(static_cast<hid_t>(count));
  std::vector<char> image(static_cast<std::size_t>(count));
  check(static_cast<hid_t>(H5Fget_file_image(file_, image.data(), image.size())));
  return image;
}

void hdf5_image::save() const {
  const auto image = bytes();
  write_atomically(path_, image.data(), image.size());
}

void hdf5_image::save_sealed() const {
  auto image = bytes();
  seal(image);
  write_atomically(path_, image.data(), image.size());
}

}  // namespace tubal::io
