// Tube transforms by FFTW.
#ifdef TUBAL_HAS_FFTW
#include <fftw3.h>

#include <mutex>

#include <tubal/error.hpp>

#include "host/dft_engine.hpp"

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

template <class T>
class fftw final : public dft_engine<T> {
  using lib = api<T>;
  using complex = typename lib::complex;

 public:
  fftw(std::int64_t k, std::int64_t width, T* x, std::complex<T>* spectrum) {
    const int n[1] = {static_cast<int>(k)};
    const int w = static_cast<int>(width);
    auto* s = reinterpret_cast<complex*>(spectrum);
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

  void forward(const T* x, std::complex<T>* spectrum) const override {
    lib::execute_forward(forward_, const_cast<T*>(x), reinterpret_cast<complex*>(spectrum));
  }
  void inverse(std::complex<T>* spectrum, T* x) const override {
    lib::execute_inverse(inverse_, reinterpret_cast<complex*>(spectrum), x);
  }

 private:
  void destroy() {
    if (forward_) lib::destroy(forward_);
    if (inverse_) lib::destroy(inverse_);
  }
  typename lib::plan forward_ = nullptr, inverse_ = nullptr;
};

}  // namespace

template <class T>
std::unique_ptr<dft_engine<T>> make_fftw(std::int64_t k, std::int64_t width, T* x,
                                         std::complex<T>* spectrum) {
  return std::make_unique<fftw<T>>(k, width, x, spectrum);
}

template std::unique_ptr<dft_engine<float>> make_fftw(std::int64_t, std::int64_t, float*,
                                                      std::complex<float>*);
template std::unique_ptr<dft_engine<double>> make_fftw(std::int64_t, std::int64_t, double*,
                                                       std::complex<double>*);

}  // namespace tubal::detail
#endif
