// What the Jacobi methods share. Rotations go in rounds of disjoint pairs, so that those of a round
// are made at once and the result does not depend on the order of threads.
// Source: Golub and Van Loan, Matrix Computations, 8.5 and 8.6.
#pragma once

#include "cuda/kernels/staging.cuh"

namespace tubal::detail {

template <class M>
using entry_of = typename M::entry_type;

struct index_pair {
  int low, high;
};

/// Pair `k` of a round of a tournament: `players`, an even number, all meet in players - 1 rounds.
__device__ inline index_pair pair_of(int round, int k, int players) {
  const int others = players - 1;
  const int one = (round + k) % others, other = k == 0 ? others : (round + others - k) % others;
  return one < other ? index_pair{one, other} : index_pair{other, one};
}
/// Rows or columns with one of zeros, where their number is odd.
__host__ __device__ constexpr std::int64_t made_even(std::int64_t n) { return n + n % 2; }

// ---- numbers of either precision in double
template <class N>
using in_double = std::conditional_t<std::is_same_v<N, real_of<N>>, double, device_complex<double>>;
template <class T>
__device__ double widen(T x) {
  return x;
}
template <class T>
__device__ device_complex<double> widen(device_complex<T> x) {
  return {x.re, x.im};
}
template <class N>
__device__ N narrowed(double x) {
  return static_cast<N>(x);
}
template <class N>
__device__ N narrowed(device_complex<double> x) {
  return {static_cast<real_of<N>>(x.re), static_cast<real_of<N>>(x.im)};
}
__device__ inline double absolute(double x) { return fabs(x); }
__device__ inline double absolute(device_complex<double> x) { return hypot(x.re, x.im); }

/// [c, s; -conj(s), c], applied to columns from the right, makes [a, g; conj(g), b] diagonal:
/// a - shift, b + shift.
template <class N>
struct rotation {
  real_of<N> c, shift;
  N s;
  __device__ static rotation none() { return {1, 0, N{}}; }
  __device__ bool turns() const { return abs_sum(s) != 0; }
};

template <class N>
__device__ rotation<N> rotation_of(double a, double b, in_double<N> g) {
  const double size = absolute(g), d = b - a;
  if (size == 0) return rotation<N>::none();         // not representable beside a and b
  const double root = fabs(d) + hypot(d, 2 * size);  // by t^2 + t d / |g| = 1, |t| <= 1
  const double t = (d < 0 ? -2 : 2) * size / root, c = 1 / sqrt(1 + t * t);
  return {static_cast<real_of<N>>(c), static_cast<real_of<N>>(t * size),
          narrowed<N>(each_part(g, [=](double x) { return x / size * (t * c); }))};
}

/// How many of `count` values come before value i in descending order.
template <class V>
__device__ int rank_of(V value, int i, int count) {
  int before = 0;
  for (int other = 0; other < count; ++other)
    before += value(other) > value(i) || (value(other) == value(i) && other < i);
  return before;
}

}  // namespace tubal::detail
