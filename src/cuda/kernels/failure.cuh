// The slot of a fault, into which any block may write.
#pragma once

#include <cstring>

#include "core/primitives/first_failure.hpp"

namespace tubal::detail {

/// *slot keeps the first of the matrices that failed, in whatever order blocks come.
__device__ inline void note_failure(double* slot, bool of_complex, std::int64_t b) {
  using word = unsigned long long;
  const double failed = failed_matrix(of_complex, b);
  double now = 0;
  while (comes_first(failed, now)) {
    word bits_now, bits_failed;
    std::memcpy(&bits_now, &now, sizeof now);
    std::memcpy(&bits_failed, &failed, sizeof failed);
    const word found = atomicCAS(reinterpret_cast<word*>(slot), bits_now, bits_failed);
    if (found == bits_now) return;
    std::memcpy(&now, &found, sizeof now);
  }
}

}  // namespace tubal::detail
