// Recovery problems in HDF5 files.
#pragma once

#include "hdf5_reader.hpp"

#include <optional>

namespace tubal::io {

/// The attributes of a problem file.
struct problem_header {
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t tubal_rank = 0;
  std::int64_t factor_rank = 0;
  std::int64_t measurements = 0;
  double step_size = 0;  ///< for the measurement tensors as stored
  double init_scale = 0;
  std::int64_t iterations = 0;
  bool symmetric_measurements = false;
};

/// A problem file, open for reading. Datasets hold the memory order of MATLAB, which is the layout
/// of `tubal::shape`:
///   measurement_tensors n x n x k x m, measurements m, and, if there,
///   ground_truth n x n x k, ground_truth_factor n x r x k, initial_factor n x R x k.
/// Everything throws `file_error`; reading refuses NaN and Inf.
class problem_file {
 public:
  /// Checks all attributes, and the shapes of all datasets, before anything is read.
  explicit problem_file(const std::filesystem::path& path);

  const problem_header& header() const { return header_; }
  bool has_ground_truth() const { return reader_.has("ground_truth"); }
  bool has_ground_truth_factor() const { return reader_.has("ground_truth_factor"); }
  bool has_initial_factor() const { return reader_.has("initial_factor"); }

  std::vector<double> measurements() const;
  /// T, which must be t-symmetric.
  std::vector<double> ground_truth() const;
  std::vector<double> ground_truth_factor() const;
  std::vector<double> initial_factor() const;

  /// How many measurement tensors to read at a time: a small part of all of them, and no part of
  /// the file twice where its chunks allow.
  std::int64_t block_size() const;
  /// Measurement tensors first .. first + count - 1, n n k values each.
  void read_measurement_tensors(std::int64_t first, std::int64_t count, double* values) const;

 private:
  void read_header();
  void check_header() const;
  void check_shapes();
  void check_factor_size() const;
  std::vector<double> read(const char* name, extents sizes, const char* meaning) const;

  hdf5_reader reader_;
  problem_header header_;
  dataset_handle tensors_;
};

}  // namespace tubal::io
