// Singular values by one-sided Jacobi rotations of rows, which lose none of the small ones, nor
// digits of rows or columns that differ in size: J B = diag(values) Q has orthogonal rows. A tall
// matrix goes in as its adjoint. Source: Demmel and Veselic 1992.
#pragma once

#include "cuda/kernels/jacobi.cuh"
#include "cuda/kernels/jacobi.hpp"

namespace tubal::detail {

inline constexpr int pair_threads = 16, pairs_at_once = block_threads / pair_threads;

/// Below, a row has lost its digits; the largest part of all rows is 1 or more.
template <class T>
__device__ double least_norm() {
  return 64 * static_cast<double>(least_normal<T>);
}

/// Inner products of two rows.
template <class N>
struct row_products {
  double a = 0, b = 0;
  in_double<N> g{};
};

/// A power of two near the largest part of a row, 0 where the row has lost its digits.
template <class M, class N = entry_of<M>>
__device__ double size_of_row(M& x, int row, int cols) {
  double size = 0;
  for (int j = 0; j < cols; ++j) size = fmax(size, magnitude(x(row, j)));
  return size > least_norm<real_of<N>>() ? scalbn(1.0, ilogb(size)) : 0;
}

/// Of two rows divided by their sizes, every `pair_threads`-th column.
template <class M, class N = entry_of<M>>
__device__ row_products<N> products_of(M& x, index_pair at, double low, double high, int first,
                                       int cols) {
  row_products<N> sum;
  for (int j = first; j < cols; j += pair_threads) {
    const in_double<N> p = each_part(widen(x(at.low, j)), [=](double v) { return v / low; }),
                       q = each_part(widen(x(at.high, j)), [=](double v) { return v / high; });
    sum.a += abs_square(p);
    sum.b += abs_square(q);
    sum.g = sum.g + p * conjugate(q);
  }
  return sum;
}

template <class M, class N = entry_of<M>>
__device__ void turn_rows_of(M& x, index_pair at, const rotation<N>& r, int first, int cols) {
  for (int j = first; j < cols; j += pair_threads) {
    const N p = x(at.low, j), q = x(at.high, j);
    x(at.low, j) = r.c * p - r.s * q;
    x(at.high, j) = conjugate(r.s) * p + r.c * q;
  }
}

/// One round for B, rows x cols, and for J, rows x rows, where there is one. Whether this thread
/// has turned a pair.
template <class M, class N = entry_of<M>>
__device__ bool turn_pairs(M& b, M* j, int round, int rows, int cols) {
  __shared__ row_products<N> partial[block_threads];
  // what rounding leaves of an inner product
  const double relative = epsilon<real_of<N>> * sqrt(double(cols));
  const int me = static_cast<int>(threadIdx.x), own = me % pair_threads;
  bool turned = false;
  for (int first = 0; first < rows / 2; first += pairs_at_once) {
    const int pair = first + me / pair_threads;
    const bool active = pair < rows / 2;
    const index_pair at = active ? pair_of(round, pair, rows) : index_pair{0, 0};
    const double low = active ? size_of_row(b, at.low, cols) : 0,
                 high = active ? size_of_row(b, at.high, cols) : 0;
    const bool both = low > 0 && high > 0;
    if (both) partial[me] = products_of(b, at, low, high, own, cols);
    __syncthreads();
    row_products<N> sum;
    for (int i = me - own; i < me - own + pair_threads && both; ++i) {
      sum.a += partial[i].a;
      sum.b += partial[i].b;
      sum.g = sum.g + partial[i].g;
    }
    if (both && absolute(sum.g) > relative * sqrt(sum.a) * sqrt(sum.b)) {
      const double p = low < high ? low / high : 1, q = high < low ? high / low : 1;
      const in_double<N> g = each_part(sum.g, [=](double x) { return x * (p * q); });
      const rotation<N> r = rotation_of<N>(sum.a * p * p, sum.b * q * q, g);
      turn_rows_of(b, at, r, own, cols);
      if (j) turn_rows_of(*j, at, r, own, rows);
      turned |= r.turns();
    }
    __syncthreads();
  }
  return turned;
}

/// B = J B with orthogonal rows; whether that was reached. Begins and ends with a barrier.
template <class M>
__device__ bool orthogonalise(M& b, M* j, int rows, int cols, int sweeps) {
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    __syncthreads();
    bool turned = false;
    for (int round = 0; round < rows - 1; ++round) turned |= turn_pairs(b, j, round, rows, cols);
    if (!any_thread(turned)) return true;
  }
  return false;
}

