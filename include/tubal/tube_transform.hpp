// Transforms along the tubes and back.
#pragma once

#include <tubal/half_spectrum.hpp>
#include <tubal/owned.hpp>

namespace tubal {

namespace detail {
enum class fault : int;
}

/// Plan for the transform M between tensors of one shape and their spectra, X^(i,j,:) = M X(i,j,:).
///
/// Constructor: allocates, plans, may wait. `forward` and `inverse`: enqueue only, capturable.
/// Cost of each: 2 rows cols k reals read and written, and 2.5 rows cols k log2 k flops for the
/// DFT, 2 rows cols k (k1 + k2 + ...) for other transforms and several dimensions. Throws
/// `argument_error` for a bad shape, or when `along` does not fit it; execution throws
/// `shape_error`, `alias_error`, `argument_error` for null or misaligned memory. NaN or Inf in an
/// input is reported by the next `context::wait` as `nonfinite_error`.
template <class T, class Space>
class tube_transform {
 public:
  tube_transform(context<Space>& ctx, shape s, const transform& along = {});

  /// `X^(i,j,f) = sum_l M(f,l) X(i,j,l)`. x is unchanged.
  void forward(tensor_view<const T, Space> x, half_spectrum_view<T, Space> spectrum);
  /// The same for the library itself: NaN or Inf is reported as that of an operation's argument.
  void forward(tensor_view<const T, Space> x, half_spectrum_view<T, Space> spectrum,
               detail::fault nonfinite);
  /// `X(i,j,l) = sum_f M^-1(l,f) X^(i,j,f)`. The spectrum is unchanged.
  void inverse(half_spectrum_view<const T, Space> spectrum, tensor_view<T, Space> x);

  /// Of the spectra.
  const spectrum_shape& shape() const;
  /// Bytes that the plan holds for its execution.
  std::size_t workspace_bytes() const;

 private:
  struct state;
  detail::owned<state> state_;
};

}  // namespace tubal
