// t-symmetric tensors (X = X^T) in packed spectral coordinates.
#pragma once

#include <tubal/half_spectrum.hpp>

namespace tubal {

/// `N`, the dimension of the t-symmetric n x n x k tensors: n(n+1)/2 per real slice, n^2 per
/// complex slice. Throws `argument_error` when n < 0 or k < 1.
std::int64_t symmetric_dimension(std::int64_t n, std::int64_t k);

/// Degrees of freedom of those of tubal rank r: nr - r(r-1)/2 per real slice, 2nr - r^2 per complex
/// one. Throws `argument_error` unless 0 <= r <= n.
std::int64_t symmetric_degrees_of_freedom(std::int64_t n, std::int64_t k, std::int64_t r);

/// Coordinates of sym(X^) = (X^ + X^H)/2 in an orthonormal basis of the t-symmetric tensors, so
/// that <A, X> = pack(A) . pack(X) for symmetric X. With s = sqrt(2/k) on complex and sqrt(1/k) on
/// real slices: s X(i,i) on the diagonal, s sqrt(2) times real and imaginary part below it.
///
/// Layout: per complex slice an n x n column-major matrix, diagonal on the diagonal, real parts of
/// (i,j), i > j, at (i,j), imaginary parts at (j,i); then per real slice the lower triangle column
/// by column.
/// `packed` has shape {N, 1, 1}. Enqueue only. Throw `shape_error`, `alias_error`; NaN or Inf is
/// reported by the next `context::wait` as `nonfinite_error`.
template <class T, class Space>
void pack_symmetric(context<Space>& ctx, spectrum_input<T, Space> spectrum,
                    tensor_view<T, Space> packed);
/// The inverse map: a Hermitian half spectrum, both triangles.
template <class T, class Space>
void unpack_symmetric(context<Space>& ctx, input<T, Space> packed,
                      half_spectrum_view<T, Space> spectrum);

}  // namespace tubal
