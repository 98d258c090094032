#include "sweep/folder/curves_file.hpp"

#include "io/hdf5_image.hpp"
#include "io/hdf5_reader.hpp"

#include <algorithm>
#include <functional>

namespace tubal::sweep {

namespace {

std::vector<std::int64_t> trial_numbers(const curves& c) {
  std::vector<std::int64_t> numbers;
  for (const auto& [number, values] : c.trials) numbers.push_back(number);
  return numbers;
}

std::vector<std::int64_t> read_numbers(const io::hdf5_reader& file, const std::string& name) {
  const auto dataset = file.open(name);
  if (file.sizes(dataset).size() != 1)
    file.fail("dataset '" + name + "': expected one index, found shape " +
              io::to_string(file.sizes(dataset)));
  auto numbers = file.read<std::int64_t>(name, dataset);
  if (!std::is_sorted(numbers.begin(), numbers.end(), std::less_equal<>()))
    file.fail("dataset '" + name + "': expected increasing numbers");
  return numbers;
}

}  // namespace

std::vector<double> curves::values_of(const std::filesystem::path& path, std::int64_t trial,
                                      const std::vector<std::string>& wanted) const {
  const auto found = trials.find(trial);
  if (found == trials.end())
    throw io::file_error(path, "expected trial " + std::to_string(trial) + ", which has a line");
  const auto length = static_cast<std::ptrdiff_t>(iteration.size());
  std::vector<double> values;
  for (const auto& name : wanted) {
    const auto row = std::find(rows.begin(), rows.end(), name);
    if (row == rows.end())
      throw io::file_error(path, "dataset '" + name + "': expected, but missing");
    const auto begin = found->second.begin() + (row - rows.begin()) * length;
    values.insert(values.end(), begin, begin + length);
  }
  return values;
}

void write_curves(const std::filesystem::path& path, const curves& c,
                  const std::map<std::string, io::attribute_value>& attributes) {
  const io::hdf5_image file(path, io::hdf5_image::start::empty);
  for (const auto& [name, value] : attributes) file.write_attribute(name, value);
  const auto numbers = trial_numbers(c);
  const auto trials = static_cast<std::int64_t>(numbers.size());
  const auto iterations = static_cast<std::int64_t>(c.iteration.size());
  file.write("trial", {trials}, numbers.data());
  file.write("iteration", {iterations}, c.iteration.data());
  std::vector<double> all;
  for (std::size_t row = 0; row < c.rows.size(); ++row) {
    all.clear();
    for (const auto& [number, values] : c.trials) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row) * iterations;
      all.insert(all.end(), begin, begin + iterations);
    }
    file.write(c.rows[row], {iterations, trials}, all.data());
  }
  file.save_sealed();
}

curves read_curves(const std::filesystem::path& path) {
  const io::hdf5_reader file(path);
  curves c;
  const auto numbers = read_numbers(file, "trial");
  c.iteration = read_numbers(file, "iteration");
  const auto iterations = static_cast<std::int64_t>(c.iteration.size());
  const io::extents sizes{iterations, static_cast<std::int64_t>(numbers.size())};
  for (const auto& name : file.members("/")) {
    if (name == "trial" || name == "iteration") continue;
    const auto values = file.read(name, file.open(name, sizes, "as iteration and trial"));
    c.rows.push_back(name);
    for (std::size_t t = 0; t < numbers.size(); ++t) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(t) * iterations;
      auto& to = c.trials[numbers[t]];
      to.insert(to.end(), begin, begin + iterations);
    }
  }
  return c;
}

}  // namespace tubal::sweep
