// The packed coordinates of U U^H in one launch, a coordinate a thread: U U^H never is in memory.
#include "cuda/kernels/packed_gram.cuh"

#include "cuda/context.hpp"
#include "cuda/kernels/block.cuh"

namespace tubal::detail {
namespace {

// Above, products by cuBLAS are worth their way through memory. Not measured yet.
constexpr std::int64_t largest_packed = 64;

template <class T>
__global__ void packed_gram_kernel(symmetric_layout at, const T* u, std::int64_t width, T* packed) {
  const std::int64_t slice_size = at.n * width;
  for (std::int64_t e = first_element(); e < at.entries(); e += grid_threads()) {
    const std::int64_t i = e % at.n, j = e / at.n % at.n, slice = e / at.n / at.n,
                       real_slice = slice - at.complex_slices;
    if (real_slice < 0)
      packed[e] = complex_gram_coordinate(at, u + 2 * slice * slice_size, width, i, j);
    else if (i >= j)
      packed[at.real_coordinate(i, j, real_slice)] = real_gram_coordinate(
          at, u + (2 * at.complex_slices + real_slice) * slice_size, width, i, j);
  }
}

}  // namespace

template <class T>
bool backend<cuda>::packed_gram(const symmetric_layout& at, const T* u, std::int64_t width,
                                T* packed) {
  if (!state_->choices.packed_gram || at.n > largest_packed || width > largest_packed) return false;
  const device_guard guard(state_->device);
  launch(state_->stream, "packed product kernel", packed_gram_kernel<T>, blocks_for(at.entries()),
         at, u, width, packed);
  return true;
}

template bool backend<cuda>::packed_gram(const symmetric_layout&, const float*, std::int64_t,
                                         float*);
template bool backend<cuda>::packed_gram(const symmetric_layout&, const double*, std::int64_t,
                                         double*);

}  // namespace tubal::detail
