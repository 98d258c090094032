#include "run_file.hpp"

#include <algorithm>
#include <sstream>

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

// Those of run files without the list.
const std::string usual_attributes =
    "problem n k tubal_rank factor_rank measurements symmetric_dimension degrees_of_freedom "
    "step_size init_scale initial_factor noise seed iterations record_every train_tolerance "
    "progress_window progress_tolerance rank_tolerance device precision threads problem_checksum "
    "format tubal_version hdf5_version device_device device_threads device_blas device_blas_kernel "
    "device_tube_transform device_kernels stop_reason iterations_done growth_from "
    "convergence_from final_train_error final_test_error final_singular_tube_error "
    "final_angle_to_spectral_subspace final_angle_to_ground_truth "
    "final_power_method_angle_to_spectral_subspace final_signal final_noise "
    "final_effective_tubal_rank setup_seconds run_seconds";

std::map<std::string, attribute_value> read_attributes(const hdf5_reader& reader) {
  const auto list = reader.attribute(names_of_attributes);
  const auto* names = list ? std::get_if<std::string>(&*list) : nullptr;
  std::istringstream words(names ? *names : usual_attributes);
  std::map<std::string, attribute_value> found;
  for (std::string name; words >> name;)
    if (auto value = reader.attribute(name)) found.emplace(name, std::move(*value));
  return found;
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
  run.attributes = read_attributes(reader);
  return run;
}

std::vector<double> read_final_factor(const std::filesystem::path& path) {
  const hdf5_reader reader(path);
  return reader.read("final_factor", reader.open("final_factor"));
}

void require_replaceable(const std::filesystem::path& path) {
  std::error_code code;
  if (!std::filesystem::exists(path, code) || std::filesystem::file_size(path, code) == 0) return;
  auto found = file_kind::unknown;
  try {
    read_rules all;
    all.unsealed = true;
    found = kind_of(path, all);
  } catch (const file_error&) {
  }
  if (found != file_kind::run)
    throw write_error(path, "cannot write: it is there and no run file; name a new one");
}

file_kind kind_of(const std::filesystem::path& path, const read_rules& given) {
  const hdf5_reader reader(path, given);
  if (reader.has("trajectory/iteration")) return file_kind::run;
  return reader.has("measurement_tensors") ? file_kind::problem : file_kind::unknown;
}

}  // namespace tubal::io