template <class M>
__device__ double row_norm(M& b, int row, int cols) {
  double size = 0, sum = 0;
  for (int j = 0; j < cols; ++j) size = fmax(size, magnitude(b(row, j)));
  for (int j = 0; j < cols && size > 0; ++j)
    sum += abs_square(each_part(widen(b(row, j)), [=](double x) { return x / size; }));
  return size * sqrt(sum);
}

template <class M>
__device__ void exchange_rows(M& x, int one, int other, int cols) {
  for (int j = static_cast<int>(threadIdx.x); j < cols; j += block_threads) {
    const auto former = x(one, j);
    x(one, j) = x(other, j);
    x(other, j) = former;
  }
}

/// B and J with rows in descending order of their norms.
template <class M>
__device__ void sort_rows(M& b, M& j, double* norms, int rows, int cols) {
  for (int k = 0; k < rows; ++k) {
    int largest = k;  // found by all
    for (int i = k + 1; i < rows; ++i)
      if (norms[i] > norms[largest]) largest = i;
    __syncthreads();
    if (largest != k) {
      exchange_rows(b, k, largest, cols);
      exchange_rows(j, k, largest, rows);
      if (threadIdx.x == 0) {
        const double former = norms[k];
        norms[k] = norms[largest];
        norms[largest] = former;
      }
    }
    __syncthreads();
  }
}

/// Row k of B: orthonormal to the rows before it, which are orthonormal. It begins as the unit
/// vector of which they hold least. `work`: cols numbers.
template <class M, class N = entry_of<M>>
__device__ void complete_row(M& b, N* work, int k, int cols) {
  const int me = static_cast<int>(threadIdx.x);
  for (int j = me; j < cols; j += block_threads) {
    real_of<N> held = 0;
    for (int i = 0; i < k; ++i) held += abs_square(b(i, j));
    work[j] = real_number<N>(held);
  }
  __syncthreads();
  int least = 0;  // found by all
  for (int j = 1; j < cols; ++j)
    if (real_part(work[j]) < real_part(work[least])) least = j;
  __syncthreads();
  for (int j = me; j < cols; j += block_threads) b(k, j) = real_number<N>(j == least ? 1 : 0);
  for (int pass = 0; pass < 2; ++pass) {  // twice is enough
    __syncthreads();
    for (int i = me; i < k; i += block_threads) {
      N product{};
      for (int j = 0; j < cols; ++j) product = product + b(k, j) * conjugate(b(i, j));
      work[i] = product;
    }
    __syncthreads();
    for (int j = me; j < cols; j += block_threads)
      for (int i = 0; i < k; ++i) b(k, j) = b(k, j) - work[i] * b(i, j);
  }
  __syncthreads();
  const auto norm = static_cast<real_of<N>>(row_norm(b, k, cols));  // found by all
  __syncthreads();
  for (int j = me; j < cols; j += block_threads) b(k, j) = b(k, j) / norm;
  __syncthreads();
}

/// Q in place of B, its rows sorted. Rows are divided by their norms, so that small entries keep
/// their digits; those too small to have been made orthogonal are made up.
template <class M, class N = entry_of<M>>
__device__ void normalise(M& b, M& j, N* work, double* norms, int rows, int cols) {
  sort_rows(b, j, norms, rows, cols);
  // A row that was not made orthogonal has all parts under least_norm.
  const double parts = sqrt(2.0 * cols);
  int live = 0;
  while (live < rows && norms[live] > 2 * parts * least_norm<real_of<N>>()) ++live;
  for (std::int64_t e = threadIdx.x; e < std::int64_t{live} * cols; e += block_threads) {
    const int k = static_cast<int>(e % live), c = static_cast<int>(e / live);
    b(k, c) = each_part(b(k, c), [&](double x) { return x / norms[k]; });
  }
  __syncthreads();
  for (int k = live; k < rows; ++k) complete_row(b, work, k, cols);
}

