#include "problem_file.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::io {

namespace {

// A tensor as data counts as t-symmetric when it is to this, relative to its largest entry.
constexpr double symmetry_tolerance = 1e-8;
constexpr std::int64_t block_bytes = 1 << 20;
constexpr std::int64_t largest_block_bytes = 64 << 20;
// On its way a tensor is held several times over, each time twice the size of its packed form.
constexpr std::int64_t block_fraction = 256;

const char* tensors_name = "measurement_tensors";

double asymmetry(const std::vector<double>& x, std::int64_t n, std::int64_t k) {
  double largest = 0;
  auto at = [&](std::int64_t i, std::int64_t j, std::int64_t l) {
    return x[static_cast<std::size_t>(i + n * (j + n * l))];
  };
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t j = 0; j < n; ++j)
      for (std::int64_t i = 0; i < n; ++i)
        largest = std::max(largest, std::abs(at(i, j, l) - at(j, i, (k - l) % k)));
  return largest;
}

double largest_entry(const std::vector<double>& x) {
  double largest = 0;
  for (const double value : x) largest = std::max(largest, std::abs(value));
  return largest;
}

}  // namespace

problem_file::problem_file(const std::filesystem::path& path) : reader_(path) {
  read_header();
  check_header();
  check_shapes();
}

void problem_file::read_header() {
  header_.n = reader_.integer("n");
  header_.k = reader_.integer("k");
  header_.tubal_rank = reader_.integer("tubal_rank");
  header_.factor_rank = reader_.integer("factor_rank");
  header_.measurements = reader_.integer("measurements");
  header_.step_size = reader_.number("step_size");
  header_.init_scale = reader_.number("init_scale");
  header_.iterations = reader_.integer("iterations");
  header_.symmetric_measurements = reader_.number("symmetric_measurements") != 0;
}

void problem_file::check_header() const {
  const auto& h = header_;
  auto expect = [this](bool good, const char* name, const std::string& what, auto found) {
    if (good) return;
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", static_cast<double>(found));
    reader_.fail(std::string("attribute '") + name + "': expected " + what + ", found " + text);
  };
  expect(h.n >= 1, "n", "a positive size", h.n);
  expect(h.k >= 1, "k", "a positive size", h.k);
  expect(h.measurements >= 1, "measurements", "a positive size", h.measurements);
  expect(h.tubal_rank >= 1 && h.tubal_rank <= h.n, "tubal_rank", "1 to n = " + std::to_string(h.n),
         h.tubal_rank);
  expect(h.factor_rank >= h.tubal_rank, "factor_rank",
         "at least tubal_rank = " + std::to_string(h.tubal_rank), h.factor_rank);
  expect(h.step_size > 0, "step_size", "a positive number", h.step_size);
  expect(h.init_scale > 0, "init_scale", "a positive number", h.init_scale);
  expect(h.iterations >= 0, "iterations", "0 or more", h.iterations);
}

void problem_file::check_shapes() {
  const auto& h = header_;
  tensors_ = reader_.open(tensors_name, {h.n, h.n, h.k, h.measurements}, "n x n x k x m");
  reader_.open("measurements", {h.measurements}, "m");
  if (has_ground_truth()) reader_.open("ground_truth", {h.n, h.n, h.k}, "n x n x k");
  if (has_ground_truth_factor())
    reader_.open("ground_truth_factor", {h.n, h.tubal_rank, h.k}, "n x r x k");
  if (has_initial_factor())
    reader_.open("initial_factor", {h.n, h.factor_rank, h.k}, "n x R x k");
  else
    check_factor_size();
}

// Without a dataset only the attribute says how large the factor is.
void problem_file::check_factor_size() const {
  constexpr double largest = 1000;  // times the file
  const double bytes = static_cast<double>(header_.n) * static_cast<double>(header_.factor_rank) *
                       static_cast<double>(header_.k) * sizeof(double);
  if (bytes > largest * static_cast<double>(reader_.file_bytes()))
    reader_.fail("attribute 'factor_rank': expected a size in proportion to the file, found " +
                 std::to_string(header_.factor_rank));
}

std::vector<double> problem_file::read(const char* name, extents sizes, const char* meaning) const {
  const auto values = reader_.read(name, reader_.open(name, sizes, meaning));
  reader_.require_finite(name, values.data(), static_cast<std::int64_t>(values.size()));
  return values;
}

std::vector<double> problem_file::measurements() const {
  return read("measurements", {header_.measurements}, "m");
}

std::vector<double> problem_file::ground_truth() const {
  const auto truth = read("ground_truth", {header_.n, header_.n, header_.k}, "n x n x k");
  const double found = asymmetry(truth, header_.n, header_.k);
  if (found > symmetry_tolerance * largest_entry(truth))
    reader_.fail(
        "dataset 'ground_truth': expected a tensor equal to its transpose, found entries " +
        std::to_string(found) + " apart");
  return truth;
}

std::vector<double> problem_file::ground_truth_factor() const {
  return read("ground_truth_factor", {header_.n, header_.tubal_rank, header_.k}, "n x r x k");
}

std::vector<double> problem_file::initial_factor() const {
  return read("initial_factor", {header_.n, header_.factor_rank, header_.k}, "n x R x k");
}

std::int64_t problem_file::block_size() const {
  const auto& h = header_;
  const std::int64_t tensor_bytes = h.n * h.n * h.k * static_cast<std::int64_t>(sizeof(double));
  std::int64_t count = std::max(h.measurements / block_fraction, block_bytes / tensor_bytes);
  count = std::min(count, largest_block_bytes / tensor_bytes);
  count = std::clamp<std::int64_t>(count, 1, h.measurements);
  const auto chunk = reader_.chunk(tensors_);
  if (chunk.size() == 4 && chunk[3] <= 2 * count)
    count = (count + chunk[3] - 1) / chunk[3] * chunk[3];
  return std::min(count, h.measurements);
}

void problem_file::read_measurement_tensors(std::int64_t first, std::int64_t count,
                                            double* values) const {
  const auto size = header_.n * header_.n * header_.k;
  reader_.read_block(tensors_name, tensors_, header_.measurements, first, count, values);
  reader_.require_finite(tensors_name, values, size * count, size * first);
}

}  // namespace tubal::io
