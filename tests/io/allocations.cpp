#include "io/allocations.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace {
std::size_t largest = 0;
}  // namespace

void* operator new(std::size_t bytes) {
  largest = std::max(largest, bytes);
  if (void* memory = std::malloc(std::max<std::size_t>(bytes, 1))) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tubal::io_test {

std::size_t largest_allocation() { return std::exchange(largest, 0); }

std::size_t peak_memory() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<std::size_t>(used.ru_maxrss) * 1024;
}

}  // namespace tubal::io_test
