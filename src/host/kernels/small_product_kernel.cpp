// Products of small matrices: tiles of C in registers, vectors along its columns.
#include "host/kernels/simd.hpp"
#include "host/kernels/small_product.hpp"

namespace tubal::detail::TUBAL_SIMD {

constexpr int tile_columns = register_bytes == 64 ? 4 : 2;  // of a complex C; real, twice as many
constexpr int tile_vectors = 3;

template <class T, int... i>
[[gnu::always_inline]] inline in_register<T> swap_parts(const in_register<T>& x, places<i...>) {
  return __builtin_shufflevector(x, x, (i ^ 1)...);
}
/// -x for real parts, x for imaginary ones.
template <class T, int... i>
[[gnu::always_inline]] inline in_register<T> signs_of_parts(T x, places<i...>) {
  return in_register<T>{(i % 2 ? x : -x)...};
}

/// op(A) by columns: those that may be read to whole vectors, into the next one, and the last.
template <class T>
struct small_rows {
  const T* data;
  index step;  // from column to column
  const T* last;
};

/// Columns j .. j + columns - 1 of `vectors` vectors of C, from vector v on.
template <bool is_complex, int vectors, int columns, class T>
[[gnu::always_inline]] inline void product_tile(const small_product<T>& all,
                                                const small_rows<T>& rows, index v, index j) {
  constexpr index parts = is_complex ? 2 : 1;
  constexpr int lanes = register_lanes<T>;
  using V = in_register<T>;
  V re[vectors][columns]{}, im[vectors][columns]{};
  const index along = parts * (all.b.transposed ? all.b.ld : 1),
              across = parts * (all.b.transposed ? 1 : all.b.ld);
  const T *a = rows.data + v * lanes, *b = all.b.data + j * across;
  const auto add = [&](const T* from) __attribute__((always_inline)) {
#pragma GCC unroll 8
    for (int r = 0; r < vectors; ++r) {
      const V x = load_register(from + r * lanes);
#pragma GCC unroll 8
      for (int c = 0; c < columns; ++c) {
        re[r][c] += x * b[c * across];
        if constexpr (is_complex) im[r][c] += x * b[c * across + 1];
      }
    }
  };
  for (index l = 1; l < all.inner; ++l, a += rows.step, b += along) add(a);
  add(rows.last + v * lanes);
  // i times im, or -i times it
  const V turn = signs_of_parts<T>(all.b.transposed ? -all.alpha : all.alpha, all_places<lanes>());
  T* to = all.c + parts * j * all.c_ld + v * lanes;
  const index left = parts * all.rows - v * lanes;
#pragma GCC unroll 8
  for (int c = 0; c < columns; ++c, to += parts * all.c_ld)
#pragma GCC unroll 8
    for (int r = 0; r < vectors; ++r) {
      V sum = re[r][c] * all.alpha;
      if constexpr (is_complex) sum += swap_parts<T>(im[r][c], all_places<lanes>()) * turn;
      T* const place = to + r * lanes;
      if (left >= (r + 1) * lanes) {
        if (all.beta != 0) sum += all.beta * load_register(place);
        store_register(place, sum);
      } else {
#pragma GCC unroll 16
        for (index i = 0; i < lanes; ++i)
          if (r * lanes + i < left)
            place[i] = all.beta != 0 ? sum[i] + all.beta * place[i] : sum[i];
      }
    }
}

/// Columns from j up to `end`.
template <bool is_complex, int vectors, int columns, class T>
inline void product_columns(const small_product<T>& all, const small_rows<T>& rows, index v,
                            index j, index end) {
  for (; j + columns <= end; j += columns)
    product_tile<is_complex, vectors, columns>(all, rows, v, j);
  if constexpr (columns > 1)
    if (j < end) product_columns<is_complex, vectors, columns / 2>(all, rows, v, j, end);
}

/// All columns that are asked for of `vectors` vectors.
template <bool is_complex, int vectors, class T>
inline void product_rows(const small_product<T>& all, const small_rows<T>& rows, index v) {
  constexpr int columns = is_complex ? tile_columns : 2 * tile_columns;
  const index below = (v + vectors) * register_lanes<T> / (is_complex ? 2 : 1);
  product_columns<is_complex, vectors, columns>(all, rows, v, 0,
                                                all.lower && below < all.cols ? below : all.cols);
}

/// Columns from l on of op(A), to whole vectors.
template <bool is_complex, class T>
inline void pack_rows(const small_product<T>& all, index l, index step, T* to) {
  constexpr index parts = is_complex ? 2 : 1;
  const index along = parts * (all.a.transposed ? all.a.ld : 1),
              across = parts * (all.a.transposed ? 1 : all.a.ld);
  for (; l < all.inner; ++l, to += step) {
    const T* from = all.a.data + l * across;
    for (index i = 0; i < all.rows; ++i) {
      to[parts * i] = from[i * along];
      if constexpr (is_complex)
        to[2 * i + 1] = all.a.transposed ? -from[i * along + 1] : from[i * along + 1];
    }
    for (index i = parts * all.rows; i < step; ++i) to[i] = 0;
  }
}

template <bool is_complex, class T>
void multiply_small(const small_product<T>& all) {
  constexpr index parts = is_complex ? 2 : 1, lanes = register_lanes<T>;
  constexpr index most_vectors = (most_small * parts + lanes - 1) / lanes;
  const index vectors = (parts * all.rows + lanes - 1) / lanes, last = all.inner - 1;
  alignas(64) T packed[most_vectors * lanes * most_small];
  small_rows<T> rows{all.a.data, parts * all.a.ld, all.a.data + parts * all.a.ld * last};
  if (all.a.transposed || parts * all.rows < lanes) {
    pack_rows<is_complex>(all, 0, vectors * lanes, packed);
    rows = {packed, vectors * lanes, packed + vectors * lanes * last};
  } else if (parts * all.rows % lanes != 0) {
    pack_rows<is_complex>(all, last, vectors * lanes, packed);
    rows.last = packed;
  }
  for (index v = 0; v < vectors;) {
    const index left = vectors - v;
    if (left == 1) {
      product_rows<is_complex, 1>(all, rows, v);
      v += 1;
    } else if (left == 2 || left == 4) {
      product_rows<is_complex, 2>(all, rows, v);
      v += 2;
    } else {
      product_rows<is_complex, tile_vectors>(all, rows, v);
      v += tile_vectors;
    }
  }
}

#define TUBAL_INSTANTIATE(T)                                    \
  template void multiply_small<false>(const small_product<T>&); \
  template void multiply_small<true>(const small_product<T>&);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
#undef TUBAL_INSTANTIATE

}  // namespace tubal::detail::TUBAL_SIMD
