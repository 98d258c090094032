// The sensing step of the host back end: one pass over the matrix.
#include <algorithm>

#include "host/backend.hpp"
#include "host/lapack.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t parts = 16;             // at the most; each has a partial sum of z
constexpr std::int64_t part_bytes = 1 << 20;   // of the matrix, at the least
constexpr std::int64_t block_bytes = 1 << 18;  // rows used twice while they are in the cache

/// The fixed partition of the rows: it depends on the sizes alone, and so do the bits of z.
std::int64_t rows_per_part(std::int64_t m, std::int64_t n, std::size_t element) {
  const std::int64_t row = std::max<std::int64_t>(1, n * static_cast<std::int64_t>(element));
  return std::max({std::int64_t{1}, part_bytes / row, (m + parts - 1) / parts});
}

}  // namespace

template <class T>
backend<host>::sensing_plan<T>::sensing_plan(backend& b, std::int64_t m, std::int64_t n)
    : backend_(&b), m_(m), n_(n) {
  const std::int64_t rows = rows_per_part(m, n, sizeof(T));
  const std::int64_t used = (m + rows - 1) / rows;
  partial_.resize(static_cast<std::size_t>(used > 1 ? used * n : 0));
}

template <class T>
void backend<host>::sensing_plan<T>::execute(const T* a, const T* x, const T* y, T* residual,
                                             T* z) {
  const std::int64_t rows = rows_per_part(m_, n_, sizeof(T)), used = (m_ + rows - 1) / rows;
  const std::int64_t row_bytes =
      std::max<std::int64_t>(1, n_ * static_cast<std::int64_t>(sizeof(T)));
  const std::int64_t block = std::clamp<std::int64_t>(block_bytes / row_bytes, 4, 64);
  if (n_ == 0 || m_ == 0) {
    for (std::int64_t i = 0; i < m_; ++i) residual[i] = -y[i];
    std::fill_n(z, n_, T(0));
    return;
  }
  backend_->threads().run(used, [&](std::int64_t p, int) {
    T* sum = used > 1 ? partial_.data() + p * n_ : z;
    std::fill_n(sum, n_, T(0));
    const std::int64_t end = std::min(m_, (p + 1) * rows);
    for (std::int64_t i = p * rows; i < end; i += block) {
      const auto size = static_cast<lapack::integer>(std::min(block, end - i));
      const auto length = static_cast<lapack::integer>(n_);
      const T* slab = a + i * n_;  // length x size, column-major
      for (std::int64_t r = i; r < i + size; ++r) residual[r] = -y[r];
      lapack::gemv('T', length, size, T(1), slab, length, x, T(1), residual + i);
      lapack::gemv('N', length, size, T(1), slab, length, residual + i, T(1), sum);
    }
  });
  if (used == 1) return;
  std::fill_n(z, n_, T(0));
  for (std::int64_t p = 0; p < used; ++p)
    for (std::int64_t j = 0; j < n_; ++j) z[j] += partial_[static_cast<std::size_t>(p * n_ + j)];
}

template class backend<host>::sensing_plan<float>;
template class backend<host>::sensing_plan<double>;

}  // namespace tubal::detail
