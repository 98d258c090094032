// The half spectrum: what the DFT along the tubes of a real tensor holds once conjugate pairs are
// stored once.
#pragma once

#include <tubal/tensor.hpp>

#include <complex>

namespace tubal {

/// How many slices of each kind the half spectrum of a tube of length k has. Slice f and slice
/// k - f are conjugates; slice 0, and slice k/2 when k is even, are real.
/// complex + real = floor(k/2) + 1 and 2 complex + real = k.
struct slice_counts {
  std::int64_t complex = 0;
  std::int64_t real = 0;
  constexpr explicit slice_counts(std::int64_t k)
      : complex((k - 1) / 2), real(k % 2 == 0 ? 2 : 1) {}
};

/// The half spectrum of a real tensor of shape `rows x cols x k`, in exactly `rows * cols * k`
/// reals: first the complex slices f = 1, 2, ..., as column-major complex matrices one after the
/// other, then the real slices (f = 0, then f = k/2 when k is even) as column-major real matrices.
///
/// Parseval: <A, B> = (1/k) (2 Re <complex parts> + <real parts>).
/// `X^(i,j,f) = sum_l X(i,j,l) exp(-2 pi i f l / k)`, unnormalised.
template <class T, class Space>
class half_spectrum_view {
  using bare = std::remove_const_t<T>;

 public:
  using complex_type =
      std::conditional_t<std::is_const_v<T>, const std::complex<bare>, std::complex<bare>>;

  half_spectrum_view() = default;
  half_spectrum_view(T* data, tubal::shape tensor_shape) : data_(data), shape_(tensor_shape) {}
  /// A reading view of what `other` views.
  template <class U>
  requires std::same_as<T, const U> half_spectrum_view(const half_spectrum_view<U, Space>& other)
      : data_(other.data()), shape_(other.shape()) {}

  /// Shape of the tensor of which this is the spectrum.
  const tubal::shape& shape() const { return shape_; }
  slice_counts slices() const { return slice_counts(shape_.tube); }
  /// All reals, `size()` of them.
  T* data() const { return data_; }
  std::int64_t size() const { return shape_.size(); }
  /// Slice f = 1 and on; `slices().complex` matrices.
  complex_type* complex_data() const { return reinterpret_cast<complex_type*>(data_); }
  /// Slice 0, then slice k/2; `slices().real` matrices.
  T* real_data() const { return data_ + 2 * slices().complex * shape_.slice_size(); }

 private:
  T* data_ = nullptr;
  tubal::shape shape_;
};

/// A half spectrum that owns its memory. Allocates; throws as `tensor` does.
template <class T, class Space>
class half_spectrum : public half_spectrum_view<T, Space> {
 public:
  half_spectrum() = default;
  half_spectrum(context<Space>& ctx, tubal::shape tensor_shape) : storage_(ctx, tensor_shape) {
    static_cast<half_spectrum_view<T, Space>&>(*this) = {storage_.data(), tensor_shape};
  }

 private:
  tensor<T, Space> storage_;
};

/// How functions take a spectrum as an input.
template <class T, class Space>
using spectrum_input = std::type_identity_t<half_spectrum_view<const T, Space>>;

}  // namespace tubal
