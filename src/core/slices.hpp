// The slices of half spectra as batches of matrices: one text for complex and real slices.
#pragma once

#include <tubal/error.hpp>
#include <tubal/half_spectrum.hpp>

#include "core/backend.hpp"

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
  f(real_slices(x)...);
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
/// The same in the tensor of a spectrum: every entry of a tube is summed in slice 0.
template <class T, class S>
void watch_finite(backend<S>& b, spectrum_input<T, S> x, fault f) {
  watch_finite<T>(b, x.real_data(), x.shape().slice_size(), f);
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
