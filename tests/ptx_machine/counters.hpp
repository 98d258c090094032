// What kernels did: counted while they run, summed up by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program.hpp"

namespace ptx {

struct kernel_counters {
  const program* code = nullptr;
  std::vector<std::int64_t> issued, threads;  // of every operation: warps, lanes
  std::int64_t launches = 0;
  std::int64_t divergent_branches = 0;
  std::int64_t shared_requests = 0, shared_wavefronts = 0;
  std::int64_t global_requests = 0, global_sectors = 0;
  std::int64_t local_bytes = 0;

  std::int64_t warp_operations() const;
  std::int64_t thread_operations() const;
};

/// Made at the first launch of the kernel; lives to the end.
kernel_counters& counters_of(const program& code);
/// {"kernels": [{"name": ..., "launches": ...}]}; those in `names` that were not launched, too.
std::string json_of_counters(const std::vector<std::string>& names);

}  // namespace ptx
