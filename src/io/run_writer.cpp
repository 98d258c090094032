#include "hdf5_image.hpp"
#include "run_file.hpp"

namespace tubal::io {

namespace {

void write_attribute(const hdf5_image& file, const char* name, hid_t type, const void* value) {
  const space_handle space(H5Screate(H5S_SCALAR));
  const attribute_handle attribute(
      H5Acreate2(file.id(), name, type, space, H5P_DEFAULT, H5P_DEFAULT));
  file.check(attribute);
  file.check(H5Awrite(attribute, type, value));
}

void write_attribute(const hdf5_image& file, const std::string& name,
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

void write_trajectory(const hdf5_image& file, const run_data& run) {
  file.write("trajectory/iteration", {static_cast<std::int64_t>(run.iteration.size())},
             run.iteration.data());
  for (const auto& [name, values] : run.rows)
    file.write("trajectory/" + name, {static_cast<std::int64_t>(values.size())}, values.data());
}

}  // namespace

void write_run_file(const std::filesystem::path& path, const run_data& run) {
  const hdf5_image file(path, hdf5_image::start::empty);
  for (const auto& [name, value] : run.attributes) write_attribute(file, name, value);
  write_trajectory(file, run);
  if (!run.factor_sizes.empty())
    file.write("final_factor", run.factor_sizes, run.final_factor.data());
  file.save();
}

}  // namespace tubal::io
