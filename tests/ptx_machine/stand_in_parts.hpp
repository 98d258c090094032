// All that the machine needs of the stand-in.
#pragma once

#include <cstdint>
#include <string>

namespace ptx {

/// A broken rule: the test fails.
void report(const std::string& rule);

struct allocation {
  unsigned char* data = nullptr;  // null: none
  std::size_t bytes = 0;
  std::int64_t serial = 0;  // differs when memory was freed and given out again
};
allocation allocation_of(std::uint64_t address);

}  // namespace ptx
