// Tube transforms of the host back end: block by block through the cache.
#include <algorithm>

#include "host/backend.hpp"
#include "host/dft_engine.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t block_bytes = 65536;  // of reals in one block
[[maybe_unused]] constexpr std::int64_t longest_direct = 96;

std::int64_t block_width(std::int64_t tubes, std::int64_t k, std::size_t element) {
  const std::int64_t fits = block_bytes / (k * static_cast<std::int64_t>(element));
  return std::max<std::int64_t>(1,
                                std::min(tubes, std::clamp<std::int64_t>(fits, 16, 512) / 16 * 16));
}

/// Where FFTW gains nothing over a product: short tubes, and lengths with a large prime factor.
[[maybe_unused]] bool direct_is_faster(std::int64_t k) {
  std::int64_t rest = k, largest = 1;
  for (std::int64_t p = 2; rest > 1; ++p)
    for (; rest % p == 0; rest /= p) largest = p;
  return k <= longest_direct || (k <= 512 && largest > 13);
}

template <class T>
std::unique_ptr<dft_engine<T>> make_engine(std::int64_t k, [[maybe_unused]] std::int64_t width) {
#ifdef TUBAL_HAS_FFTW
  if (!direct_is_faster(k)) return make_fftw<T>(k, width);
#endif
  return make_direct_dft<T>(k);
}

}  // namespace

template <class T>
struct backend<host>::transform_plan<T>::state {
  thread_pool& threads;
  std::int64_t tubes, k, width, blocks;
  std::unique_ptr<dft_engine<T>> engine;
  host_vector<T> scratch;

  state(backend& b, std::int64_t tubes_, std::int64_t k_)
      : threads(b.threads()),
        tubes(tubes_),
        k(k_),
        width(block_width(tubes, k, sizeof(T))),
        blocks((tubes + width - 1) / width),
        engine(make_engine<T>(k, width)),
        scratch(static_cast<std::size_t>(engine->scratch() * threads.size())) {}

  /// f(block, scratch) for all blocks
  template <class F>
  void for_each_block(T* x, T* spectrum, F&& f) {
    T* real_part = spectrum + (k - 1) / 2 * 2 * tubes;
    threads.run_if_worth(tubes * k, blocks, [&](std::int64_t block, int worker) {
      const std::int64_t first = block * width;
      f(tube_block<T>{x + first, spectrum + 2 * first, real_part + first, tubes,
                      std::min(width, tubes - first)},
        scratch.data() + worker * engine->scratch());
    });
  }
};

template <class T>
backend<host>::transform_plan<T>::transform_plan(backend& b, std::int64_t tubes, std::int64_t k)
    : state_(std::make_unique<state>(b, tubes, k)) {}
template <class T>
backend<host>::transform_plan<T>::~transform_plan() = default;
template <class T>
backend<host>::transform_plan<T>::transform_plan(transform_plan&&) noexcept = default;

template <class T>
void backend<host>::transform_plan<T>::forward(const T* x, T* spectrum) {
  state_->for_each_block(const_cast<T*>(x), spectrum, [&](const tube_block<T>& b, T* scratch) {
    state_->engine->forward(b, scratch);
  });
}

template <class T>
void backend<host>::transform_plan<T>::inverse(const T* spectrum, T* x) {
  state_->for_each_block(x, const_cast<T*>(spectrum), [&](const tube_block<T>& b, T* scratch) {
    state_->engine->inverse(b, scratch);
  });
}

template <class T>
std::size_t backend<host>::transform_plan<T>::workspace_bytes() const {
  return state_->scratch.size() * sizeof(T);
}

template class backend<host>::transform_plan<float>;
template class backend<host>::transform_plan<double>;

}  // namespace tubal::detail
