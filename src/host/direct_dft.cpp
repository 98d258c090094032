// Tube transforms as products with the DFT matrix.
#include "host/kernels/direct_dft.hpp"

#include <cmath>
#include <numbers>

#include "host/kernels/instruction_set.hpp"
#include "host/memory.hpp"

namespace tubal::detail {

namespace {

template <class T>
void run_forward(const direct_dft_tables<T>& dft, const tube_block<T>& block, T* scratch) {
  TUBAL_DISPATCH(direct_forward(dft, block, scratch));
}
template <class T>
void run_inverse(const direct_dft_tables<T>& dft, const tube_block<T>& block, T* scratch) {
  TUBAL_DISPATCH(direct_inverse(dft, block, scratch));
}

template <class T>
class direct_dft final : public dft_engine<T> {
 public:
  explicit direct_dft(std::int64_t k) : k_(k), pairs_((k - 1) / 2) {
    for (std::int64_t f = 1; f <= pairs_; ++f)
      for (std::int64_t l = 1; l <= pairs_; ++l) {
        const long double turn = static_cast<long double>(f * l % k) / static_cast<long double>(k);
        cos_.push_back(static_cast<T>(std::cos(2 * std::numbers::pi_v<long double> * turn)));
        sin_.push_back(static_cast<T>(std::sin(2 * std::numbers::pi_v<long double> * turn)));
      }
  }

  std::int64_t scratch() const override { return 2 * pairs_ * dft_strip<T>; }
  void forward(const tube_block<T>& block, T* scratch) const override {
    run_forward(tables(), block, scratch);
  }
  void inverse(const tube_block<T>& block, T* scratch) const override {
    run_inverse(tables(), block, scratch);
  }

 private:
  direct_dft_tables<T> tables() const { return {k_, pairs_, cos_.data(), sin_.data()}; }

  std::int64_t k_, pairs_;
  host_vector<T> cos_, sin_;
};

}  // namespace

template <class T>
std::unique_ptr<dft_engine<T>> make_direct_dft(std::int64_t k) {
  return std::make_unique<direct_dft<T>>(k);
}

template std::unique_ptr<dft_engine<float>> make_direct_dft(std::int64_t);
template std::unique_ptr<dft_engine<double>> make_direct_dft(std::int64_t);

}  // namespace tubal::detail
