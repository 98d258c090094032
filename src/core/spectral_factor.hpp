// Factorisations of every slice of a half spectrum. Values come slice by slice, complex slices
// first, in memory of the space. Constructors allocate; `execute` only enqueues.
#pragma once

#include <algorithm>

#include "core/slices.hpp"

namespace tubal::detail {

inline std::int64_t slice_total(std::int64_t k) {
  return slice_counts(k).complex + slice_counts(k).real;
}

/// A^_f = V diag(values) V^H, ascending; V replaces A.
template <class T, class S>
class spectral_eigen {
  template <class E>
  using plan = typename backend<S>::template eigen_plan<E>;

 public:
  spectral_eigen(context<S>& ctx, std::int64_t n, std::int64_t k, vectors v)
      : n_(n),
        complex_(*ctx.backend(), n, slice_counts(k).complex, v),
        real_(*ctx.backend(), n, slice_counts(k).real, v) {}

  void execute(half_spectrum_view<T, S> a, T* values) {
    if (a.slices().complex > 0) complex_.execute(complex_slices(a), values);
    real_.execute(real_slices(a), values + a.slices().complex * n_);
  }

 private:
  std::int64_t n_;
  plan<std::complex<T>> complex_;
  plan<T> real_;
};

/// A^_f = U diag(values) V^H, descending, min(rows, cols) values; A is destroyed. With
/// vectors::skip, u and vh may be empty.
template <class T, class S>
class spectral_svd {
  template <class E>
  using plan = typename backend<S>::template svd_plan<E>;

 public:
  spectral_svd(context<S>& ctx, shape s, vectors v)
      : q_(std::min(s.rows, s.cols)),
        complex_(*ctx.backend(), s.rows, s.cols, slice_counts(s.tube).complex, v),
        real_(*ctx.backend(), s.rows, s.cols, slice_counts(s.tube).real, v) {}

  void execute(half_spectrum_view<T, S> a, T* values, half_spectrum_view<T, S> u,
               half_spectrum_view<T, S> vh) {
    const std::int64_t count = a.slices().complex;
    if (count > 0)
      complex_.execute(complex_slices(a), values, complex_slices(u), complex_slices(vh));
    real_.execute(real_slices(a), values + count * q_, real_slices(u), real_slices(vh));
  }

 private:
  std::int64_t q_;
  plan<std::complex<T>> complex_;
  plan<T> real_;
};

/// A^_f = L^_f Q_f with orthonormal rows of Q, which replaces A; L is rows x rows. Allocates,
/// waits.
template <class T, class S>
void spectral_lq(context<S>& ctx, half_spectrum_view<T, S> a, half_spectrum_view<T, S> l) {
  for_both_parts(
      [&](auto as, auto ls) {
        using E = std::remove_pointer_t<decltype(as.data)>;
        using plan = typename backend<S>::template lq_plan<E>;
        plan(*ctx.backend(), as.rows, as.cols, as.count).execute(as, ls);
      },
      a, l);
  ctx.wait();
}

/// Squared singular values, ascending, from the smaller Gram matrix of each slice: right for the
/// largest ones, which is what spectral norms are made of.
template <class T, class S>
class spectral_norms {
 public:
  spectral_norms(context<S>& ctx, shape s)
      : b_(ctx.backend().get()),
        wide_(s.cols > s.rows),
        q_(std::min(s.rows, s.cols)),
        gram_(ctx, {q_, q_, s.tube}),
        eigen_(ctx, q_, s.tube, vectors::skip) {}

  /// min(rows, cols) values per slice
  std::int64_t values_per_slice() const { return q_; }

  void execute(spectrum_input<T, S> a, T* squares) {
    if (q_ == 0) return;
    if (wide_)
      multiply_gram<T, S>(*b_, a, gram_);
    else
      multiply<T, S>(*b_, op::transpose, op::none, T(1), a, a, T(0), gram_);
    eigen_.execute(gram_, squares);
  }

 private:
  backend<S>* b_;
  bool wide_;
  std::int64_t q_;
  half_spectrum<T, S> gram_;
  spectral_eigen<T, S> eigen_;
};

/// Squared sines of the principal angles of W to the column space of V, both orthonormal:
/// the squared singular values of W - V V^H W, which keep their digits however small they are.
template <class T, class S>
class spectral_angles {
 public:
  spectral_angles(context<S>& ctx, shape v, shape w)
      : b_(ctx.backend().get()),
        overlap_(ctx, {v.cols, w.cols, w.tube}),
        rest_(ctx, w),
        norms_(ctx, w) {}

  std::int64_t values_per_slice() const { return norms_.values_per_slice(); }

  void execute(spectrum_input<T, S> v, spectrum_input<T, S> w, T* squares) {
    multiply<T, S>(*b_, op::transpose, op::none, T(1), v, w, T(0), overlap_);
    copy_spectrum<T, S>(*b_, w, rest_);
    multiply<T, S>(*b_, op::none, op::none, T(-1), v, overlap_, T(1), rest_);
    norms_.execute(rest_, squares);
  }

 private:
  backend<S>* b_;
  half_spectrum<T, S> overlap_, rest_;
  spectral_norms<T, S> norms_;
};

}  // namespace tubal::detail
