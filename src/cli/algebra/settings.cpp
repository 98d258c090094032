#include "cli/algebra/settings.hpp"

#include "cli/terminal/exit_code.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace tubal::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t tube_begin = 2;  // n1, n2, k1, k2, ...

io::array_place place_of(const char* option, const std::string& text) {
  const auto place = io::array_place_of(text);
  if (!place)
    throw usage_error(std::string(option) + ": expected FILE.npy or FILE.h5:/dataset, got " + text);
  return *place;
}

io::extents tube_of(const io::extents& sizes) {
  if (sizes.size() <= tube_begin) return {};
  return {sizes.begin() + tube_begin, sizes.end()};
}

/// That of all inputs; dimensions of size 1 at the end may be missing.
io::extents common_tube(const std::vector<io::array_reader>& inputs) {
  io::extents common;
  for (const auto& input : inputs) {
    auto tube = tube_of(input.sizes());
    if (tube.size() < common.size()) tube.resize(common.size(), 1);
    if (&input == &inputs.front()) common = tube;
    common.resize(tube.size(), 1);
    if (tube != common)
      input.fail("expected tubes of " + io::to_string(common) + " as in " +
                 io::to_string(inputs.front().place()) + ", found " +
                 io::to_string(tube_of(input.sizes())));
  }
  return common;
}

transform matrix_from(const std::string& text) {
  const auto place = io::array_place_of(text);
  if (!place)
    throw usage_error(
        "--transform: expected dft, dct, haar, identity, FILE.npy or FILE.h5:/dataset, got " +
        text);
  const io::array_reader file(*place);
  const auto& sizes = file.sizes();
  if (sizes.size() != 2 || sizes[0] != sizes[1])
    file.fail("expected a square matrix, found " + io::to_string(sizes));
  return transform::matrix(sizes[0], file.read<double>());
}

transform transform_of(const std::string& text, const io::extents& tube) {
  if (text == "dft") return transform::dft(tube);
  if (text == "dct") return transform::dct(tube);
  if (text == "haar") return transform::haar(tube);
  if (text == "identity") return transform::identity();
  return matrix_from(text);
}

bool in_float(const algebra_settings& s) {
  if (s.given.precision) return *s.given.precision == "float";
  return std::all_of(s.inputs.begin(), s.inputs.end(), [](const auto& x) { return x.is_float(); });
}

std::vector<io::array_place> outputs_of(const algebra_operation& operation,
                                        const std::string& out) {
  if (operation.gives_number()) return {};
  if (operation.factors.empty()) return {place_of("--output", out)};
  const auto group = io::array_place_of(out);
  if (group && group->dataset.empty())
    throw usage_error("--output: expected a directory or FILE.h5:/group, got " + out);
  std::vector<io::array_place> places;
  for (const auto& name : operation.factors)
    places.push_back(group ? io::array_place{group->file, group->dataset + "/" + name}
                           : io::array_place{fs::path(out) / (name + ".npy"), ""});
  return places;
}

void refuse_overwriting(const algebra_settings& s) {
  auto read = std::vector<io::array_place>{};
  for (const auto& input : s.inputs) read.push_back(input.place());
  if (const auto matrix = io::array_place_of(s.given.transform)) read.push_back(*matrix);
  for (const auto& in : read)
    for (const auto& out : s.outputs) {
      std::error_code code;
      if (in.dataset == out.dataset && fs::equivalent(in.file, out.file, code) && !code)
        throw usage_error("--output: would overwrite the input " + io::to_string(in));
    }
}

}  // namespace

shape shape_of(const io::extents& sizes) {
  const auto tube = tube_of(sizes);
  return {sizes.empty() ? 1 : sizes[0], sizes.size() < tube_begin ? 1 : sizes[1],
          std::accumulate(tube.begin(), tube.end(), std::int64_t{1}, std::multiplies<>())};
}

algebra_settings settle(const algebra_operation& operation, const algebra_options& options) {
  if (options.tolerance && !(*options.tolerance >= 0 && *options.tolerance < 1))
    throw usage_error("--tolerance: expected 0 or more and under 1, got " +
                      std::to_string(*options.tolerance));
  algebra_settings s{.operation = operation, .given = options};
  s.outputs = outputs_of(operation, options.out);
  s.inputs.emplace_back(place_of("A", options.a));
  if (operation.has_b) s.inputs.emplace_back(place_of("B", options.b));
  s.tube = common_tube(s.inputs);
  s.along = transform_of(options.transform, s.tube);
  s.in_float = in_float(s);
  refuse_overwriting(s);
  return s;
}

}  // namespace tubal::cli
