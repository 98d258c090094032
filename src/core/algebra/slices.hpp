// The slices of half spectra as batches of matrices: one text for complex and real slices.
#pragma once

#include <tubal/error.hpp>
#include <tubal/half_spectrum.hpp>

#include <tuple>

#include "core/primitives/backend.hpp"

namespace tubal::detail {

template <class T, class S>
auto complex_slices(const half_spectrum_view<T, S>& x) {
  return contiguous(x.complex_data(), x.shape().rows, x.shape().cols, x.slices().complex);
}
template <class T, class S>
auto real_slices(const half_spectrum_view<T, S>& x) {
  return contiguous(x.real_data(), x.shape().rows, x.shape().cols, x.slices().real);
}

/// f on the complex slices of all x, then on the real ones.
template <class F, class... Spectrum>
void for_both_parts(F&& f, const Spectrum&... x) {
  if ((... + x.slices().complex) > 0) f(complex_slices(x)...);
  if ((... + x.slices().real) > 0) f(real_slices(x)...);
}
/// The same where each slice has `per_slice` numbers of its own, from `values` on: f(values of the
/// first slice, slices...).
template <class V, class F, class... Spectrum>
void for_both_parts_with(V* values, std::int64_t per_slice, F&& f, const Spectrum&... x) {
  std::int64_t complex = 0;
  static_cast<void>(((complex = x.slices().complex), ...));
  if (complex > 0) f(values, complex_slices(x)...);
  f(values + complex * per_slice, real_slices(x)...);
}
/// `Functor<E>{slices..., more...}` for every entry of the last spectrum.
template <template <class> class Functor, class S, class... Spectrum>
void for_each_entry(backend<S>& b, const Spectrum&... x) {
  for_both_parts(
      [&](auto... parts) {
        auto to = std::get<sizeof...(parts) - 1>(std::tuple(parts...));
        using E = std::remove_pointer_t<decltype(to.data)>;
        b.for_each(to.count * to.rows * to.cols, Functor<E>{parts...});
      },
      x...);
}

/// to = from, of one shape
template <class T, class S>
void copy_spectrum(backend<S>& b, spectrum_input<T, S> from, half_spectrum_view<T, S> to) {
  b.copy(to.data(), from.data(), static_cast<std::size_t>(from.size()) * sizeof(T));
}

/// C^_f = alpha op(A^_f) op(B^_f) + beta C^_f
template <class T, class S>
void multiply(backend<S>& b, op op_a, op op_b, T alpha, spectrum_input<T, S> a_hat,
              spectrum_input<T, S> b_hat, T beta, half_spectrum_view<T, S> c_hat) {
  for_both_parts(
      [&](auto a, auto bb, auto c) {
        using E = std::remove_pointer_t<decltype(c.data)>;
        b.template gemm<E>(op_a, op_b, E(alpha), a, bb, E(beta), c);
      },
      a_hat, b_hat, c_hat);
}

/// Lower triangles of X^_f = U^_f U^_f^H.
template <class T, class S>
void multiply_gram(backend<S>& b, spectrum_input<T, S> u_hat, half_spectrum_view<T, S> x_hat) {
  for_both_parts(
      [&](auto u, auto x) {
        using E = std::remove_pointer_t<decltype(x.data)>;
        b.template gram<E>(u, x);
      },
      u_hat, x_hat);
}

/// A block of every slice: rows first_row and on, columns first_col and on, as many as `to` has.
/// With `reversed`, first_col is the last one and columns are taken backwards.
template <class T, class S>
void take_block(backend<S>& b, spectrum_input<T, S> from_hat, std::int64_t first_row,
                std::int64_t first_col, half_spectrum_view<T, S> to_hat, bool reversed = false) {
  for_both_parts(
      [&](auto from, auto to) {
        using E = std::remove_pointer_t<decltype(to.data)>;
        from.data += first_row + first_col * from.ld;
        if (reversed) from.ld = -from.ld;
        b.for_each(to.count * to.rows * to.cols, copy_block<E>{from, to});
      },
      from_hat, to_hat);
}

/// Row i of X^_f is row order(i) of B^_f, or of I without b; `rows` of order per slice.
template <class T, class S>
void permute(backend<S>& b, spectrum_input<T, S> b_hat, const std::int64_t* order,
             half_spectrum_view<T, S> x_hat) {
  const half_spectrum_view<const T, S> from_hat(b_hat.data() ? b_hat.data() : x_hat.data(),
                                                x_hat.shape());
  const std::int64_t rows = x_hat.shape().rows;
  for_both_parts_with(
      order, rows,
      [&](const std::int64_t* of_part, auto from, auto to) {
        using E = std::remove_pointer_t<decltype(to.data)>;
        if (!b_hat.data()) from.data = nullptr;
        b.for_each(to.count * to.rows * to.cols, permute_rows<E>{from, to, of_part});
      },
      from_hat, x_hat);
}

/// X^_f = I
template <class T, class S>
void set_identity_slices(backend<S>& b, half_spectrum_view<T, S> x_hat) {
  for_both_parts(
      [&](auto x) {
        using E = std::remove_pointer_t<decltype(x.data)>;
        b.for_each(x.count * x.rows * x.cols, fill_unit_matrices<E>{x});
      },
      x_hat);
}

/// Slot of a fault.
template <class S>
double* slot(backend<S>& b, fault f) {
  return b.fault_slots() + static_cast<int>(f);
}

/// Reports a NaN or Inf among n numbers.
template <class T, class S>
void watch_finite(backend<S>& b, const T* x, std::int64_t n, fault f) {
  b.sum(n, finite_term<T>{x}, slot(b, f), true);
}
/// Value of a sum over n terms. Allocates, waits.
template <class S, class Term>
double sum_of(context<S>& ctx, std::int64_t n, Term term) {
  const storage<S> sum(ctx.backend(), sizeof(double));
  ctx.backend()->sum(n, term, static_cast<double*>(sum.data()));
  double value = 0;
  ctx.backend()->download(&value, sum.data(), sizeof value);
  return value;
}

/// Throws `nonfinite_error` naming the argument unless all n numbers are finite. Allocates, waits.
template <class T, class S>
void require_finite(context<S>& ctx, const char* name, const T* x, std::int64_t n) {
  if (sum_of(ctx, n, finite_term<T>{x}) != 0)
    throw nonfinite_error(std::string(name) + " holds NaN or Inf");
}

}  // namespace tubal::detail
