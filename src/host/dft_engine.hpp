// DFTs of a block of tubes that fits the cache: `width` tubes side by side, x[l * width + i].
#pragma once

#include <complex>
#include <cstdint>
#include <memory>

namespace tubal::detail {

/// Transforms between [k][width] reals and [k/2+1][width] complex numbers, unnormalised both ways.
/// Usable from several threads at once on different blocks.
template <class T>
class dft_engine {
 public:
  virtual ~dft_engine() = default;
  virtual void forward(const T* x, std::complex<T>* spectrum) const = 0;
  /// May destroy the spectrum.
  virtual void inverse(std::complex<T>* spectrum, T* x) const = 0;
};

/// Products with the DFT matrix: any k, k^2 work, no library.
template <class T>
std::unique_ptr<dft_engine<T>> make_direct_dft(std::int64_t k, std::int64_t width);

#ifdef TUBAL_HAS_FFTW
/// FFTW, planned for these sizes. `x` and `spectrum` only serve to plan and are overwritten; later
/// blocks must be aligned alike.
template <class T>
std::unique_ptr<dft_engine<T>> make_fftw(std::int64_t k, std::int64_t width, T* x,
                                         std::complex<T>* spectrum);
#endif

}  // namespace tubal::detail
