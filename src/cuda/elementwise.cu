// functor(i) for all i. Compiled without fused multiply-add, so that random numbers have the bits
// of the host.
#include "cuda/context.hpp"
#include "cuda/kernels/block.cuh"

namespace tubal::detail {
namespace {

template <class F>
__global__ void apply(std::int64_t count, F functor) {
  for (std::int64_t i = first_element(); i < count; i += grid_threads()) functor(i);
}

}  // namespace

template <class F>
void backend<cuda>::for_each(std::int64_t count, F functor) {
  const device_guard guard(state_->device);
  launch(state_->stream, "elementwise kernel", apply<F>, blocks_for(count), count, functor);
}

#define TUBAL_INSTANTIATE(F) template void backend<cuda>::for_each(std::int64_t, F);
TUBAL_FOR_EACH_ELEMENT(TUBAL_INSTANTIATE, float)
TUBAL_FOR_EACH_ELEMENT(TUBAL_INSTANTIATE, double)

}  // namespace tubal::detail
