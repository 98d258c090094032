// Tube transforms by FFTW.
#ifdef TUBAL_HAS_FFTW
#include <fftw3.h>

#include <tubal/error.hpp>

#include <algorithm>
#include <mutex>

#include "host/dft_engine.hpp"
#include "host/memory.hpp"

namespace tubal::detail {

namespace {

std::mutex planner;  // FFTW plans one at a time; execution is free of it

template <class T>
struct api;
template <>
struct api<double> {
  using plan = fftw_plan;
  static constexpr auto forward = fftw_plan_dft_r2c_1d;
  static constexpr auto inverse = fftw_plan_dft_c2r_1d;
  static constexpr auto execute_forward = fftw_execute_dft_r2c;
  static constexpr auto execute_inverse = fftw_execute_dft_c2r;
  static constexpr auto destroy = fftw_destroy_plan;
  using complex = fftw_complex;
};
template <>
struct api<float> {
  using plan = fftwf_plan;
  static constexpr auto forward = fftwf_plan_dft_r2c_1d;
  static constexpr auto inverse = fftwf_plan_dft_c2r_1d;
  static constexpr auto execute_forward = fftwf_execute_dft_r2c;
  static constexpr auto execute_inverse = fftwf_execute_dft_c2r;
  static constexpr auto destroy = fftwf_destroy_plan;
  using complex = fftwf_complex;
};

/// Elements from one tube to the next in scratch: lines of the cache, and not a power of two of
/// them, which would fall into few of its sets.
std::int64_t pitch(std::int64_t length) { return (length + 15) / 16 * 16 + 16; }

/// f(i, j) for i < rows, j < cols, in tiles that the cache holds lines of both directions of.
template <class F>
void for_each_in_tiles(std::int64_t rows, std::int64_t cols, F&& f) {
  constexpr std::int64_t tile = 8;
  for (std::int64_t top = 0; top < rows; top += tile)
    for (std::int64_t left = 0; left < cols; left += tile)
      for (std::int64_t i = top; i < std::min(top + tile, rows); ++i)
        for (std::int64_t j = left; j < std::min(left + tile, cols); ++j) f(i, j);
}

/// Through scratch, where the numbers of a tube lie side by side.
template <class T>
class fftw final : public dft_engine<T> {
  using lib = api<T>;
  using complex = typename lib::complex;

 public:
  fftw(std::int64_t k, std::int64_t width)
      : k_(k),
        width_(width),
        complex_slices_((k - 1) / 2),
        pitch_(pitch(k)),
        spectrum_pitch_(pitch(2 * (k / 2 + 1))) {
    host_vector<T> room(static_cast<std::size_t>(scratch()));
    T* x = room.data();
    auto* s = reinterpret_cast<complex*>(x + width_ * pitch_);
    const std::lock_guard lock(planner);
    forward_ = lib::forward(static_cast<int>(k), x, s, FFTW_ESTIMATE);
    inverse_ = lib::inverse(static_cast<int>(k), s, x, FFTW_ESTIMATE);
    if (!forward_ || !inverse_) {
      destroy();
      throw backend_error("FFTW could not plan transforms of length " + std::to_string(k));
    }
  }
  ~fftw() override {
    const std::lock_guard lock(planner);
    destroy();
  }
  fftw(const fftw&) = delete;
  fftw& operator=(const fftw&) = delete;

  std::int64_t scratch() const override { return width_ * (pitch_ + spectrum_pitch_); }

  void forward(const tube_block<T>& b, T* scratch) const override {
    T* in = scratch;
    T* out = scratch + width_ * pitch_;
    for_each_in_tiles(k_, b.count, [&](std::int64_t l, std::int64_t i) {
      in[i * pitch_ + l] = b.x[l * b.tubes + i];
    });
    for (std::int64_t i = 0; i < b.count; ++i)
      lib::execute_forward(forward_, in + i * pitch_, spectrum_of(out, i));
    for_each_in_tiles(complex_slices_, b.count, [&](std::int64_t f, std::int64_t i) {
      T* to = b.complex_part + 2 * (f * b.tubes + i);
      const T* from = out + i * spectrum_pitch_ + 2 * (f + 1);
      to[0] = from[0];
      to[1] = from[1];
    });
    for_each_real_slice(b, [&](T* slice, std::int64_t i, std::int64_t f) {
      slice[i] = out[i * spectrum_pitch_ + 2 * f];
    });
  }

  void inverse(const tube_block<T>& b, T* scratch) const override {
    T* out = scratch;
    T* in = scratch + width_ * pitch_;
    for_each_in_tiles(complex_slices_, b.count, [&](std::int64_t f, std::int64_t i) {
      const T* from = b.complex_part + 2 * (f * b.tubes + i);
      T* to = in + i * spectrum_pitch_ + 2 * (f + 1);
      to[0] = from[0];
      to[1] = from[1];
    });
    for_each_real_slice(b, [&](const T* slice, std::int64_t i, std::int64_t f) {
      in[i * spectrum_pitch_ + 2 * f] = slice[i];
      in[i * spectrum_pitch_ + 2 * f + 1] = 0;
    });
    for (std::int64_t i = 0; i < b.count; ++i)
      lib::execute_inverse(inverse_, spectrum_of(in, i), out + i * pitch_);
    const T scale = T(1) / static_cast<T>(k_);
    for_each_in_tiles(k_, b.count, [&](std::int64_t l, std::int64_t i) {
      b.x[l * b.tubes + i] = scale * out[i * pitch_ + l];
    });
  }

 private:
  void destroy() {
    if (forward_) lib::destroy(forward_);
    if (inverse_) lib::destroy(inverse_);
  }
  complex* spectrum_of(T* of_block, std::int64_t i) const {
    return reinterpret_cast<complex*>(of_block + i * spectrum_pitch_);
  }
  /// f(real slice, tube, frequency)
  template <class F>
  void for_each_real_slice(const tube_block<T>& b, F&& f) const {
    const auto real_slice = [&](std::int64_t frequency, T* slice) {
      for (std::int64_t i = 0; i < b.count; ++i) f(slice, i, frequency);
    };
    real_slice(0, b.real_part);
    if (k_ % 2 == 0) real_slice(k_ / 2, b.real_part + b.tubes);
  }

  std::int64_t k_, width_, complex_slices_, pitch_, spectrum_pitch_;
  typename lib::plan forward_ = nullptr, inverse_ = nullptr;
};

}  // namespace

template <class T>
std::unique_ptr<dft_engine<T>> make_fftw(std::int64_t k, std::int64_t width) {
  return std::make_unique<fftw<T>>(k, width);
}

template std::unique_ptr<dft_engine<float>> make_fftw(std::int64_t, std::int64_t);
template std::unique_ptr<dft_engine<double>> make_fftw(std::int64_t, std::int64_t);

}  // namespace tubal::detail
#endif
