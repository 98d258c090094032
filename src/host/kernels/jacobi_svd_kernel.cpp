// One-sided Jacobi rotations of pairs of rows, a pair a lane. After each round the rows move on by
// one place around a ring, all but the first, so that all meet. Source: Brent and Luk 1985; for
// the rotations, Demmel and Veselic 1992.
#include "host/kernels/jacobi_svd.hpp"
#include "host/kernels/simd.hpp"

namespace tubal::detail::TUBAL_SIMD {

template <int lanes>
struct mask;
template <>
struct mask<2> {
  using vector [[gnu::vector_size(16)]] = long long;
};
template <>
struct mask<4> {
  using vector [[gnu::vector_size(32)]] = long long;
};
template <>
struct mask<8> {
  using vector [[gnu::vector_size(64)]] = long long;
};

/// Where vector v of the first rows and of the other rows of `pairs` pairs, `lanes` a vector, gets
/// its numbers: places in two vectors one after the other.
template <int pairs, int lanes, int v>
struct ring {
  /// From vectors v - 1 and v of the first rows; for v = 0, from those of first and other rows.
  static constexpr int first(int i) {
    const int place = v * lanes + i, own = v == 0 ? i : lanes + i;
    if (place == 0 || place >= pairs) return own;
    return place == 1 && v == 0 ? lanes : own - 1;
  }
  /// From vectors v and v + 1 of the other rows; where they end, from those of other and first.
  static constexpr bool ends = (v + 1) * lanes >= pairs;
  static constexpr int other(int i) {
    const int place = v * lanes + i;
    if (place >= pairs || pairs == 1) return i;
    return place == pairs - 1 ? lanes + i : i + 1;
  }
};

/// One number of each pair.
template <int pairs>
struct lanes_of {
  static constexpr int needed = static_cast<int>(jacobi_lanes(pairs));
  static constexpr int lanes = needed < register_lanes<double> ? needed : register_lanes<double>;
  static constexpr int count = needed / lanes;
  using vector = typename simd<double, 8 * lanes>::vector;
  using mask = typename TUBAL_SIMD::mask<lanes>::vector;
};

template <class V>
[[gnu::always_inline]] inline V root(V x) {
  for (unsigned i = 0; i < sizeof(V) / sizeof(double); ++i) x[i] = __builtin_sqrt(x[i]);
  return x;
}

/// Of the pairs in one vector: squared norms of their rows, and the inner product of the first with
/// the other.
template <class V>
struct pair_products {
  V first{}, other{}, re{}, im{};

