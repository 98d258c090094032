// One trial of `descents`, vectors along the columns of its matrices. These are kept in planes:
// real and imaginary parts apart, column j from j * ld on, zeros below row n.
#include "core/primitives/descents.hpp"
#include "host/kernels/descent.hpp"
#include "host/kernels/gram_tiles_kernel.hpp"

namespace tubal::detail::TUBAL_SIMD {

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

/// A matrix in planes.
template <class T>
struct planes {
  T *re, *im;
};

/// Entry (q, c) of the right factor of a product is at q * row + c * column; `Conjugate`d or not.
template <class T>
struct right_factor {
  planes<const T> at;
  index row, column;
};

/// A block of A B, `Vectors` x `Cols`, from the first row and column on.
template <bool Complex, bool Conjugate, int Vectors, int Cols, class T>
inline void product_block(planes<const T> a, index ld, index inner, const right_factor<T>& b,
                          vec<T> (&re)[Cols][Vectors], vec<T> (&im)[Cols][Vectors]) {
  for (int c = 0; c < Cols; ++c)
    for (int v = 0; v < Vectors; ++v) re[c][v] = im[c][v] = vec<T>{};
  for (index q = 0; q < inner; ++q)
    for (int v = 0; v < Vectors; ++v) {
      const vec<T> ar = load(a.re + q * ld + v * width_of<T>);
      const vec<T> ai = Complex ? load(a.im + q * ld + v * width_of<T>) : vec<T>{};
      for (int c = 0; c < Cols; ++c) {
        const T br = b.at.re[q * b.row + c * b.column];
        re[c][v] += ar * br;
        if constexpr (Complex) {
          const T bi = b.at.im[q * b.row + c * b.column];
          if constexpr (Conjugate) {
            re[c][v] += ai * bi;
            im[c][v] -= ar * bi;
          } else {
            re[c][v] -= ai * bi;
            im[c][v] += ar * bi;
          }
          im[c][v] += ai * br;
        }
      }
    }
}

template <class T>
struct trial_planes {
  const descents<T>& all;
  const descent_layout& at;
  index trial, ld;
  T mu;
  T *u, *next;     // planes of all slices, one after the other
  planes<T> h, x;  // of one slice, n x n
  T *d, *z;        // whole groups
  index plane() const { return ld * all.width; }
};

/// X = U U^H from row `first` on for `Cols` columns from j on
template <bool Complex, int Cols, class T>
inline void gram_columns(const trial_planes<T>& t, planes<const T> u, index j) {
  constexpr int w = width_of<T>;
  const auto block = [&]<int Vectors>(index i) {
    vec<T> re[Cols][Vectors], im[Cols][Vectors];
    product_block<Complex, true>(planes<const T>{u.re + i, u.im + i}, t.ld, t.all.width,
                                 right_factor<T>{{u.re + j, u.im + j}, t.ld, 1}, re, im);
    for (int c = 0; c < Cols; ++c)
      for (int v = 0; v < Vectors; ++v) {
        store(t.x.re + (j + c) * t.ld + i + v * w, re[c][v]);
        if (Complex) store(t.x.im + (j + c) * t.ld + i + v * w, im[c][v]);
      }
  };
  index i = j / w * w;
  for (; i + 3 * w <= t.ld; i += 3 * w) block.template operator()<3>(i);
  for (; i < t.ld; i += w) block.template operator()<1>(i);
}

/// d = pack(U U^H) - target of one slice
template <bool Complex, class T>
inline void pack_planes(const trial_planes<T>& t, const slice_place& s, planes<const T> u) {
  index j = 0;
  for (; j + 2 <= s.n; j += 2) gram_columns<Complex, 2>(t, u, j);
  for (; j < s.n; ++j) gram_columns<Complex, 1>(t, u, j);
  const T* target = t.all.targets + t.trial * t.at.size;
  const T diagonal = static_cast<T>(s.scale), off = static_cast<T>(s.scale * root2);
  for (j = 0; j < s.n; ++j) {
    const T* re = t.x.re + j * t.ld;
    const index column = Complex ? s.at + s.n * j : real_place(s, j, j) - j;
    t.d[column + j] = diagonal * re[j] - target[column + j];
    for (index i = j + 1; i < s.n; ++i) t.d[column + i] = off * re[i] - target[column + i];
    if constexpr (Complex) {
      const T* im = t.x.im + j * t.ld;
      for (index i = j + 1; i < s.n; ++i) {
        const index above = s.at + j + s.n * i;
        t.d[above] = off * im[i] - target[above];
      }
    }
  }
}

/// h = mu Z of one slice, both triangles
template <bool Complex, class T>
inline void unpack_planes(const trial_planes<T>& t, const slice_place& s) {
  const T diagonal = t.mu * static_cast<T>(1 / s.scale);
  const T off = t.mu * static_cast<T>(1 / (s.scale * root2));
  for (index j = 0; j < s.n; ++j) {
    const T* z = t.z + (Complex ? s.at + s.n * j : real_place(s, j, j) - j);
    t.h.re[j + t.ld * j] = diagonal * z[j];
    if (Complex) t.h.im[j + t.ld * j] = -T(0);
    for (index i = j + 1; i < s.n; ++i) {
      t.h.re[i + t.ld * j] = t.h.re[j + t.ld * i] = off * z[i];
      if constexpr (Complex) {
        const T imaginary = off * t.z[s.at + j + s.n * i];
        t.h.im[i + t.ld * j] = imaginary;
        t.h.im[j + t.ld * i] = -imaginary;
      }
    }
  }
}

/// next = u - h u for `Cols` columns from p on
template <bool Complex, int Cols, class T>
inline void update_planes(const trial_planes<T>& t, planes<const T> u, index p, planes<T> next) {
  constexpr int w = width_of<T>;
  const auto block = [&]<int Vectors>(index i) {
    vec<T> re[Cols][Vectors], im[Cols][Vectors];
    product_block<Complex, false>(planes<const T>{t.h.re + i, t.h.im + i}, t.ld, t.all.n,
                                  right_factor<T>{{u.re + p * t.ld, u.im + p * t.ld}, 1, t.ld}, re,
                                  im);
    for (int c = 0; c < Cols; ++c)
      for (int v = 0; v < Vectors; ++v) {
        const index e = (p + c) * t.ld + i + v * w;
        store(next.re + e, load(u.re + e) - re[c][v]);
        if (Complex) store(next.im + e, load(u.im + e) - im[c][v]);
      }
  };
  index i = 0;
  for (; i + 3 * w <= t.ld; i += 3 * w) block.template operator()<3>(i);
  for (; i < t.ld; i += w) block.template operator()<1>(i);
}
template <bool Complex, class T>
inline void update_planes(const trial_planes<T>& t, planes<const T> u, planes<T> next) {
  index p = 0;
  for (; p + 2 <= t.all.width; p += 2) update_planes<Complex, 2>(t, u, p, next);
  for (; p < t.all.width; ++p) update_planes<Complex, 1>(t, u, p, next);
}

template <class T>
inline void update(trial_planes<T>& t) {
  const index n = t.all.n, plane = t.plane();
  for (index b = 0; b < t.at.complex_slices; ++b) {
    const index from = 2 * b * plane;
    unpack_planes<true>(t, {n, b * n * n, t.at.complex_scale});
    update_planes<true>(t, {t.u + from, t.u + from + plane},
                        planes<T>{t.next + from, t.next + from + plane});
  }
  for (index b = 0; b < t.at.real_slices; ++b) {
    const index from = (2 * t.at.complex_slices + b) * plane;
    unpack_planes<false>(t, {n, t.at.real_place(n, b), t.at.real_scale});
    update_planes<false>(t, {t.u + from, t.u + from}, planes<T>{t.next + from, t.next + from});
  }
  T* former = t.u;
  t.u = t.next;
  t.next = former;
}

template <class T>
inline void evaluate(const trial_planes<T>& t) {
  const index n = t.all.n, plane = t.plane(), size = t.at.size;
  for (index b = 0; b < t.at.complex_slices; ++b) {
    const T* u = t.u + 2 * b * plane;
    pack_planes<true>(t, {n, b * n * n, t.at.complex_scale}, {u, u + plane});
  }
  for (index b = 0; b < t.at.real_slices; ++b) {
    const T* u = t.u + (2 * t.at.complex_slices + b) * plane;
    pack_planes<false>(t, {n, t.at.real_place(n, b), t.at.real_scale}, {u, u});
  }
  const T* gram = t.all.grams + t.all.gram_of[t.trial] * gram_tiles<T>::reals(size);
  const T* pull = t.all.pulls + t.trial * size;
  for (index e = 0; e < size; ++e) t.z[e] = -pull[e];
  add_symmetric_product(gram, size, t.d, t.z);
}

template <class T>
[[gnu::always_inline]] inline vec<double> four_in_double(const T* from) {
  const auto x = *reinterpret_cast<const typename simd<T, 4 * sizeof(T)>::anywhere*>(from);
  return __builtin_convertvector(x, vec<double>);
}

template <class T>
inline void add_up(const trial_planes<T>& t, index record) {
  const T* pull = t.all.pulls + t.trial * t.at.size;
  vec<double> part[descent_sums][2] = {};  // sums that do not wait for one another
  index e = 0;
  for (; e + 8 <= t.at.size; e += 8)
    for (int half = 0; half < 2; ++half) {
      const vec<double> d = four_in_double(t.d + e + 4 * half);
      part[0][half] += d * d;
      part[1][half] += d * four_in_double(t.z + e + 4 * half);
      part[2][half] += d * four_in_double(pull + e + 4 * half);
    }
  double* sums = t.all.sums + (record * t.all.count + t.trial) * descent_sums;
  for (int s = 0; s < descent_sums; ++s) {
    const vec<double> lane = part[s][0] + part[s][1];
    sums[s] = (lane[0] + lane[1]) + (lane[2] + lane[3]);
  }
  for (; e < t.at.size; ++e) {
    const double d = static_cast<double>(t.d[e]);
    sums[0] += d * d;
    sums[1] += d * static_cast<double>(t.z[e]);
    sums[2] += d * static_cast<double>(pull[e]);
  }
}

/// f(entry in planes, entry in the half spectrum) for every real of the factor
template <class T, class F>
inline void for_each_real(const trial_planes<T>& t, F&& f) {
  const index n = t.all.n, columns = t.all.width, interleaved = 2 * n * columns;
  for (index b = 0; b < t.at.complex_slices; ++b)
    for (index part = 0; part < 2; ++part)
      for (index p = 0; p < columns; ++p)
        for (index i = 0; i < n; ++i)
          f((2 * b + part) * t.plane() + p * t.ld + i, b * interleaved + 2 * (p * n + i) + part);
  for (index b = 0; b < t.at.real_slices; ++b)
    for (index p = 0; p < columns; ++p)
      for (index i = 0; i < n; ++i)
        f((2 * t.at.complex_slices + b) * t.plane() + p * t.ld + i,
          t.at.complex_slices * interleaved + (b * columns + p) * n + i);
}

/// Carves `memory`, of which `descent_reals` are used.
template <class T>
inline trial_planes<T> carve(const descents<T>& all, const descent_layout& at, index trial,
                             T* memory) {
  const index ld = whole_groups(all.n, width_of<T>), factor = all.k * all.width * ld;
  T* h = memory + 2 * factor;
  T* x = h + 2 * ld * all.n;
  T* d = x + 2 * ld * all.n;
  return {all,
          at,
          trial,
          ld,
          static_cast<T>(all.step_sizes[trial]),
          memory,
          memory + factor,
          {h, h + ld * all.n},
          {x, x + ld * all.n},
          d,
          d + whole_groups(at.size, gram_tiles<T>::group)};
}

template <class T>
void advance(const descents<T>& all, const descent_layout& at, index trial,
             const descent_course& course, T* memory) {
  trial_planes<T> t = carve(all, at, trial, memory);
  T* factor = all.factors + trial * all.factor_stride;
  T* gradient = all.gradients + trial * at.size;
  for (index e = 0; e < all.k * t.plane(); ++e) t.u[e] = 0;
  for_each_real(t, [&](index plane, index entry) { t.u[plane] = factor[entry]; });
  if (course.evaluated)
    for (index e = 0; e < at.size; ++e) t.z[e] = gradient[e];
  else
    evaluate(t);
  for (index record = 0; record < course.records; ++record) {
    for (index step = 0; step < course.every; ++step) {
      update(t);
      evaluate(t);
    }
    add_up(t, record);
  }
  for_each_real(t, [&](index plane, index entry) { factor[entry] = t.u[plane]; });
  for (index e = 0; e < at.size; ++e) gradient[e] = t.z[e];
}

template void advance(const descents<float>&, const descent_layout&, index, const descent_course&,
                      float*);
template void advance(const descents<double>&, const descent_layout&, index, const descent_course&,
                      double*);

}  // namespace tubal::detail::TUBAL_SIMD
