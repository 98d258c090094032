// What the CUDA back end answers where it was not built.
#include <tubal/context.hpp>
#include <tubal/error.hpp>

#if !TUBAL_HAS_CUDA
void tubal::require_cuda() {
  throw device_error("cuda is not available: this tubal was built for the host only (TUBAL_CUDA)");
}
#endif
