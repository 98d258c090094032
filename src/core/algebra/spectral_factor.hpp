// Factorisations of every slice of a half spectrum. Values come slice by slice, complex slices
// first, in memory of the space. Constructors allocate; `execute` only enqueues.
#pragma once

#include <algorithm>
#include <type_traits>

#include "core/algebra/slices.hpp"

namespace tubal::detail {

/// A plan of the back end for complex slices and one for real ones.
template <class T, template <class> class Plan>
class plans_of_parts {
 public:
  /// `make(type_identity<plan>, count)` makes a plan for so many slices.
  template <class Make>
  plans_of_parts(const slice_counts& slices, Make make)
      : complex_(make(std::type_identity<Plan<std::complex<T>>>(), slices.complex)),
        real_(make(std::type_identity<Plan<T>>(), slices.real)) {}

  /// f(plan, number of the first slice, slices...) on the complex slices of all, then on the real
  /// ones.
  template <class F, class Spectrum, class... More>
  void run(F&& f, const Spectrum& x, const More&... more) {
    const std::int64_t complex = x.slices().complex;
    if (complex > 0) f(complex_, std::int64_t{0}, complex_slices(x), complex_slices(more)...);
    f(real_, complex, real_slices(x), real_slices(more)...);
  }
  Plan<std::complex<T>>& complex() { return complex_; }
  Plan<T>& real() { return real_; }
  std::size_t workspace_bytes() const {
    return complex_.workspace_bytes() + real_.workspace_bytes();
  }

 private:
  Plan<std::complex<T>> complex_;
  Plan<T> real_;
};

/// A^_f = V diag(values) V^H, ascending; V replaces A.
template <class T, class S>
class spectral_eigen {
 public:
  spectral_eigen(context<S>& ctx, const spectrum_shape& s, vectors v)
      : n_(s.rows), plans_(s.slices, [&]<class P>(std::type_identity<P>, std::int64_t count) {
          return P(*ctx.backend(), s.rows, count, v);
        }) {}

  void execute(half_spectrum_view<T, S> a_hat, T* values) {
    plans_.run(
        [&](auto& plan, std::int64_t first, auto a) { plan.execute(a, values + first * n_); },
        a_hat);
  }
  std::size_t workspace_bytes() const { return plans_.workspace_bytes(); }

 private:
  std::int64_t n_;
  plans_of_parts<T, backend<S>::template eigen_plan> plans_;
};

/// A^_f = U diag(values) V^H, descending, min(rows, cols) values; A is destroyed. With
/// vectors::skip, u and vh may be empty.
template <class T, class S>
class spectral_svd {
 public:
  spectral_svd(context<S>& ctx, const spectrum_shape& s, vectors v)
      : b_(ctx.backend().get()),
        q_(std::min(s.rows, s.cols)),
        plans_(s.slices, [&]<class P>(std::type_identity<P>, std::int64_t count) {
          return P(*ctx.backend(), s.rows, s.cols, count, v);
        }) {}

  void execute(half_spectrum_view<T, S> a, T* values, half_spectrum_view<T, S> u,
               half_spectrum_view<T, S> vh) {
    b_->template svd<T>(
        plans_.complex(), {complex_slices(a), values, complex_slices(u), complex_slices(vh)},
        plans_.real(),
        {real_slices(a), values + a.slices().complex * q_, real_slices(u), real_slices(vh)});
  }
  std::size_t workspace_bytes() const { return plans_.workspace_bytes(); }

 private:
  backend<S>* b_;
  std::int64_t q_;
  plans_of_parts<T, backend<S>::template svd_plan> plans_;
};

/// A^_f = L^_f Q_f for rows <= cols, Q with orthonormal rows, which replaces A; L is rows x rows.
template <class T, class S>
class spectral_lq {
 public:
  spectral_lq(context<S>& ctx, const spectrum_shape& s)
      : plans_(s.slices, [&]<class P>(std::type_identity<P>, std::int64_t count) {
          return P(*ctx.backend(), s.rows, s.cols, count);
        }) {}

  void execute(half_spectrum_view<T, S> a_hat, half_spectrum_view<T, S> l_hat) {
    plans_.run([](auto& plan, std::int64_t, auto a, auto l) { plan.execute(a, l); }, a_hat, l_hat);
  }
  std::size_t workspace_bytes() const { return plans_.workspace_bytes(); }

 private:
  plans_of_parts<T, backend<S>::template lq_plan> plans_;
};

/// P A^_f = L U, as lu_plan leaves it; the order of the rows slice by slice.
template <class T, class S>
class spectral_lu {
 public:
  spectral_lu(context<S>& ctx, const spectrum_shape& s)
      : rows_(s.rows),
        order_(ctx.backend(),
               static_cast<std::size_t>(s.rows * s.slices.total()) * sizeof(std::int64_t)),
        plans_(s.slices, [&]<class P>(std::type_identity<P>, std::int64_t count) {
          return P(*ctx.backend(), s.rows, s.cols, count);
        }) {}

  /// `singular`: the slot of slices with a pivot that is exactly zero, if that is a fault.
  void execute(half_spectrum_view<T, S> a_hat, double* singular = nullptr) {
    plans_.run([&](auto& plan, std::int64_t first,
                   auto a) { plan.execute(a, order() + first * rows_, singular); },
               a_hat);
  }
  /// `rows` per slice
  std::int64_t* order() const { return static_cast<std::int64_t*>(order_.data()); }
  std::size_t workspace_bytes() const { return plans_.workspace_bytes() + order_.bytes(); }

 private:
  std::int64_t rows_;
  storage<S> order_;
  plans_of_parts<T, backend<S>::template lu_plan> plans_;
};

/// A^_f = L L^H; L replaces A.
template <class T, class S>
class spectral_cholesky {
 public:
  spectral_cholesky(context<S>& ctx, const spectrum_shape& s)
      : plans_(s.slices, [&]<class P>(std::type_identity<P>, std::int64_t count) {
          return P(*ctx.backend(), s.rows, count);
        }) {}

  void execute(half_spectrum_view<T, S> a_hat) {
    plans_.run([](auto& plan, std::int64_t, auto a) { plan.execute(a); }, a_hat);
  }
  std::size_t workspace_bytes() const { return plans_.workspace_bytes(); }

 private:
  plans_of_parts<T, backend<S>::template cholesky_plan> plans_;
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
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(gram_.size()) * sizeof(T) + eigen_.workspace_bytes();
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
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(overlap_.size() + rest_.size()) * sizeof(T) +
           norms_.workspace_bytes();
  }

 private:
  backend<S>* b_;
  half_spectrum<T, S> overlap_, rest_;
  spectral_norms<T, S> norms_;
};

}  // namespace tubal::detail
