// Small gradient descents: threads over groups of trials that fit the lanes of a register. Bits of
// a trial depend neither on the number of threads nor on its neighbours.
#include "host/descent.hpp"

#include <algorithm>

#include "core/primitives/symmetric_layout.hpp"
#include "host/backend.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t largest_gram = 1 << 20;  // bytes; more would not stay in the cache of a core
constexpr std::int64_t alignment = 32;

descent_layout layout_for(std::int64_t n, std::int64_t k) {
  const symmetric_layout at = layout_of(n, k);
  return {symmetric_dimension(n, k), at.complex_slices, at.real_slices, at.complex_scale,
          at.real_scale};
}

bool has_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

template <class T>
void advance(const descents<T>& all, const descent_layout& at, std::int64_t first,
             const descent_course& course, T* memory) {
#if defined(__x86_64__)
  static const bool fast = has_avx2();
  if (fast) return avx2::advance(all, at, first, course, memory);
#endif
  portable::advance(all, at, first, course, memory);
}

}  // namespace

template <class T>
bool backend<host>::descent_plan<T>::fits(backend&, std::int64_t n, std::int64_t, std::int64_t k) {
  const std::int64_t size = symmetric_dimension(n, k);
  return gram_size(size, group) * static_cast<std::int64_t>(sizeof(T)) <= largest_gram;
}

template <class T>
backend<host>::descent_plan<T>::descent_plan(backend& b, std::int64_t n, std::int64_t width,
                                             std::int64_t k)
    : backend_(&b) {
  // factor, next factor, one slice of the gradient, d, z, target, pull; d and z of one lane
  const std::int64_t size = symmetric_dimension(n, k);
  const std::int64_t in_lanes = 2 * n * width * k + 2 * n * n + 4 * size;
  const std::int64_t reals = descent_lanes<T> * in_lanes + 2 * whole_groups(size, group);
  per_thread_ =
      (reals * static_cast<std::int64_t>(sizeof(T)) + alignment - 1) / alignment * alignment;
  work_.resize(static_cast<std::size_t>(per_thread_ * b.threads().size()));
}

template <class T>
void backend<host>::descent_plan<T>::execute(const descents<T>& all, const descent_course& course) {
  const descent_layout at = layout_for(all.n, all.k);
  constexpr std::int64_t lanes = descent_lanes<T>;
  static_assert(lanes == group);
  backend_->threads().run((all.count + lanes - 1) / lanes, [&](std::int64_t g, int worker) {
    advance(all, at, g * lanes, course, reinterpret_cast<T*>(work_.data() + worker * per_thread_));
  });
}

template class backend<host>::descent_plan<float>;
template class backend<host>::descent_plan<double>;

}  // namespace tubal::detail
