// What a recovery leaves in a file, and reading it back.
#pragma once

#include "hdf5_reader.hpp"

#include <map>
#include <utility>

namespace tubal::io {

/// The contents of a run file (HDF5):
///   trajectory/iteration   the iterations that were measured
///   trajectory/NAME        one value per measured iteration: entry i belongs to U_iteration[i]
///   final_factor           n x R x k, in the memory order of MATLAB
/// and attributes: every option, the seed, versions, device and library modes, the outcome; and
/// their names, separated by blanks, as the attribute `attributes`.
struct run_data {
  std::vector<std::int64_t> iteration;
  std::vector<std::pair<std::string, std::vector<double>>> rows;
  /// Sizes {n, R, k}; empty when there is no factor to keep.
  extents factor_sizes;
  std::vector<double> final_factor;
  std::map<std::string, attribute_value> attributes;

  /// The row of that name, or nullptr.
  const std::vector<double>* row(const std::string& name) const;
};

/// The attribute that lists the others.
inline const std::string names_of_attributes = "attributes";

/// Writes `run`, as `write_atomically` does. Throws `write_error`.
void write_run_file(const std::filesystem::path& path, const run_data& run);

class hdf5_image;
/// The same into an HDF5 file that is to hold more. Throws `write_error`.
void write_run(const hdf5_image& file, const run_data& run);

/// Rows and attributes of a run file; the factor only in its sizes. Throws `file_error`.
run_data read_run_file(const std::filesystem::path& path);
/// The factor, n R k values.
std::vector<double> read_final_factor(const std::filesystem::path& path);

/// Throws `write_error` where there is a file at `path` that is no run file (a checkpoint is one):
/// a run must not take its place.
void require_replaceable(const std::filesystem::path& path);

/// What an HDF5 file holds, by its datasets. Throws `file_error` when it cannot be read at all.
enum class file_kind { problem, run, unknown };
file_kind kind_of(const std::filesystem::path& path, const read_rules& given = rules());

}  // namespace tubal::io
