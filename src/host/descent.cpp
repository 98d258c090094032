// Small gradient descents: threads over trials. Bits of a trial depend neither on the number of
// threads nor on its neighbours.
#include "host/kernels/descent.hpp"

#include <algorithm>

#include "core/primitives/symmetric_layout.hpp"
#include "host/backend.hpp"
#include "host/kernels/instruction_set.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t largest_gram = 1 << 20;  // bytes; more would not stay in the cache of a core
constexpr std::int64_t alignment = 32;

descent_layout layout_for(std::int64_t n, std::int64_t k) {
  const symmetric_layout at = layout_of(n, k);
  return {symmetric_dimension(n, k), at.complex_slices, at.real_slices, at.complex_scale,
          at.real_scale};
}

template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t trial,
             const descent_course& course, T* memory) {
  TUBAL_DISPATCH(advance(all, at, trial, course, memory));
}

}  // namespace

template <class T>
bool backend<host>::descent_plan<T>::fits(backend&, std::int64_t n, std::int64_t, std::int64_t k) {
  const std::int64_t size = symmetric_dimension(n, k);
  return gram_reals(size) * static_cast<std::int64_t>(sizeof(T)) <= largest_gram;
}

template <class T>
backend<host>::descent_plan<T>::descent_plan(backend& b, std::int64_t n, std::int64_t width,
                                             std::int64_t k)
    : backend_(&b) {
  const std::int64_t reals = descent_reals<T>(n, width, k, symmetric_dimension(n, k));
  per_thread_ =
      (reals * static_cast<std::int64_t>(sizeof(T)) + alignment - 1) / alignment * alignment;
  work_.resize(static_cast<std::size_t>(per_thread_ * b.threads().size()));
}

template <class T>
std::int64_t backend<host>::descent_plan<T>::gram_reals(std::int64_t size) {
  return gram_tiles<T>::reals(size);
}

template <class T>
void backend<host>::descent_plan<T>::keep_gram(batch<const T> m, T* kept) {
  using at = gram_tiles<T>;
  const auto entry = [&](std::int64_t i, std::int64_t j) {
    if (j > i) std::swap(i, j);
    return i < m.rows ? m.data[i + m.ld * j] : T(0);
  };
  for (std::int64_t i = 0; i < whole_groups(m.rows, at::group); i += at::strip)
    for (std::int64_t j = 0; j < whole_groups(i + 1, at::group); j += at::lanes) {
      T* tile = kept + at::place(i, j);
      for (std::int64_t column = 0; column < at::lanes; ++column)
        for (std::int64_t row = 0; row < at::strip; ++row)
          tile[row * at::lanes + column] = entry(i + row, j + column);
    }
}

template <class T>
void backend<host>::descent_plan<T>::execute(const descents<T>& all, const descent_course& course) {
  const descent_layout at = layout_for(all.n, all.k);
  backend_->threads().run(all.count, [&](std::int64_t trial, int worker) {
    advance(all, at, trial, course, reinterpret_cast<T*>(work_.data() + worker * per_thread_));
  });
}

template class backend<host>::descent_plan<float>;
template class backend<host>::descent_plan<double>;

}  // namespace tubal::detail
