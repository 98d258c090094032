// R columns beyond n cost nothing: gradient descent commutes with orthogonal maps on the right.
#pragma once

#include <tubal/tube_transform.hpp>

#include "core/algebra/spectral_factor.hpp"

namespace tubal::detail {

/// Columns of the factor that is iterated on.
inline shape compressed(const shape& factor) {
  return {factor.rows, std::min(factor.rows, factor.cols), factor.tube};
}

/// u = L^ with U_0 = L * Q^T, Q^T^ to q, when U_0 has more columns than rows; else u = U_0^.
/// Allocates, waits.
template <class T, class S>
void compress(context<S>& ctx, input<T, S> initial, half_spectrum_view<T, S> u,
              half_spectrum<T, S>& q) {
  const shape full = initial.shape();
  tube_transform<T, S> transform(ctx, full);
  if (full.cols <= full.rows) {
    transform.forward(initial, u);
  } else {
    q = half_spectrum<T, S>(ctx, full);
    transform.forward(initial, q);
    spectral_lq<T, S>(ctx, full).execute(q, u);
  }
  ctx.wait();
}

}  // namespace tubal::detail
