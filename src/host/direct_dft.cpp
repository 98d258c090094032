// Tube transforms as products with the DFT matrix.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "host/dft_engine.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t strip = 64;  // tubes whose sums stay in the first-level cache

template <class T>
class direct_dft final : public dft_engine<T> {
 public:
  direct_dft(std::int64_t k, std::int64_t width) : k_(k), width_(width), cos_(k), sin_(k) {
    for (std::int64_t j = 0; j < k; ++j) {
      const long double angle = 2 * std::numbers::pi_v<long double> * j / k;
      cos_[j] = static_cast<T>(std::cos(angle));
      sin_[j] = static_cast<T>(std::sin(angle));
    }
  }

  void forward(const T* x, std::complex<T>* spectrum) const override {
    for (std::int64_t f = 0; f <= k_ / 2; ++f)
      for (std::int64_t begin = 0; begin < width_; begin += strip) {
        const std::int64_t size = std::min(strip, width_ - begin);
        T re[strip] = {}, im[strip] = {};
        for (std::int64_t l = 0, turn = 0; l < k_; ++l, turn = (turn + f) % k_) {
          const T* row = x + l * width_ + begin;
          const T c = cos_[turn], s = sin_[turn];
          for (std::int64_t i = 0; i < size; ++i) {
            re[i] += c * row[i];
            im[i] -= s * row[i];
          }
        }
        for (std::int64_t i = 0; i < size; ++i) spectrum[f * width_ + begin + i] = {re[i], im[i]};
      }
  }

  void inverse(std::complex<T>* spectrum, T* x) const override {
    for (std::int64_t l = 0; l < k_; ++l)
      for (std::int64_t begin = 0; begin < width_; begin += strip) {
        const std::int64_t size = std::min(strip, width_ - begin);
        T sum[strip] = {};
        for (std::int64_t f = 0, turn = 0; f <= k_ / 2; ++f, turn = (turn + l) % k_) {
          const T weight = f == 0 || 2 * f == k_ ? T(1) : T(2);
          const T c = weight * cos_[turn], s = weight * sin_[turn];
          const std::complex<T>* row = spectrum + f * width_ + begin;
          for (std::int64_t i = 0; i < size; ++i) sum[i] += c * row[i].real() - s * row[i].imag();
        }
        std::copy_n(sum, size, x + l * width_ + begin);
      }
  }

 private:
  std::int64_t k_, width_;
  std::vector<T> cos_, sin_;
};

}  // namespace

template <class T>
std::unique_ptr<dft_engine<T>> make_direct_dft(std::int64_t k, std::int64_t width) {
  return std::make_unique<direct_dft<T>>(k, width);
}

template std::unique_ptr<dft_engine<float>> make_direct_dft(std::int64_t, std::int64_t);
template std::unique_ptr<dft_engine<double>> make_direct_dft(std::int64_t, std::int64_t);

}  // namespace tubal::detail
