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
  static constexpr auto forward = fftw_plan_many_dft_r2c;
  static constexpr auto inverse = fftw_plan_many_dft_c2r;
  static constexpr auto execute_forward = fftw_execute_dft_r2c;
  static constexpr auto execute_inverse = fftw_execute_dft_c2r;
  static constexpr auto destroy = fftw_destroy_plan;
  using complex = fftw_complex;
};
template <>
struct api<float> {
  using plan = fftwf_plan;
  static constexpr auto forward = fftwf_plan_many_dft_r2c;
  static constexpr auto inverse = fftwf_plan_many_dft_c2r;
  static constexpr auto execute_forward = fftwf_execute_dft_r2c;
  static constexpr auto execute_inverse = fftwf_execute_dft_c2r;
  static constexpr auto destroy = fftwf_destroy_plan;
  using complex = fftwf_complex;
};

constexpr std::int64_t aligned = 64;  // elements to which pieces of scratch are rounded up

std::int64_t round_up(std::int64_t n) { return (n + aligned - 1) / aligned * aligned; }

/// Through scratch, where the tubes of a block lie side by side.
template <class T>
class fftw final : public dft_engine<T> {
  using lib = api<T>;
  using complex = typename lib::complex;

 public:
  fftw(std::int64_t k, std::int64_t width)
      : k_(k), width_(width), complex_slices_((k - 1) / 2), reals_(round_up(width * k)) {
    const int n[1] = {static_cast<int>(k)};
    const int w = static_cast<int>(width);
    host_vector<T> room(static_cast<std::size_t>(scratch()));
    T* x = room.data();
    auto* s = reinterpret_cast<complex*>(x + reals_);
    const std::lock_guard lock(planner);
    forward_ = lib::forward(1, n, w, x, nullptr, w, 1, s, nullptr, w, 1, FFTW_ESTIMATE);
    inverse_ = lib::inverse(1, n, w, s, nullptr, w, 1, x, nullptr, w, 1, FFTW_ESTIMATE);
    if (!forward_ || !inverse_) {
      destroy();
      throw backend_error("FFTW could not plan " + std::to_string(width) +
                          " transforms of length " + std::to_string(k));
    }
  }
  ~fftw() override {
    const std::lock_guard lock(planner);
    destroy();
  }
  fftw(const fftw&) = delete;
  fftw& operator=(const fftw&) = delete;

  std::int64_t scratch() const override { return reals_ + round_up(2 * width_ * (k_ / 2 + 1)); }

  void forward(const tube_block<T>& b, T* scratch) const override {
    T* in = scratch;
    const T* out = scratch + reals_;
    for (std::int64_t l = 0; l < k_; ++l) std::copy_n(b.x + l * b.tubes, b.count, in + l * width_);
    lib::execute_forward(forward_, in, reinterpret_cast<complex*>(scratch + reals_));
    for (std::int64_t f = 1; f <= complex_slices_; ++f)
      std::copy_n(out + 2 * f * width_, 2 * b.count, b.complex_part + 2 * (f - 1) * b.tubes);
    const auto real_slice = [&](std::int64_t f, T* to) {
      for (std::int64_t i = 0; i < b.count; ++i) to[i] = out[2 * (f * width_ + i)];
    };
    real_slice(0, b.real_part);
    if (k_ % 2 == 0) real_slice(k_ / 2, b.real_part + b.tubes);
  }

  void inverse(const tube_block<T>& b, T* scratch) const override {
    T* out = scratch;
    T* in = scratch + reals_;
    for (std::int64_t f = 1; f <= complex_slices_; ++f)
      std::copy_n(b.complex_part + 2 * (f - 1) * b.tubes, 2 * b.count, in + 2 * f * width_);
    const auto real_slice = [&](std::int64_t f, const T* from) {
      for (std::int64_t i = 0; i < b.count; ++i) {
        in[2 * (f * width_ + i)] = from[i];
        in[2 * (f * width_ + i) + 1] = 0;
      }
    };
    real_slice(0, b.real_part);
    if (k_ % 2 == 0) real_slice(k_ / 2, b.real_part + b.tubes);
    lib::execute_inverse(inverse_, reinterpret_cast<complex*>(in), out);
    const T scale = T(1) / static_cast<T>(k_);
    for (std::int64_t l = 0; l < k_; ++l)
      for (std::int64_t i = 0; i < b.count; ++i) b.x[l * b.tubes + i] = scale * out[l * width_ + i];
  }

 private:
  void destroy() {
    if (forward_) lib::destroy(forward_);
    if (inverse_) lib::destroy(inverse_);
  }
  std::int64_t k_, width_, complex_slices_, reals_;
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
