// Small gradient descents: a trial per block, all of it in shared memory, all its steps in one
// launch.
#include "core/primitives/symmetric_layout.hpp"
#include "cuda/context.hpp"
#include "cuda/kernels/block.cuh"
#include "cuda/kernels/packed_gram.cuh"

namespace tubal::detail {
namespace {

/// M is kept by rows of its lower triangle; where row i begins:
__host__ __device__ std::int64_t gram_row(std::int64_t i) { return i * (i + 1) / 2; }

template <class T>
__global__ void keep_gram_kernel(batch<const T> m, T* kept) {
  for (std::int64_t i = blockIdx.x; i < m.rows; i += gridDim.x)
    for (std::int64_t j = threadIdx.x; j <= i; j += block_threads)
      kept[gram_row(i) + j] = m.data[i + m.ld * j];
}

/// Where the parts of a trial are, for one block.
template <class T>
struct trial {
  std::int64_t n, width, size;
  symmetric_layout at;
  T *gram, *u, *next, *z, *d, *target, *pull;
};

std::int64_t reals_in_shared(std::int64_t n, std::int64_t width, std::int64_t k) {
  const std::int64_t size = symmetric_dimension(n, k);
  return gram_row(size) + 2 * n * width * k + 4 * size;
}

template <class T>
__device__ trial<T> carve(const descents<T>& all, const symmetric_layout& at, std::int64_t size,
                          T* memory) {
  const std::int64_t factor = all.n * all.width * all.k;
  trial<T> t{all.n,   all.width, size,    at,      memory, nullptr,
             nullptr, nullptr,   nullptr, nullptr, nullptr};
  t.u = t.gram + gram_row(size);
  t.next = t.u + factor;
  t.z = t.next + factor;
  t.d = t.z + size;
  t.target = t.d + size;
  t.pull = t.target + size;
  return t;
}

template <class F>
__device__ void each(std::int64_t count, F f) {
  for (std::int64_t e = threadIdx.x; e < count; e += block_threads) f(e);
}
template <class T>
__device__ void copy_block(const T* from, T* to, std::int64_t count) {
  each(count, [&](std::int64_t e) { to[e] = from[e]; });
}

/// Entry e of mu-less U - unpack(z) U is u(e) - mu times this, in complex slices.
template <class T>
__device__ void complex_entry(const trial<T>& t, T mu, std::int64_t e) {
  const std::int64_t n = t.n, i = e % n, column = e / n, slice = column / t.width;
  const T* u = t.u + 2 * column * n;
  const T* z = t.z + slice * n * n;
  const T on = static_cast<T>(1 / t.at.complex_scale),
          off = static_cast<T>(1 / (t.at.complex_scale * sqrt2));
  T re = on * z[i + n * i] * u[2 * i], im = on * z[i + n * i] * u[2 * i + 1];
  for (std::int64_t j = 0; j < n; ++j) {
    if (j == i) continue;
    const std::int64_t high = i > j ? i : j, low = i > j ? j : i;
    const T zr = off * z[high + n * low], zi = (i > j ? off : -off) * z[low + n * high];
    re += zr * u[2 * j] - zi * u[2 * j + 1];
    im += zr * u[2 * j + 1] + zi * u[2 * j];
  }
  t.next[2 * e] = t.u[2 * e] - mu * re;
  t.next[2 * e + 1] = t.u[2 * e + 1] - mu * im;
}
template <class T>
__device__ void real_entry(const trial<T>& t, T mu, std::int64_t first, std::int64_t e) {
  const std::int64_t n = t.n, i = e % n, column = e / n, slice = column / t.width;
  const T* u = t.u + first + column * n;
  const T on = static_cast<T>(1 / t.at.real_scale),
          off = static_cast<T>(1 / (t.at.real_scale * sqrt2));
  T sum = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t high = i > j ? i : j, low = i > j ? j : i;
    sum += (i == j ? on : off) * t.z[t.at.real_coordinate(high, low, slice)] * u[j];
  }
  t.next[first + e] = t.u[first + e] - mu * sum;
}

/// U <- U - mu unpack(z) U
template <class T>
__device__ void update(trial<T>& t, T mu) {
  const std::int64_t slice = t.n * t.width, first = 2 * t.at.complex_slices * slice;
  each(t.at.complex_slices * slice, [&](std::int64_t e) { complex_entry(t, mu, e); });
  each(t.at.real_slices * slice, [&](std::int64_t e) { real_entry(t, mu, first, e); });
  T* former = t.u;
  t.u = t.next;
  t.next = former;
  __syncthreads();
}

/// d = pack(U U^H) - target,  z = M d - pull
template <class T>
__device__ void evaluate(trial<T>& t) {
  const std::int64_t n = t.n;
  const std::int64_t slice_size = n * t.width;
  each(t.at.complex_slices * n * n, [&](std::int64_t e) {
    const T* u = t.u + 2 * (e / n / n) * slice_size;
    t.d[e] = complex_gram_coordinate(t.at, u, t.width, e % n, e / n % n) - t.target[e];
  });
  each(t.at.real_slices * n * n, [&](std::int64_t e) {
    const std::int64_t i = e % n, j = e / n % n, slice = e / n / n;
    if (i < j) return;
    const std::int64_t to = t.at.real_coordinate(i, j, slice);
    const T* u = t.u + (2 * t.at.complex_slices + slice) * slice_size;
    t.d[to] = real_gram_coordinate(t.at, u, t.width, i, j) - t.target[to];
  });
  __syncthreads();
  each(t.size, [&](std::int64_t i) {
    const T* row = t.gram + gram_row(i);
    T sum = 0;
    for (std::int64_t j = 0; j <= i; ++j) sum += row[j] * t.d[j];
    for (std::int64_t j = i + 1; j < t.size; ++j) sum += t.gram[gram_row(j) + i] * t.d[j];
    t.z[i] = sum - t.pull[i];
  });
  __syncthreads();
}

template <class T>
__device__ void add_up(const trial<T>& t, double* sums) {
  double dd = 0, dz = 0, dp = 0;
  each(t.size, [&](std::int64_t e) {
    const double d = static_cast<double>(t.d[e]);
    dd += d * d;
    dz += d * static_cast<double>(t.z[e]);
    dp += d * static_cast<double>(t.pull[e]);
  });
  const auto plus = [](double a, double b) { return a + b; };
  dd = block_reduce(dd, plus);
  dz = block_reduce(dz, plus);
  dp = block_reduce(dp, plus);
  if (threadIdx.x != 0) return;
  sums[0] = dd;
  sums[1] = dz;
  sums[2] = dp;
}

template <class T>
__device__ void load(const descents<T>& all, std::int64_t b, trial<T>& t) {
  __syncthreads();  // the last use of shared memory is over
  copy_block(all.grams + all.gram_of[b] * gram_row(t.size), t.gram, gram_row(t.size));
  copy_block<T>(all.factors + b * all.factor_stride, t.u, all.n * all.width * all.k);
  copy_block(all.targets + b * t.size, t.target, t.size);
  copy_block(all.pulls + b * t.size, t.pull, t.size);
  copy_block<T>(all.gradients + b * t.size, t.z, t.size);
  __syncthreads();
}

template <class T>
__global__ void descent_kernel(descents<T> all, symmetric_layout at, std::int64_t size,
                               descent_course course) {
  for (std::int64_t b = blockIdx.x; b < all.count; b += gridDim.x) {
    trial<T> t = carve(all, at, size, reinterpret_cast<T*>(dynamic_shared_memory()));
    load(all, b, t);
    const T mu = static_cast<T>(all.step_sizes[b]);
    if (!course.evaluated) evaluate(t);
    for (std::int64_t record = 0; record < course.records; ++record) {
      for (std::int64_t s = 0; s < course.every; ++s) {
        update(t, mu);
        evaluate(t);
      }
      add_up(t, all.sums + (record * all.count + b) * descent_sums);
    }
    copy_block<T>(t.u, all.factors + b * all.factor_stride, all.n * all.width * all.k);
    copy_block<T>(t.z, all.gradients + b * size, size);
  }
}

}  // namespace

