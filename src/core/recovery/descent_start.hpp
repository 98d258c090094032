// Where a descent starts.
#pragma once

#include <tubal/descent.hpp>
#include <tubal/svd.hpp>

#include "core/algebra/spectral_orthogonal.hpp"

namespace tubal::detail {

/// L_0 and Q_0 in the tensor domain; Q_0 is empty where X = U * U^T.
template <class T, class S>
struct starting_factors {
  tensor<T, S> left, right;
};

/// alpha G, independent entries N(0, size/R), `size` that of the entries of X. Allocates, enqueues.
template <class T, class S>
starting_factors<T, S> random_start(context<S>& ctx, const shape& domain, double size,
                                    const descent_options& options);

/// Leading singular tubes (eigenvalues) of `back` = A^T y: X_0 = L_0 * Q_0^T is the part of it of
/// tubal rank R. Allocates, waits.
template <class T, class S>
starting_factors<T, S> spectral_start(context<S>& ctx, tensor_view<const T, S> back,
                                      const descent_options& options);

/// The factors' half spectra, side by side in as few columns as do: `left` and `right` with c
/// columns and `turn`, c x R, with L_0 = left * turn; `turn` is empty where c = R. Waits.
template <class T, class S>
struct compact_factors {
  half_spectrum<T, S> left, right, turn;
};
template <class T, class S>
compact_factors<T, S> compact(context<S>& ctx, tensor_view<const T, S> left,
                              tensor_view<const T, S> right, const transform& along);

}  // namespace tubal::detail
