#include "atomic_file.hpp"
#include "run_file.hpp"

namespace tubal::io {

namespace {

// HDF5 writes into memory and the bytes go to disk in one place, so that a full disk is an ordinary
// error with a reason and HDF5 never holds a file that it cannot close.
class memory_file {
 public:
  explicit memory_file(const std::filesystem::path& path) : path_(path) {
    const property_handle access(H5Pcreate(H5P_FILE_ACCESS));
    constexpr std::size_t increment = 1 << 20;
    check(H5Pset_fapl_core(access, increment, false));
    check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18));
    file_ = file_handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
    check(file_);
  }

  hid_t id() const { return file_; }
  void check(hid_t status) const {
    if (status < 0) throw write_error(path_, "cannot write: " + hdf5_reason());
  }

  std::vector<char> image() const {
    check(H5Fflush(file_, H5F_SCOPE_GLOBAL));
    const auto bytes = H5Fget_file_image(file_, nullptr, 0);
    check(static_cast<hid_t>(bytes));
    std::vector<char> image(static_cast<std::size_t>(bytes));
    check(static_cast<hid_t>(H5Fget_file_image(file_, image.data(), image.size())));
    return image;
  }

 private:
  std::filesystem::path path_;
  file_handle file_;
};

void write_dataset(const memory_file& file, hid_t where, const char* name, const extents& sizes,
                   hid_t type, hid_t file_type, const void* values) {
  const std::vector<hsize_t> dims(sizes.rbegin(), sizes.rend());
  const space_handle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  file.check(space);
  const dataset_handle dataset(
      H5Dcreate2(where, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  file.check(dataset);
  file.check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
}

void write_attribute(const memory_file& file, const char* name, hid_t type, const void* value) {
  const space_handle space(H5Screate(H5S_SCALAR));
  const attribute_handle attribute(
      H5Acreate2(file.id(), name, type, space, H5P_DEFAULT, H5P_DEFAULT));
  file.check(attribute);
  file.check(H5Awrite(attribute, type, value));
}

void write_attribute(const memory_file& file, const std::string& name,
                     const attribute_value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return write_attribute(file, name.c_str(), H5T_NATIVE_INT64, whole);
  if (const auto* real = std::get_if<double>(&value))
    return write_attribute(file, name.c_str(), H5T_NATIVE_DOUBLE, real);
  const auto& text = std::get<std::string>(value);
  const type_handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, text.size() + 1);
  H5Tset_cset(type, H5T_CSET_UTF8);
  write_attribute(file, name.c_str(), type, text.c_str());
}

void write_trajectory(const memory_file& file, const run_data& run) {
  const extents sizes{static_cast<std::int64_t>(run.iteration.size())};
  const group_handle group(
      H5Gcreate2(file.id(), "trajectory", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  file.check(group);
  write_dataset(file, group, "iteration", sizes, H5T_NATIVE_INT64, H5T_STD_I64LE,
                run.iteration.data());
  for (const auto& [name, values] : run.rows)
    write_dataset(file, group, name.c_str(), sizes, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE,
                  values.data());
}

}  // namespace

void write_run_file(const std::filesystem::path& path, const run_data& run) {
  const quiet_hdf5 quiet;
  const memory_file file(path);
  for (const auto& [name, value] : run.attributes) write_attribute(file, name, value);
  write_trajectory(file, run);
  if (!run.factor_sizes.empty())
    write_dataset(file, file.id(), "final_factor", run.factor_sizes, H5T_NATIVE_DOUBLE,
                  H5T_IEEE_F64LE, run.final_factor.data());
  const auto image = file.image();
  write_atomically(path, image.data(), image.size());
}

}  // namespace tubal::io
