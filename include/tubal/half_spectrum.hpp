// The half spectrum: what the DFT along the tubes of a real tensor holds once conjugate pairs are
// stored once.
#pragma once

#include <tubal/tensor.hpp>
#include <tubal/transform.hpp>

#include <complex>

namespace tubal {

/// The shape of a tensor, and the slices that its transform has; of the DFT unless said.
struct spectrum_shape : shape {
  spectrum_shape() = default;
  spectrum_shape(shape s) : shape(s), slices(s.tube) {}
  spectrum_shape(shape s, slice_counts counts) : shape(s), slices(counts) {}
  spectrum_shape(std::int64_t n1, std::int64_t n2, std::int64_t k)
      : spectrum_shape(shape{n1, n2, k}) {}

  /// As many slices, of another size.
  spectrum_shape with(std::int64_t new_rows, std::int64_t new_cols) const {
    return {shape{new_rows, new_cols, tube}, slices};
  }

  slice_counts slices{1};
};

/// The half spectrum of a real tensor of shape `rows x cols x k`, in exactly `rows * cols * k`
/// reals: first the complex slices f = 1, 2, ..., as column-major complex matrices one after the
/// other, then the real slices (f = 0, then f = k/2 when k is even) as column-major real matrices.
/// Other transforms than the DFT have real slices alone; see transform.hpp.
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
  half_spectrum_view(T* data, spectrum_shape s) : data_(data), shape_(s) {}
  /// A reading view of what `other` views.
  template <class U>
  requires std::same_as<T, const U> half_spectrum_view(const half_spectrum_view<U, Space>& other)
      : data_(other.data()), shape_(other.shape()) {}

  /// Shape of the tensor of which this is the spectrum.
  const spectrum_shape& shape() const { return shape_; }
  slice_counts slices() const { return shape_.slices; }
  /// All reals, `size()` of them.
  T* data() const { return data_; }
  std::int64_t size() const { return shape_.size(); }
  /// `slices().complex` matrices.
  complex_type* complex_data() const { return reinterpret_cast<complex_type*>(data_); }
  /// `slices().real` matrices.
  T* real_data() const { return data_ + 2 * slices().complex * shape_.slice_size(); }

 private:
  T* data_ = nullptr;
  spectrum_shape shape_;
};

/// A half spectrum that owns its memory. Allocates; throws as `tensor` does.
template <class T, class Space>
class half_spectrum : public half_spectrum_view<T, Space> {
 public:
  half_spectrum() = default;
  half_spectrum(context<Space>& ctx, spectrum_shape s) : storage_(ctx, s) {
    static_cast<half_spectrum_view<T, Space>&>(*this) = {storage_.data(), s};
  }

 private:
  tensor<T, Space> storage_;
};

/// How functions take a spectrum as an input.
template <class T, class Space>
using spectrum_input = std::type_identity_t<half_spectrum_view<const T, Space>>;

}  // namespace tubal
