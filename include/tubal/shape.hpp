// The shape of a third-order tensor.
#pragma once

#include <cstdint>
#include <string>

namespace tubal {

/// `rows x cols x tube`: `tube` frontal slices, each a column-major `rows x cols` matrix, one after
/// the other. Element (i, j, l) is at `i + rows * (j + cols * l)`: the order of MATLAB, Octave and
/// Julia, and of NumPy with `order='F'`.
struct shape {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t tube = 1;

  constexpr std::int64_t slice_size() const { return rows * cols; }
  constexpr std::int64_t size() const { return rows * cols * tube; }
  constexpr bool operator==(const shape&) const = default;
};

/// "rows x cols x tube"
inline std::string to_string(const shape& s) {
  return std::to_string(s.rows) + " x " + std::to_string(s.cols) + " x " + std::to_string(s.tube);
}

}  // namespace tubal
