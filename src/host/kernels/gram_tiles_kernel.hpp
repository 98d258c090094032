// The product of a Gram matrix in tiles with a vector: z += M d.
#pragma once

#include "host/kernels/gram_tiles.hpp"
#include "host/kernels/simd.hpp"

namespace tubal::detail::TUBAL_SIMD {

template <class T>
constexpr int width_of = gram_tiles<T>::lanes;
template <class T>
using vec = typename simd<T, 32>::vector;  // a row of a tile

template <class T>
[[gnu::always_inline]] inline vec<T> load(const T* from) {
  return *reinterpret_cast<const typename simd<T, 32>::anywhere*>(from);
}
template <class T>
[[gnu::always_inline]] inline void store(T* to, vec<T> x) {
  *reinterpret_cast<typename simd<T, 32>::anywhere*>(to) = x;
}

template <class T>
using four = typename simd<T, 4 * sizeof(T)>::vector;

/// Lane a of the result is the sum over the lanes of x[a].
[[gnu::always_inline]] inline four<double> sums_of(const vec<double>* x) {
  using order = long long __attribute__((vector_size(32)));
  const vec<double> a = __builtin_shuffle(x[0], x[1], order{0, 4, 2, 6}) +
                        __builtin_shuffle(x[0], x[1], order{1, 5, 3, 7});
  const vec<double> b = __builtin_shuffle(x[2], x[3], order{0, 4, 2, 6}) +
                        __builtin_shuffle(x[2], x[3], order{1, 5, 3, 7});
  return __builtin_shuffle(a, b, order{0, 1, 4, 5}) + __builtin_shuffle(a, b, order{2, 3, 6, 7});
}
[[gnu::always_inline]] inline four<float> sums_of(const vec<float>* x) {
  four<float> sums{};
  for (int a = 0; a < 4; ++a)
    for (int lane = 0; lane < 8; ++lane) sums[a] += x[a][lane];
  return sums;
}

/// `Strips` strips of M, whose tiles begin at `tiles`, for rows from i on, and the same columns as
/// far as they are left of the diagonal block: z += M d.
template <int Strips, class T>
[[gnu::always_inline]] inline void symmetric_rows(const T* tiles, index i, const T* d, T* z) {
  using at = gram_tiles<T>;
  constexpr int w = width_of<T>, strip = at::strip, rows = Strips * strip;
  const index diagonal = i / at::group * at::group, next = at::strip_reals(i);
  const auto row = [&](int a) { return tiles + a / strip * next + a % strip * w; };
  vec<T> sum[rows], own[rows];
  for (int a = 0; a < rows; ++a) {
    sum[a] = vec<T>{};
    own[a] = vec<T>{} + d[i + a];
  }
  for (index j = 0; j < diagonal; j += w, tiles += at::tile) {
    const vec<T> right = load(d + j);
    vec<T> out[2] = {load(z + j), vec<T>{}};
    for (int a = 0; a < rows; ++a) {
      const vec<T> m = load(row(a));
      sum[a] += m * right;
      out[a % 2] += m * own[a];
    }
    store(z + j, out[0] + out[1]);
  }
  for (index j = diagonal; j < diagonal + at::group; j += w, tiles += at::tile) {
    const vec<T> right = load(d + j);
    for (int a = 0; a < rows; ++a) sum[a] += load(row(a)) * right;
  }
  for (int a = 0; a < rows; a += strip) {
    auto& out = *reinterpret_cast<typename simd<T, strip * sizeof(T)>::anywhere*>(z + i + a);
    out += sums_of(sum + a);
  }
}

/// z += M d; d and z have whole groups, where d is 0 beyond `size`.
template <class T>
inline void add_symmetric_product(const T* gram, index size, const T* d, T* z) {
  using at = gram_tiles<T>;
#ifdef __AVX512VL__
  constexpr int strips = 2;  // there are registers for it
#else
  constexpr int strips = 1;
#endif
  for (index i = 0; i < size; i += strips * at::strip)
    symmetric_rows<strips>(gram + at::place(i, 0), i, d, z);
}

}  // namespace tubal::detail::TUBAL_SIMD
