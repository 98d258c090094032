// A x - y and A^T (A x - y) in one pass over A: a few rows at a time, used twice while they are in
// the cache. The order of the sums depends on the sizes and the instruction set alone.
#include "host/kernels/sensing.hpp"
#include "host/kernels/simd.hpp"

namespace tubal::detail::TUBAL_SIMD {

constexpr index sensing_block = 5 << 16;  // bytes of rows at a time; twice that fits the cache

template <class Stored, class T>
[[gnu::always_inline]] inline wide<T> load_stored(const Stored* from) {
  if constexpr (sizeof(Stored) == sizeof(T)) {
    return load_wide(from);
  } else {
    using narrow = typename simd<Stored, TUBAL_SIMD_BYTES / 2>::anywhere;
    return __builtin_convertvector(*reinterpret_cast<const narrow*>(from), wide<T>);
  }
}

/// The rows after these, brought into the cache while these are used: the first part during the
/// update, which needs no memory else, the rest during the dots.
template <class Stored>
struct sensing_ahead {
  const Stored* next;
  index early;  // columns of the first part
};

/// residual = A x - y for `Rows` rows
template <int Rows, bool Ahead, class Stored, class T>
inline void dots(const Stored* a, index size, const T* x, const T* y, T* residual,
                 const sensing_ahead<Stored>& ahead) {
  constexpr int unrolled = Rows >= 8 ? 1 : 8 / Rows, lanes = wide_lanes<T>;
  wide<T> sum[Rows][unrolled] = {};
  index j = 0;
  for (; j + unrolled * lanes <= size; j += unrolled * lanes)
    for (int u = 0; u < unrolled; ++u) {
      const index at = j + u * lanes;
      const wide<T> right = load_wide(x + at);
      for (int i = 0; i < Rows; ++i) {
        if (Ahead && at >= ahead.early) __builtin_prefetch(ahead.next + i * size + at, 0, 2);
        sum[i][u] += load_stored<Stored, T>(a + i * size + at) * right;
      }
    }
  for (int i = 0; i < Rows; ++i) {
    wide<T> all = sum[i][0];
    for (int u = 1; u < unrolled; ++u) all += sum[i][u];
    T total = 0;
    for (int lane = 0; lane < lanes; ++lane) total += all[lane];
    for (index e = j; e < size; ++e) total += static_cast<T>(a[i * size + e]) * x[e];
    residual[i] = total - y[i];
  }
}

/// z += A^T residual for `Rows` rows
template <int Rows, bool Ahead, class Stored, class T>
inline void add_rows(const Stored* a, index size, const T* residual, T* z,
                     const sensing_ahead<Stored>& ahead) {
  constexpr int lanes = wide_lanes<T>;
  wide<T> factor[Rows];
  for (int i = 0; i < Rows; ++i) factor[i] = wide<T>{} + residual[i];
  index j = 0;
  for (; j + lanes <= size; j += lanes) {
    wide<T> sum = load_wide(z + j);
    for (int i = 0; i < Rows; ++i) {
      if (Ahead && j < ahead.early) __builtin_prefetch(ahead.next + i * size + j, 0, 2);
      sum += load_stored<Stored, T>(a + i * size + j) * factor[i];
    }
    store_wide(z + j, sum);
  }
  for (; j < size; ++j)
    for (int i = 0; i < Rows; ++i) z[j] += static_cast<T>(a[i * size + j]) * residual[i];
}

template <int Rows, bool Ahead, class Stored, class T>
inline index sense_blocks(const sensing_rows<Stored, T>& p, index first) {
  const index early = p.size / (3 * wide_lanes<T>)*wide_lanes<T>;
  for (; first + Rows <= p.rows; first += Rows) {
    const Stored* a = p.a + first * p.size;
    const bool last = first + 2 * Rows > p.rows;
    const sensing_ahead<Stored> ahead{last ? a : a + Rows * p.size, early};
    dots<Rows, Ahead>(a, p.size, p.x, p.y + first, p.residual + first, ahead);
    add_rows<Rows, Ahead>(a, p.size, p.residual + first, p.z, ahead);
  }
  return first;
}

template <bool Ahead, class Stored, class T>
inline void sense_rows(const sensing_rows<Stored, T>& p) {
  const index bytes = p.size * static_cast<index>(sizeof(Stored));
  index done = 0;
  if (8 * bytes <= sensing_block) done = sense_blocks<8, Ahead>(p, done);
  if (4 * bytes <= sensing_block) done = sense_blocks<4, Ahead>(p, done);
  done = sense_blocks<2, Ahead>(p, done);
  sense_blocks<1, Ahead>(p, done);
}

/// residual = A x - y for `Rows` rows from `first` on and `Cols` columns from `column` on.
template <int Rows, int Cols, class Stored, class T>
inline void dots_together(const sensing_rows<Stored, T>& p, index first, index column) {
  constexpr int lanes = wide_lanes<T>;
  const Stored* a = p.a + first * p.size;
  const T* x = p.x + column * p.size;
  wide<T> sum[Rows][Cols] = {};
  index j = 0;
  for (; j + lanes <= p.size; j += lanes) {
    wide<T> right[Cols];
#pragma GCC unroll 8
    for (int c = 0; c < Cols; ++c) right[c] = load_wide(x + c * p.size + j);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      const wide<T> left = load_stored<Stored, T>(a + i * p.size + j);
#pragma GCC unroll 8
      for (int c = 0; c < Cols; ++c) sum[i][c] += left * right[c];
    }
  }
  for (int i = 0; i < Rows; ++i)
    for (int c = 0; c < Cols; ++c) {
      T total = 0;
      for (int lane = 0; lane < lanes; ++lane) total += sum[i][c][lane];
      for (index e = j; e < p.size; ++e)
        total += static_cast<T>(a[i * p.size + e]) * x[c * p.size + e];
      const index at = (column + c) * p.apart + first + i;
      p.residual[at] = total - p.y[at];
    }
}

