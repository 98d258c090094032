// LU, Cholesky and triangular solves of small matrices.
#include "cuda/kernels/small.cuh"

#include "cuda/kernels/failure.cuh"

namespace tubal::detail {
namespace {

template <class P>
__device__ void exchange(P& x, P& y) {
  const P former = x;
  x = y;
  y = former;
}

/// The first of the largest entries of column k from the diagonal on.
template <class N>
__device__ int pivot_row(tile<N>& t, int k, int rows) {
  int best = k;
  auto largest = abs_sum(t(k, k));
  for (int i = k + 1; i < rows; ++i) {
    if (!(abs_sum(t(i, k)) > largest)) continue;
    best = i;
    largest = abs_sum(t(i, k));
  }
  return best;
}

/// False where the pivot is zero.
template <class N>
__device__ bool lu_step(tile<N>& t, int* order, int k, int rows, int cols) {
  const int me = static_cast<int>(threadIdx.x), pivot = pivot_row(t, k, rows);  // found by all
  __syncthreads();
  if (me < cols) exchange(t(k, me), t(pivot, me));
  if (me == cols) exchange(order[k], order[pivot]);
  __syncthreads();
  const bool zero = abs_sum(t(k, k)) == 0;  // and so is all below
  if (me > k && me < rows && !zero) t(me, k) = t(me, k) / t(k, k);
  __syncthreads();
  each_entry(rows, cols, [&](int i, int j) {
    if (i > k && j > k) t(i, j) = t(i, j) - t(i, k) * t(k, j);
  });
  __syncthreads();
  return !zero;
}

template <class N>
__global__ void lu_kernel(batch<N> a, std::int64_t* order, double* singular) {
  __shared__ tile<N> t;
  __shared__ int rows_in_order[largest_small];
  const int rows = static_cast<int>(a.rows), cols = static_cast<int>(a.cols);
  const int steps = rows < cols ? rows : cols, me = static_cast<int>(threadIdx.x);
  for (std::int64_t b = blockIdx.x; b < a.count; b += gridDim.x) {
    if (me < rows) rows_in_order[me] = me;
    const bool finite = load(a, b, t);
    bool regular = true;
    for (int k = 0; k < steps && finite; ++k)
      if (!lu_step(t, rows_in_order, k, rows, cols)) regular = false;
    if (singular && !regular && me == 0) note_failure(singular, is_complex<N>, b);
    store(a, b, [&](int i, int j) { return finite ? t(i, j) : not_a_number<N>(); });
    if (me < rows) order[b * rows + me] = rows_in_order[me];
  }
}

/// Column k of L but for its diagonal, whose square stays; and what it takes from later columns.
/// False where the matrix is not positive definite.
template <class N>
__device__ bool cholesky_step(tile<N>& t, int k, int n) {
  const int me = static_cast<int>(threadIdx.x);
  const real_of<N> pivot = real_part(t(k, k));
  if (!(pivot > 0 && pivot <= DBL_MAX)) return false;
  if (me > k && me < n) t(me, k) = t(me, k) / std::sqrt(pivot);
  __syncthreads();
  each_entry(n, n, [&](int i, int j) {
    if (i >= j && j > k) t(i, j) = t(i, j) - t(i, k) * conjugate(t(j, k));
  });
  __syncthreads();
  return true;
}

template <class N>
__global__ void cholesky_kernel(batch<N> a, double* fault) {
  __shared__ tile<N> t;
  const int n = static_cast<int>(a.rows);
  for (std::int64_t b = blockIdx.x; b < a.count; b += gridDim.x) {
    load(a, b, t);
    bool definite = true;
    for (int k = 0; k < n && definite; ++k) definite = cholesky_step(t, k, n);
    store(a, b, [&](int i, int j) {
      if (!definite) return not_a_number<N>();
      return i < j ? N{} : i > j ? t(i, j) : real_number<N>(std::sqrt(real_part(t(i, i))));
    });
    if (!definite && threadIdx.x == 0) note_failure(fault, is_complex<N>, b);
  }
}

/// Row k of X from the rows before it, and what it takes from those after it.
template <class N>
__device__ void substitute(tile<N>& a, tile<N>& x, diagonal d, int k, bool forward, int rows,
                           int cols) {
  const int me = static_cast<int>(threadIdx.x);
  if (me < cols && d == diagonal::given) x(k, me) = x(k, me) / a(k, k);
  __syncthreads();
  each_entry(rows, cols, [&](int i, int j) {
    if (forward ? i > k : i < k) x(i, j) = x(i, j) - a(i, k) * x(k, j);
  });
  __syncthreads();
}

template <class N>
__global__ void triangular_kernel(triangle triangle_of_a, op op_a, diagonal d, batch<const N> a,
                                  batch<N> b, std::int64_t panels) {
  __shared__ tile<N> left, right;  // op(A) and some columns of B
  const bool plain = op_a == op::none, forward = (triangle_of_a == triangle::lower) == plain;
  const int rows = static_cast<int>(b.rows);
  for (std::int64_t task = blockIdx.x; task < b.count * panels; task += gridDim.x) {
    const std::int64_t s = task / panels, first = task % panels * largest_small;
    batch<N> panel = b;
    panel.data += first * b.ld;
    panel.cols = b.cols - first < largest_small ? b.cols - first : largest_small;
    load(panel, s, right);
    each_entry(rows, rows, [&](int i, int j) {
      left(i, j) = plain ? entry(a, s, i, j) : conjugate(entry(a, s, j, i));
    });
    __syncthreads();
    for (int k = 0; k < rows; ++k)
      substitute(left, right, d, forward ? k : rows - 1 - k, forward, rows,
                 static_cast<int>(panel.cols));
    store(panel, s, [&](int i, int j) { return right(i, j); });
  }
}

}  // namespace

template <class E>
void small_lu(cudaStream_t stream, batch<E> a, std::int64_t* order, double* singular) {
  launch(stream, "LU kernel", lu_kernel<number<E>>, a_block_each(a.count), numbers(a), order,
         singular);
}

template <class E>
void small_cholesky(cudaStream_t stream, batch<E> a, double* fault) {
  launch(stream, "Cholesky kernel", cholesky_kernel<number<E>>, a_block_each(a.count), numbers(a),
         fault);
}

template <class E>
void small_triangular(cudaStream_t stream, triangle t, op op_a, diagonal d, batch<const E> a,
                      batch<E> b) {
  const std::int64_t panels = (b.cols + largest_small - 1) / largest_small;
  launch(stream, "triangular kernel", triangular_kernel<number<E>>, a_block_each(b.count * panels),
         t, op_a, d, numbers(a), numbers(b), panels);
}

#define TUBAL_INSTANTIATE(E)                                              \
  template void small_lu(cudaStream_t, batch<E>, std::int64_t*, double*); \
  template void small_cholesky(cudaStream_t, batch<E>, double*);          \
  template void small_triangular(cudaStream_t, triangle, op, diagonal, batch<const E>, batch<E>);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
