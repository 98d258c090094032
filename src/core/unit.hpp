// The unit in which squares of numbers neither overflow nor underflow.
#pragma once

#include <algorithm>
#include <cmath>

namespace tubal::detail {

/// The power of 2 that brings `size` to [1, 2); 1 of 0. Multiplying by it is exact.
inline double reciprocal_unit(double size) {
  if (!(size > 0 && std::isfinite(size))) return 1;
  return std::exp2(-std::clamp(std::ilogb(size), -1000, 1000));
}

/// a / b of two norms, and 0 of two zeros.
inline double relative(double a, double b) { return a == 0 && b == 0 ? 0 : a / b; }

}  // namespace tubal::detail
