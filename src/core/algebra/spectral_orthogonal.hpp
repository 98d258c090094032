// Orthogonal factors of every slice: orthonormal bases, their completion, and the blocks that
// factorisations hand out.
#pragma once

#include "core/algebra/spectral_factor.hpp"

namespace tubal::detail {

/// The first `count` columns: to(:,0..count) = from(:,0..count)
template <class T, class S>
void copy_columns(backend<S>& b, spectrum_input<T, S> from_hat, half_spectrum_view<T, S> to_hat,
                  std::int64_t count) {
  for_both_parts(
      [&](auto from, auto to) {
        using E = std::remove_pointer_t<decltype(to.data)>;
        to.cols = count;
        b.for_each(to.count * to.rows * to.cols, copy_block<E>{from, to});
      },
      from_hat, to_hat);
}
/// to(:,0..count) = from(0..count,:)^H
template <class T, class S>
void copy_adjoint_columns(backend<S>& b, spectrum_input<T, S> from_hat,
                          half_spectrum_view<T, S> to_hat, std::int64_t count) {
  for_both_parts(
      [&](auto from, auto to) {
        using E = std::remove_pointer_t<decltype(to.data)>;
        to.cols = count;
        b.for_each(to.count * to.rows * to.cols, copy_adjoint<E>{from, to});
      },
      from_hat, to_hat);
}

/// X^_f = diag(values), q values per slice; ascending ones reversed.
template <class T, class S>
void put_diagonal(backend<S>& b, const T* values, std::int64_t q, half_spectrum_view<T, S> x_hat,
                  bool reversed = false, bool column = false) {
  for_both_parts_with(
      values, q,
      [&](const T* of_part, auto x) {
        using E = std::remove_pointer_t<decltype(x.data)>;
        b.for_each(x.count * x.rows * x.cols, put_values<E>{of_part, q, x, column, reversed});
      },
      x_hat);
}
/// The values as a column, q x 1.
template <class T, class S>
void put_column(backend<S>& b, const T* values, std::int64_t q, half_spectrum_view<T, S> x_hat) {
  put_diagonal<T, S>(b, values, q, x_hat, false, true);
}

/// X^_f = X^_f diag(values), q values per slice.
template <class T, class S>
void scale_by_values(backend<S>& b, half_spectrum_view<T, S> x_hat, const T* values,
                     std::int64_t q) {
  for_both_parts_with(
      values, q,
      [&](const T* of_part, auto x) {
        using E = std::remove_pointer_t<decltype(x.data)>;
        b.for_each(x.count * x.rows * x.cols, scale_columns<E>{x, of_part, q});
      },
      x_hat);
}

/// Orthonormal rows that, below those given, span the rest of the space: LQ of [B; 0] has them.
/// `columns` n x q: completes the first q of n orthonormal columns.
template <class T, class S>
class spectral_completion {
 public:
  spectral_completion(context<S>& ctx, const spectrum_shape& columns)
      : q_(columns.cols),
        square_(ctx, columns.with(columns.rows, columns.rows)),
        triangle_(ctx, square_.shape()),
        lq_(ctx, square_.shape()) {}

  /// The last n - q columns of u, n x n, from the first q.
  void execute(backend<S>& b, half_spectrum_view<T, S> u) {
    if (q_ == u.shape().cols) return;
    b.for_each(square_.size(), fill_constant<T>{square_.data(), T(0)});
    for_both_parts(
        [&](auto from, auto to) {
          using E = std::remove_pointer_t<decltype(to.data)>;
          to.rows = q_;
          b.for_each(to.count * to.rows * to.cols, copy_adjoint<E>{from, to});
        },
        u, square_);
    lq_.execute(square_, triangle_);
    for_both_parts(
        [&](auto from, auto to) {
          using E = std::remove_pointer_t<decltype(to.data)>;
          from.data += q_;
          to.data += q_ * to.ld;
          to.cols -= q_;
          b.for_each(to.count * to.rows * to.cols, copy_adjoint<E>{from, to});
        },
        square_, u);
  }
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(square_.size() + triangle_.size()) * sizeof(T) +
           lq_.workspace_bytes();
  }

 private:
  std::int64_t q_;
  half_spectrum<T, S> square_, triangle_;
  spectral_lq<T, S> lq_;
};

/// A^_f = L Q of any shape, n1 x n2, with a nonnegative diagonal of L and `basis` orthonormal rows
/// of Q: min(n1, n2), or n2.
template <class T, class S>
class spectral_any_lq {
 public:
  spectral_any_lq(context<S>& ctx, const spectrum_shape& a, std::int64_t basis)
      : rows_(std::min(a.rows, basis)),
        triangle_(ctx, a.with(basis, basis)),
        rest_(ctx, a.with(a.rows - rows_, a.cols)),
        lq_(ctx, a.with(basis, a.cols)) {}

  /// l: n1 x basis, q: basis x n2. a is unchanged.
  void execute(backend<S>& b, spectrum_input<T, S> a, half_spectrum_view<T, S> l,
               half_spectrum_view<T, S> q) {
    // the first rows of A, then zeros: their LQ has all of Q
    if (rows_ < q.shape().rows) b.for_each(q.size(), fill_constant<T>{q.data(), T(0)});
    copy_rows(b, a, q, rows_);
    lq_.execute(q, triangle_);
    for_each_entry<turn_rows>(b, half_spectrum_view<const T, S>(triangle_), q);
    for_both_parts(
        [&](auto from, auto to) {
          using E = std::remove_pointer_t<decltype(to.data)>;
          to.rows = rows_;
          b.for_each(to.count * to.rows * to.cols, turn_columns<E>{from, to});
        },
        triangle_, l);
    if (rest_.size() == 0) return;
    // the rows below: A Q^H
    take_block<T, S>(b, a, rows_, 0, rest_);
    for_both_parts(
        [&](auto from, auto rows, auto to) {
          using E = std::remove_pointer_t<decltype(to.data)>;
          to.data += rows_;
          to.rows -= rows_;
          b.template gemm<E>(op::none, op::transpose, E(1), from, rows, E(0), to);
        },
        rest_, q, l);
  }
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(triangle_.size() + rest_.size()) * sizeof(T) +
           lq_.workspace_bytes();
  }

 private:
  static void copy_rows(backend<S>& b, spectrum_input<T, S> from_hat,
                        half_spectrum_view<T, S> to_hat, std::int64_t rows) {
    for_both_parts(
        [&](auto from, auto to) {
          using E = std::remove_pointer_t<decltype(to.data)>;
          to.rows = rows;
          b.for_each(to.count * to.rows * to.cols, copy_block<E>{from, to});
        },
        from_hat, to_hat);
  }

  std::int64_t rows_;
  half_spectrum<T, S> triangle_, rest_;
  spectral_lq<T, S> lq_;
};

/// The column space of every slice of A, n x r with r <= n, as r orthonormal rows: Q^H of A = Q R.
template <class T, class S>
class spectral_basis {
 public:
  spectral_basis(context<S>& ctx, const spectrum_shape& a)
      : triangle_(ctx, a.with(a.cols, a.cols)), lq_(ctx, a.with(a.cols, a.rows)) {}

  void execute(backend<S>& b, spectrum_input<T, S> a, half_spectrum_view<T, S> basis) {
    for_each_entry<copy_adjoint>(b, a, basis);
    lq_.execute(basis, triangle_);
  }
  std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(triangle_.size()) * sizeof(T) + lq_.workspace_bytes();
  }

 private:
  half_spectrum<T, S> triangle_;
  spectral_lq<T, S> lq_;
};

}  // namespace tubal::detail