/// Where one block works.
template <class M, class N = entry_of<M>>
struct svd_work {
  M& b;  // rows made even
  M& j;
  N* numbers;     // as many as B has columns
  double* norms;  // and rows
};

/// What one block is asked for: A = left diag(values) right, or what the vendor would leave, which
/// is that of the tall one of A and A^H divided by its scale.
template <class N>
struct svd_task {
  batch<const N> a;
  real_of<N>* values;
  batch<N> left, right;
  bool with_vectors, as_vendor;
  int sweeps;
};

template <class M, class N>
__device__ void write_vectors(const svd_task<N>& task, std::int64_t s, M& b, M& j, int rows,
                              int cols, bool valid) {
  const bool wide = task.a.rows < task.a.cols && !task.as_vendor;
  const batch<N>&of_q = wide ? task.right : task.left, &of_j = wide ? task.left : task.right;
  for (std::int64_t e = threadIdx.x; e < std::int64_t{rows} * cols; e += block_threads) {
    const int k = static_cast<int>(e % rows), c = static_cast<int>(e / rows);
    const N q = valid ? b(k, c) : not_a_number<N>();
    (wide ? entry(of_q, s, k, c) : entry(of_q, s, c, k)) = wide ? q : conjugate(q);
  }
  for (std::int64_t e = threadIdx.x; e < std::int64_t{rows} * rows; e += block_threads) {
    const int k = static_cast<int>(e % rows), c = static_cast<int>(e / rows);
    const N x = valid ? j(k, c) : not_a_number<N>();
    (wide ? entry(of_j, s, c, k) : entry(of_j, s, k, c)) = wide ? conjugate(x) : x;
  }
}

/// The decomposition of slice s. False when the rotations do not come to an end.
template <class M, class N>
__device__ bool decompose(const svd_task<N>& task, std::int64_t s, svd_work<M> work) {
  const bool wide = task.a.rows < task.a.cols;
  const int rows = static_cast<int>(wide ? task.a.rows : task.a.cols),
            cols = static_cast<int>(wide ? task.a.cols : task.a.rows),
            even = static_cast<int>(made_even(rows)), me = static_cast<int>(threadIdx.x);
  const double scale = stage(task.a, s, wide ? staged::all : staged::adjoint, work.b, even, cols);
  for (std::int64_t e = me; e < std::int64_t{even} * even; e += block_threads)
    work.j(static_cast<int>(e % even), static_cast<int>(e / even)) =
        real_number<N>(e % even == e / even ? 1 : 0);
  M* const rotations = task.with_vectors ? &work.j : nullptr;
  const bool finite = !isnan(scale),
             converged = !finite || orthogonalise(work.b, rotations, even, cols, task.sweeps),
             valid = finite && converged;
  for (int i = me; i < rows && valid; i += block_threads) work.norms[i] = row_norm(work.b, i, cols);
  __syncthreads();
  for (int i = me; i < rows; i += block_threads) {
    const double value = valid ? work.norms[i] * (task.as_vendor ? 1 : scale) : NAN;
    const int to = valid ? rank_of([&](int k) { return work.norms[k]; }, i, rows) : i;
    task.values[s * rows + to] = static_cast<real_of<N>>(value);
  }
  __syncthreads();
  if (!task.with_vectors) return converged;
  if (valid) normalise(work.b, work.j, work.numbers, work.norms, rows, cols);
  write_vectors(task, s, work.b, work.j, rows, cols, valid);
  return converged;
}

template <class E>
svd_task<number<E>> task_of(batch<const E> a, real_of<E>* values, batch<E> left, batch<E> right,
                            vectors v, bool as_vendor, int sweeps) {
  return {numbers(a), values, numbers(left), numbers(right), v != vectors::skip, as_vendor, sweeps};
}

}  // namespace tubal::detail
