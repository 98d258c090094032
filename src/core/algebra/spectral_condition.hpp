// The condition of the slices of a half spectrum, estimated from their LU factors.
#pragma once

#include <tubal/random.hpp>

#include <cmath>
#include <limits>

#include "core/algebra/slices.hpp"

namespace tubal::detail {

/// X^_f <- (L U)^-1 X^_f, or its adjoint, from the factors that lu_plan leaves; rows are not
/// permuted.
template <class T, class S>
void solve_factored(backend<S>& be, op side, spectrum_input<T, S> lu_hat,
                    half_spectrum_view<T, S> x_hat) {
  for_both_parts(
      [&](auto lu, auto x) {
        using E = std::remove_pointer_t<decltype(x.data)>;
        const auto solve = [&](triangle t, diagonal d) {
          be.template solve_triangular<E>(t, side, d, lu, x);
        };
        if (side == op::none) solve(triangle::lower, diagonal::ones);
        solve(triangle::upper, diagonal::given);
        if (side != op::none) solve(triangle::lower, diagonal::ones);
      },
      lu_hat, x_hat);
}

/// max_f ||A^_f||_F max_f ||A^_f^-1||_2, which is between the condition number (norms.hpp) and
/// sqrt(n) times it but for the estimate of the last norm: it is that of one step of the power
/// iteration on A^_f^-H A^_f^-1 from a normal vector, so it may be too small by a small factor.
/// Cost: two solutions with one right-hand side. Constructor allocates; the rest enqueues only.
template <class T, class S>
class spectral_condition {
 public:
  spectral_condition(context<S>& ctx, const spectrum_shape& a)
      : n_(a.rows),
        slices_(a.slices),
        sizes_(static_cast<double>(a.rows) + 2 + std::log2(static_cast<double>(a.tube) + 1)),
        probe_(ctx, a.with(a.rows, 1)),
        of_columns_(ctx, {a.rows, a.slices.total(), 1}),
        of_slices_(ctx, {a.slices.total(), 1, 1}),
        of_inverses_(ctx, of_slices_.shape()) {}

  /// Of A, before it is factorised.
  void take_norms(backend<S>& be, spectrum_input<T, S> a_hat) {
    for_both_parts_with(
        of_columns_.data(), n_,
        [&](double* norms, auto a) {
          using E = std::remove_const_t<std::remove_pointer_t<decltype(a.data)>>;
          be.for_each(a.count * a.cols, column_norms<E>{a, norms});
        },
        a_hat);
    be.for_each(of_slices_.size(), joint_norms<double>{of_columns_.data(), n_, of_slices_.data()});
  }

  /// From the factors; sets the slots of singular and nearly singular slices.
  void judge(backend<S>& be, spectrum_input<T, S> lu_hat) {
    if (n_ == 0) return;
    const philox_key key{0, static_cast<std::uint32_t>(random_stream::probe)};
    be.for_each(probe_.size(), fill_random<T, normal>{probe_.data(), 1, key});
    for (const op side : {op::none, op::transpose}) {
      solve_factored<T, S>(be, side, lu_hat, probe_);
      for_both_parts_with(
          of_inverses_.data(), 1,
          [&](double* norms, auto x) {
            using E = std::remove_pointer_t<decltype(x.data)>;
            be.for_each(x.count, normalise_columns<E>{x, norms});
          },
          static_cast<const half_spectrum_view<T, S>&>(probe_));
    }
    const double limit = 1 / (sizes_ * std::numeric_limits<T>::epsilon());
    be.for_each(
        1, judge_condition<double>{of_slices_.data(), of_inverses_.data(), slices_.complex,
                                   slices_.total(), doubtful * limit, limit,
                                   slot(be, fault::singular), slot(be, fault::nearly_singular)});
  }
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(probe_.size()) * sizeof(T) +
           static_cast<std::size_t>(of_columns_.size() + 2 * of_slices_.size()) * sizeof(double);
  }

 private:
  static constexpr double doubtful = 0.001;  // of the limit

  std::int64_t n_;
  slice_counts slices_;
  double sizes_;
  half_spectrum<T, S> probe_;
  tensor<double, S> of_columns_, of_slices_, of_inverses_;
};

}  // namespace tubal::detail
