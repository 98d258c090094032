// Factorisations of every slice of a half spectrum. Values come slice by slice, complex slices
// first, in memory of the space. Constructors allocate; `execute` only enqueues.
#pragma once

#include <algorithm>

#include "core/algebra/slices.hpp"

namespace tubal::detail {

/// A^_f = V diag(values) V^H, ascending; V replaces A.
template <class T, class S>
class spectral_eigen {
  template <class E>
  using plan = typename backend<S>::template eigen_plan<E>;

 public:
  spectral_eigen(context<S>& ctx, const spectrum_shape& s, vectors v)
      : n_(s.rows),
        complex_(*ctx.backend(), n_, s.slices.complex, v),
        real_(*ctx.backend(), n_, s.slices.real, v) {}

  void execute(half_spectrum_view<T, S> a, T* values) {
    if (a.slices().complex > 0) complex_.execute(complex_slices(a), values);
    real_.execute(real_slices(a), values + a.slices().complex * n_);
  }
  std::size_t workspace_bytes() const {
    return complex_.workspace_bytes() + real_.workspace_bytes();
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
  spectral_svd(context<S>& ctx, const spectrum_shape& s, vectors v)
      : b_(ctx.backend().get()),
        q_(std::min(s.rows, s.cols)),
        complex_(*ctx.backend(), s.rows, s.cols, s.slices.complex, v),
        real_(*ctx.backend(), s.rows, s.cols, s.slices.real, v) {}

  void execute(half_spectrum_view<T, S> a, T* values, half_spectrum_view<T, S> u,
               half_spectrum_view<T, S> vh) {
    b_->template svd<T>(
        complex_, {complex_slices(a), values, complex_slices(u), complex_slices(vh)}, real_,
        {real_slices(a), values + a.slices().complex * q_, real_slices(u), real_slices(vh)});
  }
  std::size_t workspace_bytes() const {
    return complex_.workspace_bytes() + real_.workspace_bytes();
  }

 private:
  backend<S>* b_;
  std::int64_t q_;
  plan<std::complex<T>> complex_;
  plan<T> real_;
};

/// A^_f = L^_f Q_f for rows <= cols, Q with orthonormal rows, which replaces A; L is rows x rows.
template <class T, class S>
class spectral_lq {
  template <class E>
  using plan = typename backend<S>::template lq_plan<E>;

 public:
  spectral_lq(context<S>& ctx, const spectrum_shape& s)
      : complex_(*ctx.backend(), s.rows, s.cols, s.slices.complex),
        real_(*ctx.backend(), s.rows, s.cols, s.slices.real) {}

  void execute(half_spectrum_view<T, S> a, half_spectrum_view<T, S> l) {
    if (a.slices().complex > 0) complex_.execute(complex_slices(a), complex_slices(l));
    real_.execute(real_slices(a), real_slices(l));
  }
  std::size_t workspace_bytes() const {
    return complex_.workspace_bytes() + real_.workspace_bytes();
  }

 private:
  plan<std::complex<T>> complex_;
  plan<T> real_;
};

/// P A^_f = L U, as lu_plan leaves it; the order of the rows slice by slice.
template <class T, class S>
class spectral_lu {
  template <class E>
  using plan = typename backend<S>::template lu_plan<E>;

 public:
  spectral_lu(context<S>& ctx, const spectrum_shape& s)
      : rows_(s.rows),
        order_(ctx.backend(),
               static_cast<std::size_t>(s.rows * s.slices.total()) * sizeof(std::int64_t)),
        complex_(*ctx.backend(), s.rows, s.cols, s.slices.complex),
        real_(*ctx.backend(), s.rows, s.cols, s.slices.real) {}

  void execute(half_spectrum_view<T, S> a) {
    if (a.slices().complex > 0) complex_.execute(complex_slices(a), order());
    real_.execute(real_slices(a), order() + a.slices().complex * rows_);
  }
  /// `rows` per slice
  std::int64_t* order() const { return static_cast<std::int64_t*>(order_.data()); }
  std::size_t workspace_bytes() const {
    return complex_.workspace_bytes() + real_.workspace_bytes() + order_.bytes();
  }

 private:
  std::int64_t rows_;
  storage<S> order_;
  plan<std::complex<T>> complex_;
  plan<T> real_;
};

/// A^_f = L L^H; L replaces A.
template <class T, class S>
class spectral_cholesky {
  template <class E>
  using plan = typename backend<S>::template cholesky_plan<E>;

 public:
  spectral_cholesky(context<S>& ctx, const spectrum_shape& s)
      : complex_(*ctx.backend(), s.rows, s.slices.complex),
        real_(*ctx.backend(), s.rows, s.slices.real) {}

  void execute(half_spectrum_view<T, S> a) {
    if (a.slices().complex > 0) complex_.execute(complex_slices(a));
    real_.execute(real_slices(a));
  }
  std::size_t workspace_bytes() const {
    return complex_.workspace_bytes() + real_.workspace_bytes();
  }

 private:
  plan<std::complex<T>> complex_;
  plan<T> real_;
};

/// Squared singular values, ascending, from the smaller Gram matrix of each slice: right for the
/// largest ones, which is what spectral norms are made of.
template <class T, class S>
class spectral_norms {
 public:
  spectral_norms(context<S>& ctx, const spectrum_shape& s)
      : b_(ctx.backend().get()),
        wide_(s.cols > s.rows),
        q_(std::min(s.rows, s.cols)),
        gram_(ctx, s.with(q_, q_)),
        eigen_(ctx, gram_.shape(), vectors::skip) {}

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
  spectral_angles(context<S>& ctx, const spectrum_shape& v, const spectrum_shape& w)
      : b_(ctx.backend().get()),
        overlap_(ctx, w.with(v.cols, w.cols)),
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