/// z += A^T residual of the same.
template <int Rows, int Cols, class Stored, class T>
inline void add_together(const sensing_rows<Stored, T>& p, index first, index column) {
  constexpr int lanes = wide_lanes<T>;
  const Stored* a = p.a + first * p.size;
  T* z = p.z + column * p.size;
  wide<T> factor[Rows][Cols];
  for (int i = 0; i < Rows; ++i)
    for (int c = 0; c < Cols; ++c)
      factor[i][c] = wide<T>{} + p.residual[(column + c) * p.apart + first + i];
  index j = 0;
  for (; j + lanes <= p.size; j += lanes) {
    wide<T> left[Rows];
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) left[i] = load_stored<Stored, T>(a + i * p.size + j);
#pragma GCC unroll 8
    for (int c = 0; c < Cols; ++c) {
      wide<T> sum = load_wide(z + c * p.size + j);
#pragma GCC unroll 8
      for (int i = 0; i < Rows; ++i) sum += left[i] * factor[i][c];
      store_wide(z + c * p.size + j, sum);
    }
  }
  for (; j < p.size; ++j)
    for (int c = 0; c < Cols; ++c)
      for (int i = 0; i < Rows; ++i)
        z[c * p.size + j] += static_cast<T>(a[i * p.size + j]) * factor[i][c][0];
}

/// f(column) for groups of `Cols` columns from `column` on, then for smaller ones.
template <int Rows, int Cols, class Stored, class T>
inline void columns_together(const sensing_rows<Stored, T>& p, index first, bool adding,
                             index column = 0) {
  for (; column + Cols <= p.count; column += Cols)
    if (adding)
      add_together<Rows, Cols>(p, first, column);
    else
      dots_together<Rows, Cols>(p, first, column);
  if constexpr (Cols > 1)
    if (column < p.count) columns_together<Rows, Cols / 2>(p, first, adding, column);
}

/// Every number is the sum of the same terms in the same order, whatever the number of columns.
template <int Rows, class Stored, class T>
inline index sense_together(const sensing_rows<Stored, T>& p, index first) {
  constexpr int most_columns = TUBAL_SIMD_BYTES == 64 ? 4 : 2;
  for (; first + Rows <= p.rows; first += Rows) {
    columns_together<Rows, most_columns>(p, first, false);
    columns_together<Rows, most_columns>(p, first, true);
  }
  return first;
}

template <class Stored, class T>
void sense(const sensing_rows<Stored, T>& p) {
  if (p.count > 1) {
    const index done = sense_together<4>(p, 0);
    sense_together<1>(p, done);
    return;
  }
  const bool in_cache = p.rows * p.size * static_cast<index>(sizeof(Stored)) <= 2 * sensing_block;
  if (in_cache)
    sense_rows<false>(p);
  else
    sense_rows<true>(p);
}

template void sense(const sensing_rows<float, float>&);
template void sense(const sensing_rows<double, double>&);
template void sense(const sensing_rows<float, double>&);

}  // namespace tubal::detail::TUBAL_SIMD
