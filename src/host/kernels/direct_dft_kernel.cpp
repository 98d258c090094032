// Direct DFTs, a strip of a few vectors of tubes at a time.
#include "host/kernels/direct_dft.hpp"
#include "host/kernels/simd.hpp"

namespace tubal::detail::TUBAL_SIMD {

constexpr int strip_vectors = 2;
constexpr int dft_rows = TUBAL_SIMD_BYTES == 64 ? 4 : 2;  // as many as the registers hold

template <class T>
struct strip {
  wide<T> v[strip_vectors];
};
template <class T>
constexpr index strip_lanes = strip_vectors* wide_lanes<T>;

template <class T>
inline strip<T> operator+(strip<T> a, const strip<T>& b) {
  for (int v = 0; v < strip_vectors; ++v) a.v[v] += b.v[v];
  return a;
}
template <class T>
inline strip<T> operator-(strip<T> a, const strip<T>& b) {
  for (int v = 0; v < strip_vectors; ++v) a.v[v] -= b.v[v];
  return a;
}
template <class T>
inline strip<T> operator*(T factor, strip<T> a) {
  for (int v = 0; v < strip_vectors; ++v) a.v[v] *= factor;
  return a;
}

/// The first `count` of a strip; the rest is 0.
template <class T>
inline strip<T> load_strip(const T* from, index count) {
  strip<T> s{};
  if (count >= strip_lanes<T>) {
    for (int v = 0; v < strip_vectors; ++v) s.v[v] = load_wide(from + v * wide_lanes<T>);
  } else {
    for (index i = 0; i < count; ++i) s.v[i / wide_lanes<T>][i % wide_lanes<T>] = from[i];
  }
  return s;
}
template <class T>
inline void store_strip(T* to, const strip<T>& s, index count) {
  if (count >= strip_lanes<T>) {
    for (int v = 0; v < strip_vectors; ++v) store_wide(to + v * wide_lanes<T>, s.v[v]);
  } else {
    for (index i = 0; i < count; ++i) to[i] = s.v[i / wide_lanes<T>][i % wide_lanes<T>];
  }
}

template <int bytes>
struct whole;
template <>
struct whole<8> {
  using order [[gnu::vector_size(TUBAL_SIMD_BYTES)]] = long long;
};
template <>
struct whole<4> {
  using order [[gnu::vector_size(TUBAL_SIMD_BYTES)]] = int;
};

/// Of complex numbers: low and high half of the interleaved pair, and back.
template <class T>
struct lane_orders {
  typename whole<sizeof(T)>::order low, high, even, odd;
  constexpr lane_orders() : low{}, high{}, even{}, odd{} {
    constexpr int lanes = wide_lanes<T>;
    for (int i = 0; i < lanes; ++i) {
      low[i] = i / 2 + i % 2 * lanes;
      high[i] = lanes / 2 + i / 2 + i % 2 * lanes;
      even[i] = 2 * i;
      odd[i] = 2 * i + 1;
    }
  }
};

template <class T>
inline void store_complex(T* to, const strip<T>& re, const strip<T>& im, index count) {
  if (count >= strip_lanes<T>) {
    const lane_orders<T> in;
    for (int v = 0; v < strip_vectors; ++v) {
      T* at = to + 2 * v * wide_lanes<T>;
      store_wide(at, __builtin_shuffle(re.v[v], im.v[v], in.low));
      store_wide(at + wide_lanes<T>, __builtin_shuffle(re.v[v], im.v[v], in.high));
    }
  } else {
    for (index i = 0; i < count; ++i) {
      to[2 * i] = re.v[i / wide_lanes<T>][i % wide_lanes<T>];
      to[2 * i + 1] = im.v[i / wide_lanes<T>][i % wide_lanes<T>];
    }
  }
}
template <class T>
inline void load_complex(const T* from, strip<T>& re, strip<T>& im, index count) {
  if (count >= strip_lanes<T>) {
    const lane_orders<T> in;
    for (int v = 0; v < strip_vectors; ++v) {
      const wide<T> a = load_wide(from + 2 * v * wide_lanes<T>);
      const wide<T> b = load_wide(from + (2 * v + 1) * wide_lanes<T>);
      re.v[v] = __builtin_shuffle(a, b, in.even);
      im.v[v] = __builtin_shuffle(a, b, in.odd);
    }
  } else {
    re = im = strip<T>{};
    for (index i = 0; i < count; ++i) {
      re.v[i / wide_lanes<T>][i % wide_lanes<T>] = from[2 * i];
      im.v[i / wide_lanes<T>][i % wide_lanes<T>] = from[2 * i + 1];
    }
  }
}

/// What the next strip reads or writes: rows are far apart, so that no hardware sees it coming.
enum class use { read, write };
template <use For, class T>
[[gnu::always_inline]] inline void fetch_ahead(const T* next, int strips) {
  for (int s = 0; s < strips; ++s)
    for (index i = 0; i < strip_lanes<T>; i += 64 / static_cast<index>(sizeof(T)))
      __builtin_prefetch(next + s * strip_lanes<T> + i, For == use::write);
}

/// a_r = first + sum_q cos(r, q) even_q and b_r = sum_q sin(r, q) odd_q for rows r of the tables.
template <int Rows, class T>
inline void pair_sums(const direct_dft_tables<T>& dft, index row, const strip<T>& first,
                      const strip<T>* even, const strip<T>* odd, strip<T> (&a)[Rows],
                      strip<T> (&b)[Rows]) {
  for (int r = 0; r < Rows; ++r) {
    a[r] = first;
    b[r] = strip<T>{};
  }
  const T* cos = dft.cos + row * dft.pairs;
  const T* sin = dft.sin + row * dft.pairs;
  for (index q = 0; q < dft.pairs; ++q)
    for (int v = 0; v < strip_vectors; ++v) {
      const wide<T> e = even[q].v[v], o = odd[q].v[v];
      for (int r = 0; r < Rows; ++r) {
        a[r].v[v] += e * cos[r * dft.pairs + q];
        b[r].v[v] += o * sin[r * dft.pairs + q];
      }
    }
}

/// write(row, a_row +/- middle, b_row) for all rows; row 0 is f = 1, where the sign is minus.
template <class T, class F>
inline void for_each_row(const direct_dft_tables<T>& dft, const strip<T>& first,
                         const strip<T>& middle, const strip<T>* even, const strip<T>* odd,
                         F&& write) {
  const auto rows = [&]<int Rows>(index row) {
    strip<T> a[Rows], b[Rows];
    pair_sums<Rows>(dft, row, first, even, odd, a, b);
    for (int r = 0; r < Rows; ++r)
      write(row + r, (row + r) % 2 == 0 ? a[r] - middle : a[r] + middle, b[r]);
  };
  index row = 0;
  for (; row + dft_rows <= dft.pairs; row += dft_rows) rows.template operator()<dft_rows>(row);
  for (; row < dft.pairs; ++row) rows.template operator()<1>(row);
}

template <class T>
inline void forward_strip(const direct_dft_tables<T>& dft, const T* x, T* complex_part,
                          T* real_part, index tubes, index count, strip<T>* even, strip<T>* odd) {
  const strip<T> first = load_strip(x, count);
  const bool has_middle = dft.k % 2 == 0;
  const strip<T> middle = has_middle ? load_strip(x + dft.k / 2 * tubes, count) : strip<T>{};
  strip<T> sum = first + middle, alternating = dft.pairs % 2 == 0 ? first - middle : first + middle;
  for (index l = 1; l <= dft.pairs; ++l) {
    const strip<T> a = load_strip(x + l * tubes, count);
    const strip<T> b = load_strip(x + (dft.k - l) * tubes, count);
    fetch_ahead<use::read>(x + l * tubes + strip_lanes<T>, 1);
    fetch_ahead<use::read>(x + (dft.k - l) * tubes + strip_lanes<T>, 1);
    even[l - 1] = a + b;
    odd[l - 1] = b - a;  // the sign of im
    sum = sum + even[l - 1];
    alternating = l % 2 == 0 ? alternating + even[l - 1] : alternating - even[l - 1];
  }
  for_each_row(dft, first, middle, even, odd,
               [&](index row, const strip<T>& re, const strip<T>& im) {
                 T* to = complex_part + 2 * row * tubes;
                 store_complex(to, re, im, count);
                 fetch_ahead<use::write>(to + 2 * strip_lanes<T>, 2);
               });
  store_strip(real_part, sum, count);
  if (has_middle) store_strip(real_part + tubes, alternating, count);
}

template <class T>
inline void inverse_strip(const direct_dft_tables<T>& dft, const T* complex_part,
                          const T* real_part, T* x, index tubes, index count, strip<T>* even,
                          strip<T>* odd) {
  const T scale = T(1) / static_cast<T>(dft.k);
  const bool has_middle = dft.k % 2 == 0;
  const strip<T> first = scale * load_strip(real_part, count);
  const strip<T> middle = has_middle ? scale * load_strip(real_part + tubes, count) : strip<T>{};
  strip<T> sum = first + middle, alternating = dft.pairs % 2 == 0 ? first - middle : first + middle;
  for (index f = 1; f <= dft.pairs; ++f) {
    strip<T> re, im;
    load_complex(complex_part + 2 * (f - 1) * tubes, re, im, count);
    fetch_ahead<use::read>(complex_part + 2 * (f - 1) * tubes + 2 * strip_lanes<T>, 2);
    even[f - 1] = 2 * scale * re;
    odd[f - 1] = 2 * scale * im;
    sum = sum + even[f - 1];
    alternating = f % 2 == 0 ? alternating + even[f - 1] : alternating - even[f - 1];
  }
  for_each_row(dft, first, middle, even, odd, [&](index row, const strip<T>& a, const strip<T>& b) {
    T* low = x + (row + 1) * tubes;
    T* high = x + (dft.k - 1 - row) * tubes;
    store_strip(low, a - b, count);
    store_strip(high, a + b, count);
    fetch_ahead<use::write>(low + strip_lanes<T>, 1);
    fetch_ahead<use::write>(high + strip_lanes<T>, 1);
  });
  store_strip(x, sum, count);
  if (has_middle) store_strip(x + dft.k / 2 * tubes, alternating, count);
}

template <class T>
void direct_forward(const direct_dft_tables<T>& dft, const tube_block<T>& b, T* scratch) {
  auto* even = reinterpret_cast<strip<T>*>(scratch);
  for (index i = 0; i < b.count; i += strip_lanes<T>)
    forward_strip(dft, b.x + i, b.complex_part + 2 * i, b.real_part + i, b.tubes, b.count - i, even,
                  even + dft.pairs);
}
template <class T>
void direct_inverse(const direct_dft_tables<T>& dft, const tube_block<T>& b, T* scratch) {
  auto* even = reinterpret_cast<strip<T>*>(scratch);
  for (index i = 0; i < b.count; i += strip_lanes<T>)
    inverse_strip(dft, b.complex_part + 2 * i, b.real_part + i, b.x + i, b.tubes, b.count - i, even,
                  even + dft.pairs);
}

#define TUBAL_INSTANTIATE(T)                                                           \
  template void direct_forward(const direct_dft_tables<T>&, const tube_block<T>&, T*); \
  template void direct_inverse(const direct_dft_tables<T>&, const tube_block<T>&, T*);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
#undef TUBAL_INSTANTIATE

}  // namespace tubal::detail::TUBAL_SIMD
