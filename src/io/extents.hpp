// Sizes of arrays in files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tubal::io {

/// Sizes in the order of MATLAB, Octave and Julia, first index fastest: the reverse of what C sees.
using extents = std::vector<std::int64_t>;

/// "10 x 10 x 4"
inline std::string to_string(const extents& sizes) {
  if (sizes.empty()) return "a single value";
  std::string text;
  for (const auto size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

}  // namespace tubal::io
