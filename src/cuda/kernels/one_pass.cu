// The sensing step in one pass.
#include "cuda/kernels/one_pass.hpp"

#include "cuda/kernels/block.cuh"

namespace tubal::detail {
namespace {

// Fixed, so that the bits do not depend on the device: two blocks for each multiprocessor of an
// H200.
constexpr std::int64_t most_blocks = 264;
constexpr int rows_at_once = 4;
constexpr int chunk_rows = 16, columns_of_strip = 1024;

/// z = the sum of `count` parts, in order.
template <class T>
__global__ void add_parts(const T* parts, std::int64_t count, std::int64_t n, T* z) {
  for (std::int64_t j = first_element(); j < n; j += grid_threads()) {
    T sum = 0;
    for (std::int64_t b = 0; b < count; ++b) sum += parts[b * n + j];
    z[j] = sum;
  }
}

// ---- by rows
template <class T, class Stored>
__global__ void rows_kernel(sensing_step<T, Stored> s, T* parts) {
  T* const rows = reinterpret_cast<T*>(dynamic_shared_memory());
  T* const z = rows + rows_at_once * s.n;
  const std::int64_t last = s.m * (blockIdx.x + 1) / gridDim.x;
  for (std::int64_t j = threadIdx.x; j < s.n; j += block_threads) z[j] = 0;
  for (std::int64_t i = s.m * blockIdx.x / gridDim.x; i < last; i += rows_at_once) {
    const int count = static_cast<int>(last - i < rows_at_once ? last - i : rows_at_once);
    T sums[rows_at_once] = {}, wanted[rows_at_once] = {};
    for (int r = 0; r < count; ++r) wanted[r] = s.y[i + r];
    for (std::int64_t j = threadIdx.x; j < s.n; j += block_threads)
      for (int r = 0; r < count; ++r) {
        const T value = static_cast<T>(s.a[(i + r) * s.n + j]);
        rows[r * s.n + j] = value;  // this thread alone reads it again
        sums[r] += value * s.x[j];
      }
    for (int r = 0; r < count; ++r) {
      sums[r] = static_cast<T>(block_reduce(sums[r], plus()) - wanted[r]);
      if (threadIdx.x == 0) s.residual[i + r] = sums[r];
    }
    for (std::int64_t j = threadIdx.x; j < s.n; j += block_threads)
      for (int r = 0; r < count; ++r) z[j] += sums[r] * rows[r * s.n + j];
  }
  for (std::int64_t j = threadIdx.x; j < s.n; j += block_threads)
    parts[blockIdx.x * s.n + j] = z[j];
}

std::int64_t blocks_of_rows(std::int64_t m) { return std::min(m, most_blocks); }
std::size_t bytes_per_column(std::size_t element) { return (rows_at_once + 1) * element; }

// ---- by strips
/// Groups of rows go their way through A side by side, `chunk_rows` a launch.
struct strip_grid {
  std::int64_t strips, groups, launches;
};
strip_grid strips_of(std::int64_t m, std::int64_t n) {
  const std::int64_t strips = (n + columns_of_strip - 1) / columns_of_strip;
  const std::int64_t groups = std::clamp<std::int64_t>(most_blocks / strips, 1, m);
  const std::int64_t rows = (m + groups - 1) / groups;
  return {strips, groups, (rows + chunk_rows - 1) / chunk_rows};
}

struct row_range {
  std::int64_t first, last;
};
/// Chunk `launch` of a group; empty when the group has come to its end.
__device__ row_range chunk_of(std::int64_t m, strip_grid grid, std::int64_t group,
                              std::int64_t launch) {
  const std::int64_t end = m * (group + 1) / grid.groups,
                     first = m * group / grid.groups + launch * chunk_rows;
  return {first, first + chunk_rows < end ? first + chunk_rows : end};
}

/// Products with x of the rows of chunk `launch`, strip by strip, and the update of z by the chunk
/// before it.
template <class T, class Stored>
__global__ void strip_kernel(sensing_step<T, Stored> s, strip_grid grid, std::int64_t launch,
                             double* dots, T* parts) {
  __shared__ T residual[chunk_rows];
  const std::int64_t strip = blockIdx.x % grid.strips, group = blockIdx.x / grid.strips;
  const std::int64_t begin = strip * columns_of_strip,
                     end = begin + columns_of_strip < s.n ? begin + columns_of_strip : s.n;
  const auto place = [&](std::int64_t of_launch, std::int64_t of_strip) {
    return dots + ((of_launch % 2 * grid.groups + group) * grid.strips + of_strip) * chunk_rows;
  };
  if (launch > 0) {
    const row_range rows = chunk_of(s.m, grid, group, launch - 1);
    const std::int64_t own = rows.first + threadIdx.x;
    if (threadIdx.x < chunk_rows && own < rows.last) {
      double sum = 0;
      for (std::int64_t other = 0; other < grid.strips; ++other)
        sum += place(launch - 1, other)[threadIdx.x];
      residual[threadIdx.x] = static_cast<T>(sum);
      if (strip == 0) s.residual[own] = static_cast<T>(sum);
    }
    __syncthreads();
    for (std::int64_t j = begin + threadIdx.x; j < end; j += block_threads) {
      T sum = launch == 1 ? T(0) : parts[group * s.n + j];
      for (std::int64_t i = rows.first; i < rows.last; ++i)
        sum += residual[i - rows.first] * static_cast<T>(s.a[i * s.n + j]);
      parts[group * s.n + j] = sum;
    }
  }
  const row_range rows = chunk_of(s.m, grid, group, launch);
  for (std::int64_t i = rows.first; i < rows.last; ++i) {
    T sum = 0;
    for (std::int64_t j = begin + threadIdx.x; j < end; j += block_threads)
      sum += static_cast<T>(s.a[i * s.n + j]) * s.x[j];
    const double all = block_reduce(sum, plus());
    if (threadIdx.x == 0)  // y of a row is read before the launch that writes its residual
      place(launch, strip)[i - rows.first] = strip == 0 ? all - static_cast<double>(s.y[i]) : all;
  }
}

std::int64_t dots_of(strip_grid grid) { return 2 * grid.groups * grid.strips * chunk_rows; }

}  // namespace

template <class T>
bool rows_fit(int device, std::int64_t n) {
  return n <= most_shared_bytes(device) / static_cast<std::int64_t>(bytes_per_column(sizeof(T)));
}
template <class T, class Stored>
void prepare_rows(int device) {
  allow_shared(rows_kernel<T, Stored>, device);
}
template <class T>
std::size_t rows_work_bytes(std::int64_t m, std::int64_t n) {
  return static_cast<std::size_t>(blocks_of_rows(m) * n) * sizeof(T);
}
template <class T, class Stored>
void sense_by_rows(cudaStream_t stream, const sensing_step<T, Stored>& step, void* work) {
  const std::int64_t blocks = blocks_of_rows(step.m);
  auto* parts = static_cast<T*>(work);
  launch_with_shared(stream, "sensing kernel", rows_kernel<T, Stored>, blocks,
                     static_cast<std::size_t>(step.n) * bytes_per_column(sizeof(T)), step, parts);
  launch(stream, "sensing kernel", add_parts<T>, blocks_for(step.n), parts, blocks, step.n, step.z);
}

template <class T>
std::size_t strips_work_bytes(std::int64_t m, std::int64_t n) {
  const strip_grid grid = strips_of(m, n);
  return static_cast<std::size_t>(dots_of(grid)) * sizeof(double) +
         static_cast<std::size_t>(grid.groups * n) * sizeof(T);
}
template <class T, class Stored>
void sense_by_strips(cudaStream_t stream, const sensing_step<T, Stored>& step, void* work) {
  const strip_grid grid = strips_of(step.m, step.n);
  auto* dots = static_cast<double*>(work);
  auto* parts = reinterpret_cast<T*>(dots + dots_of(grid));
  for (std::int64_t t = 0; t <= grid.launches; ++t)
    launch(stream, "sensing kernel", strip_kernel<T, Stored>, grid.strips * grid.groups, step, grid,
           t, dots, parts);
  launch(stream, "sensing kernel", add_parts<T>, blocks_for(step.n), parts, grid.groups, step.n,
         step.z);
}

#define TUBAL_INSTANTIATE(T)                                           \
  template bool rows_fit<T>(int, std::int64_t);                        \
  template std::size_t rows_work_bytes<T>(std::int64_t, std::int64_t); \
  template std::size_t strips_work_bytes<T>(std::int64_t, std::int64_t);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
#undef TUBAL_INSTANTIATE
#define TUBAL_INSTANTIATE(T, Stored)                                                \
  template void prepare_rows<T, Stored>(int);                                       \
  template void sense_by_rows(cudaStream_t, const sensing_step<T, Stored>&, void*); \
  template void sense_by_strips(cudaStream_t, const sensing_step<T, Stored>&, void*);
TUBAL_INSTANTIATE(float, float)
TUBAL_INSTANTIATE(double, double)
TUBAL_INSTANTIATE(double, float)

}  // namespace tubal::detail
