// What the CUDA back end answers where it was not built.
#include <tubal/context.hpp>
#include <tubal/device_allocator.hpp>
#include <tubal/error.hpp>

#if !TUBAL_HAS_CUDA
namespace tubal {

namespace {
[[noreturn]] void refuse() {
  throw device_error("cuda is not available: this tubal was built for the host only (TUBAL_CUDA)");
}
}  // namespace

void require_cuda() { refuse(); }
device_allocator& stream_ordered_allocator() { refuse(); }
device_allocator& plain_allocator() { refuse(); }

}  // namespace tubal
#endif
