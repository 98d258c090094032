// A problem file into the memory of a back end.
#pragma once

#include "cli/recover/options.hpp"

#include <tubal/gram.hpp>
#include <tubal/problem.hpp>
#include <tubal/random.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tubal::cli {

/// Moves doubles into T; throws `io::file_error` when one overflows.
template <class T, class Space>
void upload(context<Space>& ctx, const std::string& name, const std::vector<double>& values,
            tensor<T, Space>& to, shape sizes) {
  if constexpr (std::is_same_v<T, double>) {
    to = from_host(ctx, sizes, values);
  } else {
    const std::vector<T> rounded(values.begin(), values.end());
    if (!std::all_of(rounded.begin(), rounded.end(), [](T x) { return std::isfinite(x); }))
      throw io::file_error("dataset '" + name + "': a value does not fit the precision asked for");
    to = from_host(ctx, sizes, rounded);
  }
}

/// Block by block: the tensors are never in memory all at once.
template <class T, class Space>
void load_tensors(context<Space>& ctx, const io::problem_file& file,
                  packed_sensing<T, Space>& sensing) {
  const std::int64_t n = sensing.n();
  const std::int64_t block = file.block_size();
  std::vector<double> values;
  tensor<T, Space> tensors;
  for (std::int64_t first = 0; first < sensing.measurements(); first += block) {
    const auto count = std::min(block, sensing.measurements() - first);
    values.resize(static_cast<std::size_t>(n * n * sensing.k() * count));
    file.read_measurement_tensors(first, count, values.data());
    upload(ctx, "measurement_tensors", values, tensors, {n, n, sensing.k() * count});
    sensing.assign(ctx, first, tensors);
  }
}

/// y + e, e i.i.d. normal, with the norm of e about noise * ||y||.
template <class T, class Space>
void add_noise(context<Space>& ctx, const recover_settings& s, std::vector<double>& y) {
  if (s.given.noise == 0) return;
  double square = 0;
  for (const double value : y) square += value * value;
  auto e = empty<T>(ctx, {s.measurements, 1, 1});
  fill_normal<T>(ctx, e, s.given.noise * std::sqrt(square / static_cast<double>(s.measurements)),
                 s.seed, random_stream::noise);
  const auto noise = to_host(ctx, e);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += static_cast<double>(noise[i]);
}

template <class T, class Space>
tensor<T, Space> load_initial_factor(context<Space>& ctx, const recover_settings& s) {
  const shape sizes{s.n, s.factor_rank, s.k};
  tensor<T, Space> factor;
  if (!s.draw_initial_factor) {
    upload(ctx, "initial_factor", s.file->initial_factor(), factor, sizes);
    return factor;
  }
  factor = empty<T>(ctx, sizes);
  fill_normal<T>(ctx, factor, s.init_scale / std::sqrt(static_cast<double>(s.factor_rank)), s.seed,
                 random_stream::initial_factor);
  return factor;
}

/// T, or X * X^T when the file holds only X, or nothing.
template <class T, class Space>
tensor<T, Space> load_ground_truth(context<Space>& ctx, const io::problem_file& file) {
  const auto& h = file.header();
  tensor<T, Space> truth;
  if (file.has_ground_truth()) {
    upload(ctx, "ground_truth", file.ground_truth(), truth, {h.n, h.n, h.k});
  } else if (file.has_ground_truth_factor()) {
    tensor<T, Space> factor;
    upload(ctx, "ground_truth_factor", file.ground_truth_factor(), factor,
           {h.n, h.tubal_rank, h.k});
    truth = gram(ctx, factor);
  }
  return truth;
}

template <class T, class Space>
problem<T, Space> load_problem(context<Space>& ctx, const recover_settings& s) {
  auto y = s.file->measurements();
  y.resize(static_cast<std::size_t>(s.measurements));
  add_noise<T>(ctx, s, y);
  problem<T, Space> loaded{{ctx, s.n, s.k, s.measurements}, {}, {}, {}};
  upload(ctx, "measurements", y, loaded.measurements, {s.measurements, 1, 1});
  loaded.initial_factor = load_initial_factor<T>(ctx, s);
  loaded.ground_truth = load_ground_truth<T>(ctx, *s.file);
  load_tensors(ctx, *s.file, loaded.sensing);
  return loaded;
}

}  // namespace tubal::cli
