// Tube transforms of the host back end: block by block through the cache.
#include <algorithm>

#include "host/backend.hpp"
#include "host/dft_engine.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t block_bytes = 65536;  // of reals in one block
constexpr std::int64_t aligned = 32;         // elements to which pieces of scratch are rounded up

std::int64_t block_width(std::int64_t tubes, std::int64_t k, std::size_t element) {
  const std::int64_t fits = block_bytes / (k * static_cast<std::int64_t>(element));
  return std::max<std::int64_t>(1, std::min(tubes, std::clamp<std::int64_t>(fits, 8, 512)));
}

std::int64_t round_up(std::int64_t n) { return (n + aligned - 1) / aligned * aligned; }

/// Where FFTW gains nothing over a product: shortest tubes, and lengths with a large prime factor.
[[maybe_unused]] bool direct_is_faster(std::int64_t k) {
  std::int64_t rest = k, largest = 1;
  for (std::int64_t p = 2; rest > 1; ++p)
    for (; rest % p == 0; rest /= p) largest = p;
  return k <= 3 || (k <= 127 && largest > 13);
}

}  // namespace

template <class T>
struct backend<host>::transform_plan<T>::state {
  thread_pool& threads;
  std::int64_t tubes, k, width, blocks;
  std::int64_t real_size, complex_size;  // reals of scratch per thread
  host_vector<std::complex<T>> scratch;
  std::unique_ptr<dft_engine<T>> engine;

  state(backend& b, std::int64_t tubes_, std::int64_t k_)
      : threads(b.threads()),
        tubes(tubes_),
        k(k_),
        width(block_width(tubes, k, sizeof(T))),
        blocks((tubes + width - 1) / width),
        real_size(round_up(width * k)),
        complex_size(round_up(2 * width * (k / 2 + 1))),
        scratch(static_cast<std::size_t>((real_size + complex_size) / 2 * threads.size())) {
#ifdef TUBAL_HAS_FFTW
    if (!direct_is_faster(k)) {
      engine = make_fftw<T>(k, width, reals(0), spectra(0));
      return;
    }
#endif
    engine = make_direct_dft<T>(k, width);
  }

  T* reals(int worker) {
    return reinterpret_cast<T*>(scratch.data()) + worker * (real_size + complex_size);
  }
  std::complex<T>* spectra(int worker) {
    return reinterpret_cast<std::complex<T>*>(reals(worker) + real_size);
  }

  /// f(first tube, number of tubes, reals, spectra) for each block
  template <class F>
  void for_each_block(F&& f) {
    threads.run_if_worth(tubes * k, blocks, [&](std::int64_t block, int worker) {
      const std::int64_t first = block * width;
      f(first, std::min(width, tubes - first), reals(worker), spectra(worker));
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
  state& s = *state_;
  const std::int64_t complex_slices = (s.k - 1) / 2;
  auto* complex_part = reinterpret_cast<std::complex<T>*>(spectrum);
  T* real_part = spectrum + 2 * complex_slices * s.tubes;
  s.for_each_block([&](std::int64_t first, std::int64_t size, T* in, std::complex<T>* out) {
    for (std::int64_t l = 0; l < s.k; ++l)
      std::copy_n(x + l * s.tubes + first, size, in + l * s.width);
    s.engine->forward(in, out);
    for (std::int64_t f = 1; f <= complex_slices; ++f)
      std::copy_n(out + f * s.width, size, complex_part + (f - 1) * s.tubes + first);
    const auto real_slice = [&](std::int64_t f, T* to) {
      for (std::int64_t i = 0; i < size; ++i) to[first + i] = out[f * s.width + i].real();
    };
    real_slice(0, real_part);
    if (s.k % 2 == 0) real_slice(s.k / 2, real_part + s.tubes);
  });
}

template <class T>
void backend<host>::transform_plan<T>::inverse(const T* spectrum, T* x) {
  state& s = *state_;
  const std::int64_t complex_slices = (s.k - 1) / 2;
  const auto* complex_part = reinterpret_cast<const std::complex<T>*>(spectrum);
  const T* real_part = spectrum + 2 * complex_slices * s.tubes;
  const T scale = T(1) / static_cast<T>(s.k);
  s.for_each_block([&](std::int64_t first, std::int64_t size, T* out, std::complex<T>* in) {
    for (std::int64_t f = 1; f <= complex_slices; ++f)
      std::copy_n(complex_part + (f - 1) * s.tubes + first, size, in + f * s.width);
    const auto real_slice = [&](std::int64_t f, const T* from) {
      for (std::int64_t i = 0; i < size; ++i) in[f * s.width + i] = from[first + i];
    };
    real_slice(0, real_part);
    if (s.k % 2 == 0) real_slice(s.k / 2, real_part + s.tubes);
    s.engine->inverse(in, out);
    for (std::int64_t l = 0; l < s.k; ++l)
      for (std::int64_t i = 0; i < size; ++i)
        x[l * s.tubes + first + i] = scale * out[l * s.width + i];
  });
}

template <class T>
std::size_t backend<host>::transform_plan<T>::workspace_bytes() const {
  return state_->scratch.size() * sizeof(std::complex<T>);
}

template class backend<host>::transform_plan<float>;
template class backend<host>::transform_plan<double>;

}  // namespace tubal::detail
