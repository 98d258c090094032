#include "run_file.hpp"

#include <algorithm>

namespace tubal::io {

namespace {

const std::string group = "trajectory/";

std::vector<std::int64_t> read_iterations(const hdf5_reader& reader) {
  const auto dataset = reader.open(group + "iteration");
  if (reader.sizes(dataset).size() != 1)
    reader.fail("dataset 'trajectory/iteration': expected one index, found shape " +
                to_string(reader.sizes(dataset)));
  auto iteration = reader.read<std::int64_t>(group + "iteration", dataset);
  if (!std::is_sorted(iteration.begin(), iteration.end()))
    reader.fail("dataset 'trajectory/iteration': expected increasing numbers");
  return iteration;
}

}  // namespace

const std::vector<double>* run_data::row(const std::string& name) const {
  for (const auto& [row_name, values] : rows)
    if (row_name == name) return &values;
  return nullptr;
}

run_data read_run_file(const std::filesystem::path& path) {
  const hdf5_reader reader(path);
  run_data run;
  run.iteration = read_iterations(reader);
  const extents sizes{static_cast<std::int64_t>(run.iteration.size())};
  for (const auto& name : reader.members("trajectory")) {
    if (name == "iteration") continue;
    const auto dataset = reader.open(group + name, sizes, "as trajectory/iteration");
    run.rows.emplace_back(name, reader.read(group + name, dataset));
  }
  if (reader.has("final_factor")) run.factor_sizes = reader.sizes(reader.open("final_factor"));
  run.attributes = reader.attributes();
  return run;
}

std::vector<double> read_final_factor(const std::filesystem::path& path) {
  const hdf5_reader reader(path);
  return reader.read("final_factor", reader.open("final_factor"));
}

file_kind kind_of(const std::filesystem::path& path) {
  const hdf5_reader reader(path);
  if (reader.has("trajectory/iteration")) return file_kind::run;
  return reader.has("measurement_tensors") ? file_kind::problem : file_kind::unknown;
}

}  // namespace tubal::io
