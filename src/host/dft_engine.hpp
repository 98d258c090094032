// DFTs of a block of tubes that fits the cache, between a tensor and its half spectrum.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>

namespace tubal::detail {

/// `count` tubes of `tubes`: tube i of the block has its numbers at x[l * tubes + i], its complex
/// slices f = 1, 2, ... at complex_part[2 * ((f - 1) * tubes + i)] and its real ones at
/// real_part[s * tubes + i]; see half_spectrum.hpp.
template <class T>
struct tube_block {
  T* x;
  T* complex_part;
  T* real_part;
  std::int64_t tubes, count;
};

/// Forward unnormalised, inverse with 1/k. Usable from several threads at once, each with scratch
/// of its own.
template <class T>
class dft_engine {
 public:
  virtual ~dft_engine() = default;
  /// Numbers of scratch, aligned to 64 bytes.
  virtual std::int64_t scratch() const = 0;
  virtual void forward(const tube_block<T>& block, T* scratch) const = 0;
  virtual void inverse(const tube_block<T>& block, T* scratch) const = 0;
};

/// Products with the DFT matrix: any k, k^2 / 2 multiply-adds a tube, no library.
template <class T>
std::unique_ptr<dft_engine<T>> make_direct_dft(std::int64_t k);

#ifdef TUBAL_HAS_FFTW
/// FFTW, for blocks of up to `width` tubes.
template <class T>
std::unique_ptr<dft_engine<T>> make_fftw(std::int64_t k, std::int64_t width);
#endif

}  // namespace tubal::detail
