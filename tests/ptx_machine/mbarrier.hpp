// An mbarrier: 64 bits of shared memory that count arrivals and bytes of a phase.
#pragma once

#include "memory.hpp"

namespace ptx {

struct mbarrier_state {
  unsigned phase = 0;         // parity
  std::int64_t pending = 0;   // arrivals to come
  std::int64_t expected = 0;  // of every phase
  std::int64_t bytes = 0;     // to come

  static mbarrier_state from(std::uint64_t word);
  std::uint64_t word() const;
  /// Ends the phase where nothing is to come.
  void turn();
};

/// Reads, changes and writes back the barrier at the place; reports one that was never made.
mbarrier_state read_mbarrier(warp& w, unsigned lane, const spot& s);
void write_mbarrier(warp& w, const spot& s, mbarrier_state b);

}  // namespace ptx
