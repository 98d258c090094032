// Whether a vendor's decompositions are decompositions.
#include "core/primitives/philox.hpp"
#include "cuda/kernels/jacobi.cuh"
#include "cuda/kernels/jacobi.hpp"

namespace tubal::detail {
namespace {

constexpr double largest_ratio = 30;
constexpr std::uint32_t trials = 2;

template <class N>
struct checked_result {
  batch<const N> a;
  staged what;
  const double* scale;
  const real_of<N>* values;
  batch<const N> left, right;
  bool right_is_adjoint;
};

/// y = F x - y with entries f(i, j), an entry of y a thread; ends with a barrier.
template <class W, class F>
__device__ void multiply(int rows, int cols, F f, const W* x, W* y) {
  for (int i = static_cast<int>(threadIdx.x); i < rows; i += block_threads) {
    W sum{};
    for (int j = 0; j < cols; ++j) sum = sum + f(i, j) * x[j];
    y[i] = sum - y[i];
  }
  __syncthreads();
}
/// y(i) = f(i), likewise.
template <class W, class F>
__device__ void assign(int rows, W* y, F f) {
  for (int i = static_cast<int>(threadIdx.x); i < rows; i += block_threads) y[i] = f(i);
  __syncthreads();
}
template <class W>
__device__ double norm(int rows, const W* y) {
  double sum = 0;
  for (int i = static_cast<int>(threadIdx.x); i < rows; i += block_threads) sum += abs_square(y[i]);
  return sqrt(block_reduce(sum, plus()));
}

/// As many numbers each as S has rows.
template <class W>
struct check_vectors {
  W *x, *y, *z;
};

/// ||Q^H Q x - x||
template <class W, class Q>
__device__ double loss_of_orthogonality(int rows, int cols, Q q, check_vectors<W> v) {
  assign(rows, v.y, [](int) { return W{}; });
  multiply(rows, cols, q, v.x, v.y);
  assign(cols, v.z, [&](int j) { return v.x[j]; });
  multiply(
      cols, rows, [&](int i, int j) { return conjugate(q(j, i)); }, v.y, v.z);
  return norm(cols, v.z);
}

/// The errors of slice b for the x in `v`, divided by the number of columns.
template <class N, class W = in_double<N>>
__device__ double error_of(const checked_result<N>& r, std::int64_t b, int rows, int cols,
                           check_vectors<W> v) {
  const double scale = r.scale[b];
  const real_of<N>* values = r.values + b * cols;
  const auto value = [&](int j) { return static_cast<double>(values[j]); };
  const auto s = [&](int i, int j) {
    return each_part(widen(staged_entry(r.a, b, r.what, i, j)),
                     [=](double x) { return x / scale; });
  };
  const auto left = [&](int i, int j) { return widen(entry(r.left, b, i, j)); };
  const auto right = [&](int i, int j) {
    return r.right_is_adjoint ? conjugate(widen(entry(r.right, b, j, i)))
                              : widen(entry(r.right, b, i, j));
  };
  double size = least_normal<double>;
  for (int j = 0; j < cols; ++j) size += value(j) * value(j);
  assign(cols, v.z, [](int) { return W{}; });
  multiply(cols, cols, right, v.x, v.z);
  assign(rows, v.y, [](int) { return W{}; });
  multiply(
      rows, cols, [&](int i, int j) { return value(j) * left(i, j); }, v.x, v.y);
  multiply(rows, cols, s, v.z, v.y);
  const double residual = norm(rows, v.y) / sqrt(size);
  const double of_left = loss_of_orthogonality(rows, cols, left, v);
  return (residual + of_left + loss_of_orthogonality(cols, cols, right, v)) / cols;
}

/// Their mean for some random x.
template <class N, class W = in_double<N>>
__device__ double error_of_vectors(const checked_result<N>& r, std::int64_t b, int rows, int cols,
                                   check_vectors<W> v) {
  double sum = 0;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    __syncthreads();
    assign(cols, v.x, [&](int j) {
      return real_number<W>(normal()({0x7ab1, trial}, static_cast<std::uint64_t>(j)));
    });
    sum += error_of(r, b, rows, cols, v);
  }
  return sum / trials;
}

/// | ||S||_F^2 - sum of the squares of the values | / ||S||_F^2, and likewise of the trace of a
/// Hermitian S.
template <class N>
__device__ double error_of_values(const checked_result<N>& r, std::int64_t b, int rows, int cols) {
  double square = 0, trace = 0, values_square = 0, values_sum = 0;
  for (std::int64_t e = threadIdx.x; e < std::int64_t{rows} * cols; e += block_threads) {
    const auto x = widen(staged_entry(r.a, b, r.what, e % rows, e / rows));
    square += abs_square(each_part(x, [&](double v) { return v / r.scale[b]; }));
    if (e % rows == e / rows) trace += real_part(x) / r.scale[b];
  }
  square = block_reduce(square, plus());
  trace = block_reduce(trace, plus());
  for (int j = 0; j < cols; ++j) {
    const double value = r.values[b * cols + j];
    values_square += value * value;
    values_sum += value;
  }
  if (square == 0) return values_square == 0 ? 0 : HUGE_VAL;
  const double of_trace = r.what == staged::hermitian ? fabs(trace - values_sum) / sqrt(square) : 0;
  return (fabs(square - values_square) / square + of_trace) / cols;
}

template <class N>
__global__ void check_kernel(checked_result<N> r, in_double<N>* work, int* info) {
  const bool turned = r.what == staged::adjoint;
  const int rows = static_cast<int>(turned ? r.a.cols : r.a.rows),
            cols = static_cast<int>(turned ? r.a.rows : r.a.cols);
  constexpr double eps = epsilon<real_of<N>> / 2;
  for (std::int64_t b = blockIdx.x; b < r.a.count; b += gridDim.x) {
    if (info[b] != 0 || isnan(r.scale[b])) continue;
    in_double<N>* const own = work + 3 * b * rows;
    const double error = r.left.data
                             ? error_of_vectors(r, b, rows, cols, {own, own + rows, own + 2 * rows})
                             : error_of_values(r, b, rows, cols);
    __syncthreads();
    if (!(error <= largest_ratio * eps) && threadIdx.x == 0) info[b] = 1;
  }
}

}  // namespace

std::int64_t check_reals(std::int64_t rows, std::int64_t cols) { return 6 * std::max(rows, cols); }

template <class E>
void check_result(cudaStream_t stream, const vendor_result<E>& r, double* work, int* info) {
  const checked_result<number<E>> checked{numbers(r.a),      r.what,          r.scale,
                                          r.values,          numbers(r.left), numbers(r.right),
                                          r.right_is_adjoint};
  launch(stream, "checking kernel", check_kernel<number<E>>, a_block_each(r.a.count), checked,
         reinterpret_cast<in_double<number<E>>*>(work), info);
}

template void check_result(cudaStream_t, const vendor_result<float>&, double*, int*);
template void check_result(cudaStream_t, const vendor_result<double>&, double*, int*);
template void check_result(cudaStream_t, const vendor_result<std::complex<float>>&, double*, int*);
template void check_result(cudaStream_t, const vendor_result<std::complex<double>>&, double*, int*);

}  // namespace tubal::detail
