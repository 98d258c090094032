// LQ of small matrices by Householder reflections H = I - tau w w^H from the right, w^H = v with
// v_k = 1: A H_0 H_1 ... = L, Q = ... H_1^H H_0^H.
#include "cuda/kernels/small.cuh"

namespace tubal::detail {
namespace {

/// The reflection that turns the end of a row, from entry k on, into its first entry `first`.
template <class N>
struct reflection {
  N tau, divisor;          // v = row / size / divisor
  real_of<N> first, size;  // of the largest part of the row: squares may not be representable
};

template <class N>
__device__ reflection<N> reflection_of(tile<N>& t, int k, int cols) {
  double largest = 0;
  for (int j = k; j < cols; ++j) largest = fmax(largest, magnitude(t(k, j)));
  const auto size = static_cast<real_of<N>>(largest);
  if (size == 0) return {N{}, real_number<N>(1), 0, 1};
  real_of<N> sum = 0;
  for (int j = k; j < cols; ++j) sum += abs_square(t(k, j) / size);
  const N head = t(k, k) / size;
  const real_of<N> beta = real_part(head) > 0 ? -std::sqrt(sum) : std::sqrt(sum);
  return {(real_number<N>(beta) - conjugate(head)) / beta, head - real_number<N>(beta), beta * size,
          size};
}

/// Row = row - factor (row v^H) v for all rows after k; v is the end of row k, after its diagonal.
template <class N>
__device__ void reflect_rows(tile<N>& t, int k, N factor, int rows, int cols) {
  const int own = own_row();
  N product{};  // found by every thread that has a part of the row
  if (own > k && own < rows) {
    product = t(own, k);
    for (int j = k + 1; j < cols; ++j) product = product + t(own, j) * conjugate(t(k, j));
    product = factor * product;
  }
  __syncthreads();
  each_entry(rows, cols, [&](int i, int j) {
    if (i > k && j >= k) t(i, j) = t(i, j) - (j == k ? product : product * t(k, j));
  });
  __syncthreads();
}

/// Row k of L, its reflection in the rest of the row, and later rows reflected.
template <class N>
__device__ void reduce_row(tile<N>& t, N* tau, int k, int rows, int cols) {
  const int me = static_cast<int>(threadIdx.x);
  const reflection<N> h = reflection_of(t, k, cols);  // found by all
  __syncthreads();
  if (me > k && me < cols) t(k, me) = t(k, me) / h.size / h.divisor;
  if (me == k) {
    t(k, k) = real_number<N>(h.first);
    tau[k] = h.tau;
  }
  __syncthreads();
  reflect_rows(t, k, h.tau, rows, cols);
}

/// Rows k .. of Q from those after k, which are zero up to column k, and the reflection in row k.
template <class N>
__device__ void form_row(tile<N>& t, const N* tau, int k, int rows, int cols) {
  const int me = static_cast<int>(threadIdx.x);
  const N factor = conjugate(tau[k]);
  reflect_rows(t, k, factor, rows, cols);
  if (me > k && me < cols) t(k, me) = -(factor * t(k, me));
  if (me == k) t(k, k) = real_number<N>(1) - factor;
  __syncthreads();
}

template <class N>
__global__ void lq_kernel(batch<N> a, batch<N> l) {
  __shared__ tile<N> t;
  __shared__ N tau[largest_small];
  const int rows = static_cast<int>(a.rows), cols = static_cast<int>(a.cols);
  for (std::int64_t b = blockIdx.x; b < a.count; b += gridDim.x) {
    const bool finite = load(a, b, t);
    for (int k = 0; k < rows && finite; ++k) reduce_row(t, tau, k, rows, cols);
    store(l, b, [&](int i, int j) { return !finite ? not_a_number<N>() : i < j ? N{} : t(i, j); });
    __syncthreads();
    each_entry(rows, rows, [&](int i, int j) {
      if (i > j) t(i, j) = N{};
    });
    __syncthreads();
    for (int k = rows - 1; k >= 0 && finite; --k) form_row(t, tau, k, rows, cols);
    store(a, b, [&](int i, int j) { return finite ? t(i, j) : not_a_number<N>(); });
  }
}

}  // namespace

template <class E>
void small_lq(cudaStream_t stream, batch<E> a, batch<E> l) {
  launch(stream, "LQ kernel", lq_kernel<number<E>>, a_block_each(a.count), numbers(a), numbers(l));
}

template void small_lq(cudaStream_t, batch<float>, batch<float>);
template void small_lq(cudaStream_t, batch<double>, batch<double>);
template void small_lq(cudaStream_t, batch<std::complex<float>>, batch<std::complex<float>>);
template void small_lq(cudaStream_t, batch<std::complex<double>>, batch<std::complex<double>>);

}  // namespace tubal::detail
