// Pictures in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace tubal::image {

/// Samples in [0, 1]; (row, column, channel) at row + rows (column + columns channel): the tensor
/// rows x columns x channels. One channel is grey, three are red, green and blue.
struct picture {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t channels = 1;
  int bits = 8;                   ///< of a sample in the file, 8 or 16
  bool had_transparency = false;  ///< in the file; it is left out
  std::vector<double> values;
};

}  // namespace tubal::image
