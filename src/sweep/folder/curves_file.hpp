// The trajectories of the finished trials of a point: curves/point-0003.h5.
#pragma once

#include "io/attribute.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tubal::sweep {

struct curves {
  std::vector<std::string> rows;
  std::vector<std::int64_t> iteration;
  /// By trial number: one value for every iteration of row 0, then of row 1, ...; NaN where the
  /// trial had stopped.
  std::map<std::int64_t, std::vector<double>> trials;

  /// Of one trial, for rows in an order of the caller's. Throws `io::file_error` naming `path`
  /// where the trial or a row is missing.
  std::vector<double> values_of(const std::filesystem::path& path, std::int64_t trial,
                                const std::vector<std::string>& wanted) const;
};

/// Datasets `trial` (T), `iteration` (I) and one for each row, T x I in C order. Throws
/// `io::write_error`.
void write_curves(const std::filesystem::path& path, const curves& c,
                  const std::map<std::string, io::attribute_value>& attributes);
/// Throws `io::file_error`.
curves read_curves(const std::filesystem::path& path);

}  // namespace tubal::sweep
