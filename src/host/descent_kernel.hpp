// A few trials of `descents` side by side in the lanes of SIMD registers. Compiled once for every
// instruction set (descent_*.cpp), in a namespace of its own: so it includes nothing that defines
// functions.
#include <cstdint>

#include "core/primitives/descents.hpp"
#include "host/descent.hpp"

// Everything is inlined into one function: no vector is passed between compilers.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tubal::detail::TUBAL_SIMD {

template <class T>
struct simd;
template <>
struct simd<double> {
  using vector [[gnu::vector_size(32)]] = double;
  using anywhere [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
};
template <>
struct simd<float> {
  using vector [[gnu::vector_size(32)]] = float;
  using anywhere [[gnu::vector_size(32), gnu::aligned(4), gnu::may_alias]] = float;
};
template <class T>
using vec = typename simd<T>::vector;
template <class T>
using anywhere = typename simd<T>::anywhere;
using index = std::int64_t;
template <class T>
constexpr int width_of = descent_lanes<T>;

/// Of a matrix of lanes, interleaved real and imaginary parts, or real ones alone.
template <bool Complex>
constexpr index parts = Complex ? 2 : 1;

/// acc(a, c) += sum_p u(i + a, p) conj(u(j + c, p)) for a block of Rows x 1 entries
template <bool Complex, int Rows, class V>
inline void gram_block(const V* u, index n, index width, index i, index j, V* re, V* im) {
  for (int a = 0; a < Rows; ++a) re[a] = im[a] = V{};
  for (index p = 0; p < width; ++p) {
    const V* column = u + parts<Complex> * n * p;
    const V jr = column[parts<Complex> * j];
    for (int a = 0; a < Rows; ++a) re[a] += column[parts<Complex> * (i + a)] * jr;
    if constexpr (Complex) {
      const V ji = column[2 * j + 1];
      for (int a = 0; a < Rows; ++a) {
        const V ir = column[2 * (i + a)], ii = column[2 * (i + a) + 1];
        re[a] += ii * ji;
        im[a] += ii * jr - ir * ji;
      }
    }
  }
}

/// Where coordinates of one slice are; see symmetric.hpp.
struct slice_place {
  index n;
  index at;  // of the first coordinate
  double scale;
};
inline index real_place(const slice_place& s, index i, index j) {
  return s.at + j * s.n - j * (j - 1) / 2 + (i - j);
}
inline constexpr double root2 = 1.41421356237309504880;

/// d = pack(U U^H) - target for rows i .. i + Rows - 1 of column j, i >= j
template <bool Complex, int Rows, class V>
inline void pack_block(const slice_place& s, const V* u, index width, index i, index j,
                       const V* target, V* d) {
  using T = decltype(V{}[0] + V{}[0]);
  V re[Rows], im[Rows];
  gram_block<Complex, Rows>(u, s.n, width, i, j, re, im);
  for (int a = 0; a < Rows; ++a) {
    const index row = i + a;
    const T scale = static_cast<T>(row == j ? s.scale : s.scale * root2);
    const index below = Complex ? s.at + row + s.n * j : real_place(s, row, j);
    d[below] = scale * re[a] - target[below];
    if (Complex && row > j) d[s.at + j + s.n * row] = scale * im[a] - target[s.at + j + s.n * row];
  }
}
template <bool Complex, class V>
inline void pack_slice(const slice_place& s, const V* u, index width, const V* target, V* d) {
  for (index j = 0; j < s.n; ++j) {
    index i = j;
    for (; i + 2 <= s.n; i += 2) pack_block<Complex, 2>(s, u, width, i, j, target, d);
    for (; i < s.n; ++i) pack_block<Complex, 1>(s, u, width, i, j, target, d);
  }
}

/// h = mu Z of one slice, n x n, both triangles, from its packed coordinates
template <bool Complex, class V>
inline void unpack_slice(const slice_place& s, const V* z, V mu, V* h) {
  using T = decltype(V{}[0] + V{}[0]);
  for (index j = 0; j < s.n; ++j)
    for (index i = j; i < s.n; ++i) {
      const V scale = mu * static_cast<T>(1 / (i == j ? s.scale : s.scale * root2));
      V* below = h + parts<Complex> * (i + s.n * j);
      V* above = h + parts<Complex> * (j + s.n * i);
      below[0] = above[0] = scale * z[Complex ? s.at + i + s.n * j : real_place(s, i, j)];
      if constexpr (Complex) {
        const V imaginary = i == j ? V{} : scale * z[s.at + j + s.n * i];
        below[1] = imaginary;
        above[1] = -imaginary;
      }
    }
}

/// next = u - h u for a block of Rows x Cols entries
template <bool Complex, int Rows, int Cols, class V>
inline void update_block(const V* h, const V* u, index n, index i, index p, V* next) {
  constexpr index c = parts<Complex>;
  V re[Rows][Cols], im[Rows][Cols];
  for (int a = 0; a < Rows; ++a)
    for (int b = 0; b < Cols; ++b) re[a][b] = im[a][b] = V{};
  for (index j = 0; j < n; ++j)
    for (int b = 0; b < Cols; ++b) {
      const V* right = u + c * (j + n * (p + b));
      for (int a = 0; a < Rows; ++a) {
        const V* left = h + c * (i + a + n * j);
        re[a][b] += left[0] * right[0];
        if constexpr (Complex) {
          re[a][b] -= left[1] * right[1];
          im[a][b] += left[0] * right[1] + left[1] * right[0];
        }
      }
    }
  for (int a = 0; a < Rows; ++a)
    for (int b = 0; b < Cols; ++b) {
      const index e = c * (i + a + n * (p + b));
      next[e] = u[e] - re[a][b];
      if constexpr (Complex) next[e + 1] = u[e + 1] - im[a][b];
    }
}
template <bool Complex, int Cols, class V>
inline void update_columns(const V* h, const V* u, index n, index p, V* next) {
  index i = 0;
  for (; i + 2 <= n; i += 2) update_block<Complex, 2, Cols>(h, u, n, i, p, next);
  for (; i < n; ++i) update_block<Complex, 1, Cols>(h, u, n, i, p, next);
}
template <bool Complex, class V>
inline void update_slice(const V* h, const V* u, index n, index width, V* next) {
  index p = 0;
  for (; p + 2 <= width; p += 2) update_columns<Complex, 2>(h, u, n, p, next);
  for (; p < width; ++p) update_columns<Complex, 1>(h, u, n, p, next);
}

/// Lane a of the result is the sum over the lanes of x[a].
[[gnu::always_inline]] inline vec<double> sums_of(const vec<double> (&x)[4]) {
  using order = long long __attribute__((vector_size(32)));
  const vec<double> a = __builtin_shuffle(x[0], x[1], order{0, 4, 2, 6}) +
                        __builtin_shuffle(x[0], x[1], order{1, 5, 3, 7});
  const vec<double> b = __builtin_shuffle(x[2], x[3], order{0, 4, 2, 6}) +
                        __builtin_shuffle(x[2], x[3], order{1, 5, 3, 7});
  return __builtin_shuffle(a, b, order{0, 1, 4, 5}) + __builtin_shuffle(a, b, order{2, 3, 6, 7});
}
/// Here lanes 4 to 7 of the result are 0.
[[gnu::always_inline]] inline vec<float> sums_of(const vec<float> (&x)[4]) {
  vec<float> sums{};
  for (int a = 0; a < 4; ++a)
    for (int lane = 0; lane < 8; ++lane) sums[a] += x[a][lane];
  return sums;
}

template <class T>
inline vec<T> load(const T* from) {
  return *reinterpret_cast<const anywhere<T>*>(from);
}
template <class T>
inline void store(T* to, vec<T> x) {
  *reinterpret_cast<anywhere<T>*>(to) = x;
}

/// Rows i .. i + 3 of the symmetric M, from `gram`, and the same columns as far as they are left of
/// the diagonal block: z += M d.
template <class T>
inline void symmetric_rows(const T* gram, index i, const T* d, T* z) {
  const index diagonal = i / width_of<T> * width_of<T>;
  const T* row[4];
  vec<T> sum[4], own[4];
  for (int a = 0; a < 4; ++a) {
    row[a] = gram + gram_row(i + a, width_of<T>);
    sum[a] = vec<T>{};
    own[a] = vec<T>{} + d[i + a];
  }
  for (index j = 0; j < diagonal; j += width_of<T>) {
    const vec<T> right = load(d + j);
    vec<T> out = load(z + j);
    for (int a = 0; a < 4; ++a) {
      const vec<T> m = load(row[a] + j);
      sum[a] += m * right;
      out += m * own[a];
    }
    store(z + j, out);
  }
  const vec<T> right = load(d + diagonal);
  for (int a = 0; a < 4; ++a) sum[a] += load(row[a] + diagonal) * right;
  const vec<T> sums = sums_of(sum);
  for (int a = 0; a < 4; ++a) z[i + a] += sums[a];
}

/// z = M d; d and z have whole groups, where d is 0 beyond `size`.
template <class T>
inline void symmetric_product(const T* gram, index size, const T* d, T* z) {
  for (index i = 0; i < whole_groups(size, width_of<T>); ++i) z[i] = 0;
  for (index i = 0; i < size; i += 4) symmetric_rows(gram, i, d, z);
}

/// What the lanes work on; everything `size` or so entries of lanes.
template <class T>
struct lanes {
  using V = vec<T>;
  const descents<T>& all;
  const descent_layout& at;
  index first;
  int used;
  V *u, *next, *h, *d, *z, *target, *pull;
  T *flat_d, *flat_z;
  V mu;
};

/// Carves `memory`, descent_layout::reals numbers of T, aligned to 32 bytes.
template <class T>
inline lanes<T> carve(const descents<T>& all, const descent_layout& at, index first, T* memory) {
  auto* v = reinterpret_cast<vec<T>*>(memory);
  const index factor = all.n * all.width * all.k, square = 2 * all.n * all.n, size = at.size;
  lanes<T> l{all,     at,      first,   0,       v,       v + factor, v + 2 * factor,
             nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,    vec<T>{}};
  l.d = l.h + square;
  l.z = l.d + size;
  l.target = l.z + size;
  l.pull = l.target + size;
  l.flat_d = reinterpret_cast<T*>(l.pull + size);
  l.flat_z = l.flat_d + whole_groups(size, width_of<T>);
  const index left = all.count - first;
  l.used = static_cast<int>(left < width_of<T> ? left : width_of<T>);
  return l;
}

/// Trial b, or an earlier one where a lane is left over.
template <class T>
inline index trial(const lanes<T>& l, int lane) {
  return l.first + (lane < l.used ? lane : 0);
}
template <class T>
inline void gather(const lanes<T>& l, const T* from, index stride, index count, vec<T>* to) {
  for (int lane = 0; lane < width_of<T>; ++lane) {
    const T* x = from + trial(l, lane) * stride;
    for (index e = 0; e < count; ++e) to[e][lane] = x[e];
  }
}
template <class T>
inline void scatter(const lanes<T>& l, const vec<T>* from, index count, T* to, index stride) {
  for (int lane = 0; lane < l.used; ++lane) {
    T* x = to + (l.first + lane) * stride;
    for (index e = 0; e < count; ++e) x[e] = from[e][lane];
  }
}

template <class T>
inline void update(lanes<T>& l) {
  const index n = l.all.n, slice = n * l.all.width;
  for (index b = 0; b < l.at.complex_slices; ++b) {
    unpack_slice<true>({n, b * n * n, l.at.complex_scale}, l.z, l.mu, l.h);
    update_slice<true>(l.h, l.u + 2 * b * slice, n, l.all.width, l.next + 2 * b * slice);
  }
  for (index b = 0; b < l.at.real_slices; ++b) {
    const index from = (2 * l.at.complex_slices + b) * slice;
    unpack_slice<false>({n, l.at.real_place(n, b), l.at.real_scale}, l.z, l.mu, l.h);
    update_slice<false>(l.h, l.u + from, n, l.all.width, l.next + from);
  }
  vec<T>* former = l.u;
  l.u = l.next;
  l.next = former;
}

template <class T>
inline void evaluate(lanes<T>& l) {
  const index n = l.all.n, slice = n * l.all.width, size = l.at.size;
  for (index b = 0; b < l.at.complex_slices; ++b)
    pack_slice<true>({n, b * n * n, l.at.complex_scale}, l.u + 2 * b * slice, l.all.width, l.target,
                     l.d);
  for (index b = 0; b < l.at.real_slices; ++b)
    pack_slice<false>({n, l.at.real_place(n, b), l.at.real_scale},
                      l.u + (2 * l.at.complex_slices + b) * slice, l.all.width, l.target, l.d);
  for (int lane = 0; lane < l.used; ++lane) {
    for (index e = 0; e < size; ++e) l.flat_d[e] = l.d[e][lane];
    for (index e = size; e < whole_groups(size, width_of<T>); ++e) l.flat_d[e] = 0;
    const T* gram = l.all.grams + l.all.gram_of[l.first + lane] * gram_size(size, width_of<T>);
    symmetric_product(gram, size, l.flat_d, l.flat_z);
    for (index e = 0; e < size; ++e) l.z[e][lane] = l.flat_z[e];
  }
  for (index e = 0; e < size; ++e) l.z[e] -= l.pull[e];
}

template <class T>
inline void add_up(const lanes<T>& l, index record) {
  for (int lane = 0; lane < l.used; ++lane) {
    double dd = 0, dz = 0, dp = 0;
    for (index e = 0; e < l.at.size; ++e) {
      const double d = static_cast<double>(l.d[e][lane]);
      dd += d * d;
      dz += d * static_cast<double>(l.z[e][lane]);
      dp += d * static_cast<double>(l.pull[e][lane]);
    }
    double* sums = l.all.sums + (record * l.all.count + l.first + lane) * descent_sums;
    sums[0] = dd;
    sums[1] = dz;
    sums[2] = dp;
  }
}

template <class T>
void advance(const descents<T>& all, const descent_layout& at, index first,
             const descent_course& course, T* memory) {
  lanes<T> l = carve(all, at, first, memory);
  const index factor = all.n * all.width * all.k;
  gather(l, static_cast<const T*>(all.factors), all.factor_stride, factor, l.u);
  gather(l, all.targets, at.size, at.size, l.target);
  gather(l, all.pulls, at.size, at.size, l.pull);
  for (int lane = 0; lane < width_of<T>; ++lane)
    l.mu[lane] = static_cast<T>(all.step_sizes[trial(l, lane)]);
  if (course.evaluated)
    gather(l, static_cast<const T*>(all.gradients), at.size, at.size, l.z);
  else
    evaluate(l);
  for (index record = 0; record < course.records; ++record) {
    for (index t = 0; t < course.every; ++t) {
      update(l);
      evaluate(l);
    }
    add_up(l, record);
  }
  scatter(l, l.u, factor, all.factors, all.factor_stride);
  scatter(l, l.z, at.size, all.gradients, at.size);
}

template void advance(const descents<float>&, const descent_layout&, index, const descent_course&,
                      float*);
template void advance(const descents<double>&, const descent_layout&, index, const descent_course&,
                      double*);

}  // namespace tubal::detail::TUBAL_SIMD