template <class T>
bool backend<cuda>::descent_plan<T>::fits(backend& b, std::int64_t n, std::int64_t width,
                                          std::int64_t k) {
  return reals_in_shared(n, width, k) * static_cast<std::int64_t>(sizeof(T)) <=
         most_shared_bytes(b.internals().device);
}

template <class T>
backend<cuda>::descent_plan<T>::descent_plan(backend& b, std::int64_t n, std::int64_t width,
                                             std::int64_t k)
    : backend_(&b), shared_bytes_(reals_in_shared(n, width, k) * sizeof(T)) {
  const device_guard guard(b.internals().device);
  allow_shared(descent_kernel<T>, b.internals().device);
}

template <class T>
std::int64_t backend<cuda>::descent_plan<T>::gram_reals(std::int64_t size) {
  return gram_row(size);
}

template <class T>
void backend<cuda>::descent_plan<T>::keep_gram(batch<const T> m, T* kept) {
  const device_guard guard(backend_->internals().device);
  launch(backend_->internals().stream, "keep_gram kernel", keep_gram_kernel<T>,
         a_block_each(m.rows), m, kept);
}

template <class T>
void backend<cuda>::descent_plan<T>::execute(const descents<T>& all, const descent_course& course) {
  const device_guard guard(backend_->internals().device);
  launch_with_shared(backend_->internals().stream, "descent kernel", descent_kernel<T>,
                     a_block_each(all.count), shared_bytes_, all, layout_of(all.n, all.k),
                     symmetric_dimension(all.n, all.k), course);
}

template class backend<cuda>::descent_plan<float>;
template class backend<cuda>::descent_plan<double>;

}  // namespace tubal::detail