  template <bool is_complex>
  [[gnu::always_inline]] void add(const V& x, const V& y, const V& x_im, const V& y_im) {
    first += x * x;
    other += y * y;
    re += x * y;
    if constexpr (is_complex) {
      first += x_im * x_im;
      other += y_im * y_im;
      re += x_im * y_im;
      im += x_im * y - x * y_im;
    }
  }
};

/// x, y <- c x - s y, conj(s) x + c y
template <class V>
struct pair_rotation {
  V c, re, im;
};

/// That which makes rows orthogonal that are not so to rounding; `size` is that of the other row
/// over that of the first, and `inverse` 1 / size. Sets `pending` where another sweep must follow:
/// what a rotation leaves of the inner products that are zero already is their square.
template <class V, class M>
[[gnu::always_inline]] inline pair_rotation<V> rotation_of(const pair_products<V>& p, const V& size,
                                                           const V& inverse, double rounding,
                                                           M& pending) {
  constexpr double least = least_jacobi_square, small = 4e-18;
  const V none{};
  const V square = p.re * p.re + p.im * p.im, both = p.first * p.other;
  const M turns = (p.first > least) & (p.other > least) & (square > rounding * both);
  // in units of the larger row; the tangent may be far smaller than both squares
  const V first = inverse < 1 ? inverse : none + 1, other = size < 1 ? size : none + 1;
  const V apart = p.other * other * other - p.first * first * first;
  const V far = root(apart * apart + 4 * square * (first * first) * (other * other));
  const V factor = 2 / (apart < 0 ? apart - far : apart + far), unit = first * other;
  const V tangent_re = turns ? p.re * factor * unit : none,
          tangent_im = turns ? p.im * factor * unit : none;
  const V tangent = tangent_re * tangent_re + tangent_im * tangent_im;
  pending |= turns & ((square > small * both) | (tangent > small));
  const V c = 1 / root(1 + tangent);
  return {c, c * tangent_re, c * tangent_im};
}

/// The vectors of one column, or of its imaginary parts.
template <class L>
struct column {
  typename L::vector first[L::count], other[L::count];
};

template <class V, int pairs, int lanes, int v, int... i>
[[gnu::always_inline]] inline V first_after(const V& a, const V& b, places<i...>) {
  return __builtin_shufflevector(a, b, ring<pairs, lanes, v>::first(i)...);
}
template <class V, int pairs, int lanes, int v, int... i>
[[gnu::always_inline]] inline V other_after(const V& a, const V& b, places<i...>) {
  return __builtin_shufflevector(a, b, ring<pairs, lanes, v>::other(i)...);
}

/// Moves all rows but the first on by one place.
template <int pairs, class L, int v = 0>
[[gnu::always_inline]] inline void move_on(const column<L>& from, column<L>& to) {
  using V = typename L::vector;
  using all = all_places<L::lanes>;
  to.first[v] = first_after<V, pairs, L::lanes, v>(from.first[v == 0 ? 0 : v - 1],
                                                   v == 0 ? from.other[0] : from.first[v], all());
  to.other[v] = other_after<V, pairs, L::lanes, v>(
      from.other[v], ring<pairs, L::lanes, v>::ends ? from.first[v] : from.other[v + 1], all());
  if constexpr (v + 1 < L::count) move_on<pairs, L, v + 1>(from, to);
}

/// Turns the pairs of one column; what is added of the other row is multiplied by `size`, and of
/// the first by `inverse`.
template <bool is_complex, int pairs, class L, class V = typename L::vector>
[[gnu::always_inline]] inline void turn_column(column<L>* at, const pair_rotation<V>* r,
                                               const V* size, const V* inverse) {
  column<L> y[is_complex ? 2 : 1];
  for (int v = 0; v < L::count; ++v) {
    const V re = r[v].re * size[v], back_re = r[v].re * inverse[v];
    const V p = at[0].first[v], q = at[0].other[v];
    y[0].first[v] = r[v].c * p - re * q;
    y[0].other[v] = r[v].c * q + back_re * p;
    if constexpr (is_complex) {
      const V im = r[v].im * size[v], back_im = r[v].im * inverse[v];
      const V p_im = at[1].first[v], q_im = at[1].other[v];
      y[0].first[v] += im * q_im;
      y[0].other[v] += back_im * p_im;
      y[1].first[v] = r[v].c * p_im - re * q_im - im * q;
      y[1].other[v] = r[v].c * q_im + back_re * p_im - back_im * p;
    }
  }
  for (int part = 0; part < (is_complex ? 2 : 1); ++part) move_on<pairs>(y[part], at[part]);
}

template <bool is_complex, int pairs>
bool orthogonalise(const jacobi_rows& all, int sweeps) {
  using L = lanes_of<pairs>;
  using V = typename L::vector;
  constexpr int parts = is_complex ? 2 : 1;
  // what rounding leaves of an inner product, squared
  const double rounding = 4.9303806576313238e-32 * static_cast<double>(all.measured);
  auto* columns = reinterpret_cast<column<L>*>(all.x);
  auto* sizes = reinterpret_cast<column<L>*>(all.sizes);
  pair_products<V> products[L::count];
  const auto measure = [&](const column<L>* at) __attribute__((always_inline)) {
    for (int v = 0; v < L::count; ++v)
      products[v].template add<is_complex>(at[0].first[v], at[0].other[v], at[parts - 1].first[v],
                                           at[parts - 1].other[v]);
  };
  for (index j = 0; j < all.measured; ++j) measure(columns + parts * j);
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    typename L::mask pending{};
    for (int round = 0; round < 2 * pairs - 1; ++round) {
      pair_rotation<V> r[L::count];
      V size[L::count], inverse[L::count], one[L::count];
      for (int v = 0; v < L::count; ++v) {
        size[v] = sizes[0].other[v] * sizes[1].first[v];
        inverse[v] = sizes[0].first[v] * sizes[1].other[v];
        one[v] = V{} + 1;
        r[v] = rotation_of(products[v], size[v], inverse[v], rounding, pending);
        products[v] = {};
      }
      for (int i = 0; i < 2; ++i) {
        const column<L> before = sizes[i];
        move_on<pairs>(before, sizes[i]);
      }
      index j = 0;
      for (; j < all.measured; ++j) {
        turn_column<is_complex, pairs>(columns + parts * j, r, size, inverse);
        measure(columns + parts * j);
      }
      for (; j < all.cols; ++j) turn_column<is_complex, pairs>(columns + parts * j, r, one, one);
    }
    bool again = false;
    for (int i = 0; i < L::lanes; ++i) again |= pending[i] != 0;
    if (!again) return true;
  }
  return false;
}

template <bool is_complex, int pairs = 1>
bool orthogonalise_any(const jacobi_rows& all, int sweeps) {
  if (all.pairs == pairs) return orthogonalise<is_complex, pairs>(all, sweeps);
  if constexpr (2 * pairs < most_jacobi_rows)
    return orthogonalise_any<is_complex, pairs + 1>(all, sweeps);
  return false;
}

bool orthogonalise_rows(const jacobi_rows& all, int sweeps) {
  return all.is_complex ? orthogonalise_any<true>(all, sweeps)
                        : orthogonalise_any<false>(all, sweeps);
}

}  // namespace tubal::detail::TUBAL_SIMD
