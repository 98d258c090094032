// Hermitian eigenvalues by two-sided Jacobi rotations: G^H A G with blocks of 2 x 2 entries, a
// thread each; V = G_1 G_2 ...
#pragma once

#include "cuda/kernels/jacobi.cuh"
#include "cuda/kernels/jacobi.hpp"

namespace tubal::detail {

/// Columns one and other of two rows, or of a whole matrix, times G.
template <class N>
__device__ void turn(N& one, N& other, const rotation<N>& r) {
  const N former = one;
  one = r.c * former - conjugate(r.s) * other;
  other = r.s * former + r.c * other;
}
/// The same with G^H from the left.
template <class N>
__device__ void turn_adjoint(N& one, N& other, const rotation<N>& r) {
  const N former = one;
  one = r.c * former - r.s * other;
  other = conjugate(r.s) * former + r.c * other;
}

/// The entries of A in the rows of pair p and the columns of pair q, and those opposite.
template <class M, class N = entry_of<M>>
__device__ void turn_block(M& a, index_pair p, index_pair q, const rotation<N>& of_p,
                           const rotation<N>& of_q) {
  N x[2][2] = {{a(p.low, q.low), a(p.low, q.high)}, {a(p.high, q.low), a(p.high, q.high)}};
  for (N(&row)[2] : x) turn(row[0], row[1], of_q);
  for (int j = 0; j < 2; ++j) turn_adjoint(x[0][j], x[1][j], of_p);
  const int rows[2] = {p.low, p.high}, cols[2] = {q.low, q.high};
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) {
      a(rows[i], cols[j]) = x[i][j];
      a(cols[j], rows[i]) = conjugate(x[i][j]);
    }
}
template <class M, class N = entry_of<M>>
__device__ void make_diagonal(M& a, index_pair p, const rotation<N>& r) {
  if (!r.turns()) return;
  a(p.low, p.low) = real_number<N>(real_part(a(p.low, p.low)) - r.shift);
  a(p.high, p.high) = real_number<N>(real_part(a(p.high, p.high)) + r.shift);
  a(p.low, p.high) = a(p.high, p.low) = N{};
}

/// Where one block works: A and V, orders made even, and a rotation for every pair.
template <class M, class N = entry_of<M>>
struct eigen_work {
  M& a;
  M& v;
  rotation<N>* rotations;
};

/// The rotations of a round. Whether this thread has found one that is needed: entries of A are at
/// most 4, and one of them at least 1.
template <class M, class N = entry_of<M>>
__device__ bool find_rotations(M& a, rotation<N>* rotations, int round, int n) {
  constexpr double negligible = epsilon<real_of<N>> / 2;
  bool needed = false;
  for (int k = static_cast<int>(threadIdx.x); k < n / 2; k += block_threads) {
    const index_pair at = pair_of(round, k, n);
    const in_double<N> g = widen(a(at.low, at.high));
    rotations[k] = absolute(g) > negligible
                       ? rotation_of<N>(widen(real_part(a(at.low, at.low))),
                                        widen(real_part(a(at.high, at.high))), g)
                       : rotation<N>::none();
    needed |= absolute(g) > negligible;
  }
  return needed;
}

template <class M, class N>
__device__ void apply_rotations(eigen_work<M, N> work, int round, int n, bool with_vectors) {
  const int pairs = n / 2, me = static_cast<int>(threadIdx.x);
  for (std::int64_t e = me; e < std::int64_t{pairs} * pairs; e += block_threads) {
    const int k = static_cast<int>(e % pairs), other = static_cast<int>(e / pairs);
    const index_pair p = pair_of(round, k, n), q = pair_of(round, other, n);
    if (k == other) make_diagonal(work.a, p, work.rotations[k]);
    if (k > other) turn_block(work.a, p, q, work.rotations[k], work.rotations[other]);
  }
  for (std::int64_t e = me; e < std::int64_t{pairs} * n && with_vectors; e += block_threads) {
    const int i = static_cast<int>(e % n), k = static_cast<int>(e / n);
    const index_pair p = pair_of(round, k, n);
    turn(work.v(i, p.low), work.v(i, p.high), work.rotations[k]);
  }
}

/// Whether A has become diagonal. Begins and ends with a barrier.
template <class M, class N>
__device__ bool diagonalise(eigen_work<M, N> work, int n, bool with_vectors, int sweeps) {
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    __syncthreads();
    bool needed = false;
    for (int round = 0; round < n - 1; ++round) {
      needed |= find_rotations(work.a, work.rotations, round, n);
      __syncthreads();
      apply_rotations(work, round, n, with_vectors);
      __syncthreads();
    }
    if (!any_thread(needed)) return true;
  }
  return false;
}

/// What one block is asked for: of A, or of A divided by its scale.
template <class N>
struct eigen_task {
  batch<const N> a;
  real_of<N>* values;
  batch<N> v;
  bool with_vectors, scaled;
  int sweeps;
};

/// The decomposition of slice s. False when the rotations do not come to an end.
template <class M, class N>
__device__ bool decompose(const eigen_task<N>& task, std::int64_t s, eigen_work<M, N> work) {
  const int n = static_cast<int>(task.a.rows), even = static_cast<int>(made_even(n)),
            me = static_cast<int>(threadIdx.x);
  const double scale = stage(task.a, s, staged::hermitian, work.a, even, even);
  for (std::int64_t e = me; e < std::int64_t{even} * even; e += block_threads)
    work.v(static_cast<int>(e % even), static_cast<int>(e / even)) =
        real_number<N>(e % even == e / even ? 1 : 0);
  const bool finite = !isnan(scale),
             converged = !finite || diagonalise(work, even, task.with_vectors, task.sweeps),
             valid = finite && converged;
  __syncthreads();
  const auto value = [&](int i) { return real_part(work.a(i, i)); };
  const auto place = [&](int i) { return valid ? n - 1 - rank_of(value, i, n) : i; };  // ascending
  for (int i = me; i < n; i += block_threads) {
    const double found = valid ? widen(value(i)) * (task.scaled ? scale : 1) : NAN;
    task.values[s * n + place(i)] = static_cast<real_of<N>>(found);
  }
  for (int j = me / largest_small; j < n && task.with_vectors; j += block_threads / largest_small) {
    const int to = place(j);
    for (int i = own_row(); i < n; i += largest_small)
      entry(task.v, s, i, to) = valid ? work.v(i, j) : not_a_number<N>();
  }
  return converged;
}

}  // namespace tubal::detail
