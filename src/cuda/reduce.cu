// Sums in two steps: one partial sum per block, then one block over those. Which terms meet when
// depends on their count alone.
#include <algorithm>

#include "cuda/context.hpp"
#include "cuda/kernels/block.cuh"

namespace tubal::detail {
namespace {

constexpr std::int64_t terms_per_thread = 8;

struct partial_term {
  const double* partial;
  __device__ double operator()(std::int64_t i) const { return partial[i]; }
};

template <class F>
__global__ void sum_terms(std::int64_t count, F term, double* sums, bool accumulate) {
  double sum = 0;
  for (std::int64_t i = first_element(); i < count; i += grid_threads()) sum += term(i);
  sum = block_reduce(sum, [](double a, double b) { return a + b; });
  if (threadIdx.x == 0) sums[blockIdx.x] = accumulate ? sums[blockIdx.x] + sum : sum;
}

}  // namespace

template <class F>
void backend<cuda>::sum(std::int64_t count, F term, double* sum, bool accumulate) {
  const device_guard guard(state_->device);
  constexpr std::int64_t terms_per_block = terms_per_thread * block_threads;
  const std::int64_t blocks = std::clamp<std::int64_t>(
      (count + terms_per_block - 1) / terms_per_block, 1, most_partial_sums);
  auto* partial = static_cast<double*>(state_->partial_sums.data());
  launch(state_->stream, "sum kernel", sum_terms<F>, blocks, count, term,
         blocks == 1 ? sum : partial, blocks == 1 && accumulate);
  if (blocks == 1) return;
  launch(state_->stream, "sum kernel", sum_terms<partial_term>, 1, blocks, partial_term{partial},
         sum, accumulate);
}

#define TUBAL_INSTANTIATE(F) template void backend<cuda>::sum(std::int64_t, F, double*, bool);
TUBAL_FOR_EACH_TERM(TUBAL_INSTANTIATE, float)
TUBAL_FOR_EACH_TERM(TUBAL_INSTANTIATE, double)

}  // namespace tubal::detail
