#include "host/memory.hpp"

#include <tubal/error.hpp>

#include <cstring>
#include <new>

#include "host/backend.hpp"

namespace tubal::detail {

namespace {
constexpr std::align_val_t alignment{256};
}

void* allocate_host(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  void* data = ::operator new(bytes, alignment, std::nothrow);
  if (!data)
    throw out_of_memory("out of memory: " + std::to_string(bytes) + " bytes of host memory wanted",
                        bytes);
  return data;
}

void release_host(void* data) noexcept { ::operator delete(data, alignment); }

void* backend<host>::allocate(std::size_t bytes) { return allocate_host(bytes); }
void backend<host>::release(void* data, std::size_t) noexcept { release_host(data); }

void backend<host>::copy(void* to, const void* from, std::size_t bytes) {
  if (bytes != 0) std::memcpy(to, from, bytes);
}
void backend<host>::upload(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
void backend<host>::download(void* to, const void* from, std::size_t bytes) {
  copy(to, from, bytes);
}
void backend<host>::wait() {}

}  // namespace tubal::detail
