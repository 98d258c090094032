// How one factor of X = L * Q^T moves, given Z^ and the other factor; slice by slice.
#pragma once

#include "core/algebra/spectral_factor.hpp"

#include <cmath>
#include <limits>

namespace tubal::detail {

/// One factor, n x c, and what its steps need.
template <class T, class S>
struct moving_factor {
  moving_factor() = default;
  moving_factor(context<S>& ctx, const spectrum_shape& s, bool momentum)
      : hat(ctx, s), direction(ctx, s), velocity(ctx, momentum ? s : s.with(0, 0)) {}

  half_spectrum<T, S> hat, direction, velocity, kept;
};

/// x <- scale x + factor y
template <class T, class S>
void add(backend<S>& b, spectrum_input<T, S> y, double factor, double scale,
         half_spectrum_view<T, S> x) {
  b.for_each(x.size(), add_scaled<T>{y.data(), factor, scale, x.data()});
}

/// Right multiplication with (F^H F + d I)^-1, for every slice of a factor F, n x c.
template <class T, class S>
class preconditioner {
 public:
  /// `rows`: of the larger factor
  preconditioner(context<S>& ctx, const spectrum_shape& factor, std::int64_t rows)
      : gram_(ctx, factor.with(factor.cols, factor.cols)),
        inverse_(ctx, gram_.shape()),
        scratch_(ctx, factor.with(rows, factor.cols)),
        cholesky_(ctx, gram_.shape()) {}

  /// Room for what is to be multiplied.
  half_spectrum_view<T, S> scratch(const spectrum_shape& s) { return {scratch_.data(), s}; }

  /// to = scratch (F^H F + d I)^-1
  void execute(backend<S>& b, spectrum_input<T, S> factor, double damping,
               half_spectrum_view<T, S> to) {
    // F^H F + d I = C C^H
    multiply<T, S>(b, op::transpose, op::none, T(1), factor, factor, T(0), gram_);
    const double floor = std::pow(std::numeric_limits<T>::epsilon(), 2.0 / 3);
    for_both_parts(
        [&](auto g) {
          using E = std::remove_pointer_t<decltype(g.data)>;
          b.for_each(g.count, add_ridge<E>{g, damping, floor});
        },
        gram_);
    cholesky_.execute(gram_);
    // C^-H C^-1
    set_identity_slices<T, S>(b, inverse_);
    for_both_parts(
        [&](auto c, auto inverse) {
          using E = std::remove_pointer_t<decltype(inverse.data)>;
          const batch<const E> lower = c;
          b.template solve_triangular<E>(triangle::lower, op::none, diagonal::given, lower,
                                         inverse);
          b.template solve_triangular<E>(triangle::lower, op::transpose, diagonal::given, lower,
                                         inverse);
        },
        gram_, inverse_);
    multiply<T, S>(b, op::none, op::none, T(1), scratch(to.shape()), inverse_, T(0), to);
  }

 private:
  half_spectrum<T, S> gram_, inverse_, scratch_;
  spectral_cholesky<T, S> cholesky_;
};

}  // namespace tubal::detail
