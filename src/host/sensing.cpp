// The sensing step of the host back end: one pass over the matrix, threads over parts of its rows.
#include "host/kernels/sensing.hpp"

#include <algorithm>

#include "host/backend.hpp"
#include "host/kernels/instruction_set.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t parts = 16;            // at the most; each has a partial sum of z
constexpr std::int64_t part_bytes = 1 << 20;  // of the matrix, at the least
constexpr std::int64_t strip = 4096;          // columns of the partial sums in one task

/// The fixed partition of the rows: it depends on the sizes alone, and so do the bits of z.
std::int64_t rows_per_part(std::int64_t m, std::int64_t n, std::size_t element) {
  const std::int64_t row = std::max<std::int64_t>(1, n * static_cast<std::int64_t>(element));
  return std::max({std::int64_t{1}, part_bytes / row, (m + parts - 1) / parts});
}

template <class Stored, class T>
void run_sense(const sensing_rows<Stored, T>& part) {
  TUBAL_DISPATCH(sense(part));
}

}  // namespace

template <class T, class Stored>
backend<host>::sensing_plan<T, Stored>::sensing_plan(backend& b, std::int64_t m, std::int64_t n,
                                                     std::int64_t most)
    : backend_(&b), m_(m), n_(n) {
  const std::int64_t rows = rows_per_part(m, n, sizeof(Stored));
  const std::int64_t used = (m + rows - 1) / rows;
  partial_.resize(static_cast<std::size_t>(used > 1 ? used * n * most : 0));
}

template <class T, class Stored>
void backend<host>::sensing_plan<T, Stored>::execute(const Stored* a, const T* x, const T* y,
                                                     T* residual, T* z, std::int64_t count) {
  const std::int64_t rows = rows_per_part(m_, n_, sizeof(Stored)), used = (m_ + rows - 1) / rows;
  const std::int64_t size = n_ * count;  // of z
  if (used == 0) std::fill_n(z, size, T(0));
  backend_->threads().run(used, [&](std::int64_t p, int) {
    const std::int64_t first = p * rows;
    T* sum = used > 1 ? partial_.data() + p * size : z;
    std::fill_n(sum, size, T(0));
    run_sense<Stored, T>({a + first * n_, std::min(rows, m_ - first), n_, x, y + first,
                          residual + first, sum, count, m_});
  });
  if (used <= 1) return;
  backend_->threads().run_if_worth(
      used * size, (size + strip - 1) / strip, [&](std::int64_t s, int) {
        const std::int64_t begin = s * strip, end = std::min(size, begin + strip);
        std::copy(partial_.data() + begin, partial_.data() + end, z + begin);
        for (std::int64_t p = 1; p < used; ++p)
          for (std::int64_t j = begin; j < end; ++j)
            z[j] += partial_[static_cast<std::size_t>(p * size + j)];
      });
}

template class backend<host>::sensing_plan<float>;
template class backend<host>::sensing_plan<double>;
template class backend<host>::sensing_plan<double, float>;

}  // namespace tubal::detail
