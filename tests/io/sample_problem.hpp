// Small problem files to take apart: a valid one, as data that a test changes before it is written.
#pragma once

#include "io/hdf5.hpp"
#include "io/problem_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace tubal::io_test {

struct sample_dataset {
  std::vector<std::int64_t> dims;  ///< as C sees them, slowest first
  std::vector<double> values = {};
  hid_t type = H5T_NATIVE_DOUBLE;
  std::vector<hsize_t> chunk = {};  ///< empty: stored in one piece
  bool written = true;              ///< false: declared, but no data
};

struct sample_attribute {
  std::vector<double> values = {};
  hid_t type = H5T_NATIVE_DOUBLE;
  std::string text = {};  ///< if not empty, the attribute is this
};

struct sample_problem {
  std::map<std::string, sample_attribute> attributes;
  std::map<std::string, sample_dataset> datasets;
  std::vector<std::string> groups;
  std::map<std::string, std::string> links;

  void set(const std::string& name, double value) { attributes[name].values = {value}; }
};

inline void write_attribute(hid_t file, const std::string& name, const sample_attribute& a) {
  io::type_handle text_type(H5Tcopy(H5T_C_S1));
  if (!a.text.empty()) H5Tset_size(text_type, a.text.size());
  const hid_t type = a.text.empty() ? a.type : hid_t(text_type);
  const hsize_t count = a.values.size();
  const io::space_handle space(count == 1 ? H5Screate(H5S_SCALAR)
                                          : H5Screate_simple(1, &count, nullptr));
  const io::attribute_handle attribute(
      H5Acreate2(file, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
  if (a.text.empty())
    H5Awrite(attribute, H5T_NATIVE_DOUBLE, a.values.data());
  else
    H5Awrite(attribute, text_type, a.text.data());
}

inline void write_dataset(hid_t file, const std::string& name, const sample_dataset& d) {
  const std::vector<hsize_t> dims(d.dims.begin(), d.dims.end());
  const io::space_handle space(
      H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr));
  const io::property_handle layout(H5Pcreate(H5P_DATASET_CREATE));
  if (!d.chunk.empty()) {
    H5Pset_chunk(layout, static_cast<int>(d.chunk.size()), d.chunk.data());
    H5Pset_deflate(layout, 6);
  }
  const io::dataset_handle dataset(
      H5Dcreate2(file, name.c_str(), d.type, space, H5P_DEFAULT, layout, H5P_DEFAULT));
  if (d.written)
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, d.values.data());
}

inline void write(const std::filesystem::path& path, const sample_problem& p) {
  const io::file_handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  for (const auto& [name, a] : p.attributes) write_attribute(file, name, a);
  for (const auto& [name, d] : p.datasets) write_dataset(file, name, d);
  for (const auto& name : p.groups)
    io::group_handle(H5Gcreate2(file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  for (const auto& [name, target] : p.links)
    H5Lcreate_soft(target.c_str(), file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
}

/// X * X^T by the definition; X is n x r x k.
inline std::vector<double> plain_gram(const std::vector<double>& x, int n, int r, int k) {
  std::vector<double> t(static_cast<std::size_t>(n * n * k), 0.0);
  auto at = [](int i, int j, int l, int rows, int cols) {
    return static_cast<std::size_t>(i + rows * (j + cols * l));
  };
  for (int l = 0; l < k; ++l)
    for (int s = 0; s < k; ++s)
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j)
          for (int q = 0; q < r; ++q)
            t[at(i, j, l, n, n)] += x[at(i, q, (l + s) % k, n, r)] * x[at(j, q, s, n, r)];
  return t;
}

inline std::vector<double> plain_measurements(const std::vector<double>& tensors,
                                              const std::vector<double>& t, int m) {
  std::vector<double> y(static_cast<std::size_t>(m), 0.0);
  for (std::size_t i = 0; i < y.size(); ++i)
    for (std::size_t j = 0; j < t.size(); ++j) y[i] += tensors[i * t.size() + j] * t[j];
  return y;
}

inline sample_problem make_sample(int n = 3, int k = 2, int r = 1, int factor_rank = 4,
                                  int m = 20) {
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal;
  auto draw = [&](int count, double scale) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& value : values) value = scale * normal(generator);
    return values;
  };
  const auto x = draw(n * r * k, 1 / std::sqrt(double(n * k)));
  const auto t = plain_gram(x, n, r, k);
  const auto tensors = draw(n * n * k * m, 1);

  sample_problem p;
  for (const auto& [name, value] : std::map<std::string, double>{{"n", n},
                                                                 {"k", k},
                                                                 {"tubal_rank", r},
                                                                 {"factor_rank", factor_rank},
                                                                 {"measurements", m},
                                                                 {"iterations", 50},
                                                                 {"symmetric_measurements", 0}})
    p.attributes[name] = {{value}, H5T_STD_I64LE, ""};
  p.set("step_size", 0.1 / m);
  p.set("init_scale", 1e-3);
  p.datasets["measurement_tensors"] = {{m, k, n, n}, tensors};
  p.datasets["measurements"] = {{m}, plain_measurements(tensors, t, m)};
  p.datasets["ground_truth"] = {{k, n, n}, t};
  p.datasets["ground_truth_factor"] = {{k, r, n}, x};
  p.datasets["initial_factor"] = {{k, factor_rank, n}, draw(n * factor_rank * k, 1e-3)};
  return p;
}

/// Everything that a problem file holds, block by block.
inline void read_all(const std::filesystem::path& path) {
  const io::problem_file file(path);
  const auto& h = file.header();
  file.measurements();
  if (file.has_initial_factor()) file.initial_factor();
  if (file.has_ground_truth()) file.ground_truth();
  if (file.has_ground_truth_factor()) file.ground_truth_factor();
  std::vector<double> block(static_cast<std::size_t>(h.n * h.n * h.k * file.block_size()));
  for (std::int64_t i = 0; i < h.measurements; i += file.block_size())
    file.read_measurement_tensors(i, std::min(file.block_size(), h.measurements - i), block.data());
}

}  // namespace tubal::io_test
