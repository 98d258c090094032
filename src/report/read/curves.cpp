// curves/point-0003.h5
#include "io/hdf5_reader.hpp"
#include "report/read/results.hpp"

#include <algorithm>

namespace tubal::report {

namespace {

std::vector<std::int64_t> read_whole(const io::hdf5_reader& reader, const std::string& name) {
  const auto dataset = reader.open(name);
  if (reader.sizes(dataset).size() != 1)
    reader.fail("dataset '" + name + "': expected one index, found shape " +
                io::to_string(reader.sizes(dataset)));
  return reader.read<std::int64_t>(name, dataset);
}

/// The places of the point's trials in the file.
std::vector<std::size_t> places(const io::hdf5_reader& reader, const point& where) {
  const auto numbers = read_whole(reader, "trial");
  std::vector<std::size_t> found;
  for (const auto& t : where.trials) {
    const auto at = std::find(numbers.begin(), numbers.end(), t.number);
    if (at == numbers.end())
      reader.fail("dataset 'trial': expected trial " + std::to_string(t.number) +
                  ", which has finished, but it is missing");
    found.push_back(static_cast<std::size_t>(at - numbers.begin()));
  }
  return found;
}

std::vector<std::vector<double>> read_row(const io::hdf5_reader& reader, const std::string& name,
                                          const std::vector<std::size_t>& trials,
                                          std::size_t iterations, std::size_t stored) {
  const io::extents sizes{static_cast<std::int64_t>(iterations), static_cast<std::int64_t>(stored)};
  const auto dataset = reader.open(name, sizes, "iterations x trials");
  const auto values = reader.read(name, dataset);
  std::vector<std::vector<double>> rows;
  for (const auto t : trials) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(t * iterations);
    rows.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(iterations));
  }
  return rows;
}

}  // namespace

curve_set read_curves(const std::filesystem::path& path, const plan& plan, const point& where) {
  const io::hdf5_reader reader(path);
  if (reader.integer("point") != where.number)
    reader.fail("attribute 'point': expected " + std::to_string(where.number) + ", found " +
                std::to_string(reader.integer("point")));
  curve_set curves;
  curves.iteration = read_whole(reader, "iteration");
  const auto& t = curves.iteration;
  if (std::adjacent_find(t.begin(), t.end(), std::greater_equal<>()) != t.end())
    reader.fail("dataset 'iteration': expected increasing numbers");
  const auto stored = static_cast<std::size_t>(reader.sizes(reader.open("trial"))[0]);
  const auto trials = places(reader, where);
  for (const auto& row : plan.rows)
    curves.rows[row] = read_row(reader, row, trials, t.size(), stored);
  return curves;
}

}  // namespace tubal::report
