// The DFT along the tubes and back.
#pragma once

#include <tubal/half_spectrum.hpp>

#include <memory>

namespace tubal {

/// Plan for the transforms between tensors of one shape and their half spectra.
///
/// Constructor: allocates, plans, may wait. `forward` and `inverse`: enqueue only, capturable.
/// Cost of each: 2.5 rows cols k log2 k flops (k^2 for the DFT as a product), 2 rows cols k reals
/// read and written. Throws `argument_error` for a bad shape; execution throws `shape_error`,
/// `alias_error`, `argument_error` for null or misaligned memory. NaN or Inf in an input is
/// reported by the next `context::wait` as `nonfinite_error`.
template <class T, class Space>
class tube_transform {
 public:
  tube_transform(context<Space>& ctx, shape s);
  ~tube_transform();
  tube_transform(tube_transform&&) noexcept;
  tube_transform& operator=(tube_transform&&) noexcept;

  /// `X^(i,j,f) = sum_l X(i,j,l) exp(-2 pi i f l / k)`. x is unchanged.
  void forward(tensor_view<const T, Space> x, half_spectrum_view<T, Space> spectrum);
  /// `X(i,j,l) = (1/k) sum_f X^(i,j,f) exp(2 pi i f l / k)`. The spectrum is unchanged.
  void inverse(half_spectrum_view<const T, Space> spectrum, tensor_view<T, Space> x);

  /// Bytes that the plan holds for its execution.
  std::size_t workspace_bytes() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tubal
