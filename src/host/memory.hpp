// Memory of the host back end.
#pragma once

#include <cstddef>
#include <vector>

namespace tubal::detail {

/// `bytes` bytes aligned to 256. Throws `out_of_memory`.
void* allocate_host(std::size_t bytes);
void release_host(void* data) noexcept;

template <class T>
struct host_allocator {
  using value_type = T;
  host_allocator() = default;
  template <class U>
  host_allocator(const host_allocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_host(n * sizeof(T))); }
  void deallocate(T* data, std::size_t) noexcept { release_host(data); }
  bool operator==(const host_allocator&) const = default;
};

/// A vector whose failing allocation is tubal's `out_of_memory`.
template <class T>
using host_vector = std::vector<T, host_allocator<T>>;

}  // namespace tubal::detail
