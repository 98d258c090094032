#include "hdf5_image.hpp"
#include "run_file.hpp"

namespace tubal::io {

namespace {

void write_trajectory(const hdf5_image& file, const run_data& run) {
  file.write("trajectory/iteration", {static_cast<std::int64_t>(run.iteration.size())},
             run.iteration.data());
  for (const auto& [name, values] : run.rows)
    file.write("trajectory/" + name, {static_cast<std::int64_t>(values.size())}, values.data());
}

void write_attributes(const hdf5_image& file, const run_data& run) {
  std::string names;
  for (const auto& [name, value] : run.attributes) {
    file.write_attribute(name, value);
    names += (names.empty() ? "" : " ") + name;
  }
  file.write_attribute(names_of_attributes, names);
}

}  // namespace

void write_run(const hdf5_image& file, const run_data& run) {
  write_attributes(file, run);
  write_trajectory(file, run);
  if (!run.factor_sizes.empty())
    file.write("final_factor", run.factor_sizes, run.final_factor.data());
}

void write_run_file(const std::filesystem::path& path, const run_data& run) {
  const hdf5_image file(path, hdf5_image::start::empty);
  write_run(file, run);
  file.save_sealed();
}

}  // namespace tubal::io
