// Slice products on half spectra of the host in plain form: a call of BLAS a slice, one thread.
#pragma once

#include <tubal/half_spectrum.hpp>

extern "C" {
using blas_int = int;
using blas_complex = std::complex<double>;
void dgemm_(const char*, const char*, const blas_int*, const blas_int*, const blas_int*,
            const double*, const double*, const blas_int*, const double*, const blas_int*,
            const double*, double*, const blas_int*);
void zgemm_(const char*, const char*, const blas_int*, const blas_int*, const blas_int*,
            const blas_complex*, const blas_complex*, const blas_int*, const blas_complex*,
            const blas_int*, const blas_complex*, blas_complex*, const blas_int*);
void dsyrk_(const char*, const char*, const blas_int*, const blas_int*, const double*,
            const double*, const blas_int*, const double*, double*, const blas_int*);
void zherk_(const char*, const char*, const blas_int*, const blas_int*, const double*,
            const blas_complex*, const blas_int*, const double*, blas_complex*, const blas_int*);
}

namespace bench {

using spectrum = tubal::half_spectrum_view<double, tubal::host>;

/// A column-major matrix without gaps.
template <class E>
struct matrix {
  E* data;
  blas_int rows, cols;
};

/// C = alpha A B + beta C, or with B^H
inline void gemm(bool adjoint, double alpha, matrix<double> a, matrix<double> b, double beta,
                 matrix<double> c) {
  dgemm_("N", adjoint ? "T" : "N", &c.rows, &c.cols, &a.cols, &alpha, a.data, &a.rows, b.data,
         &b.rows, &beta, c.data, &c.rows);
}
inline void gemm(bool adjoint, blas_complex alpha, matrix<blas_complex> a, matrix<blas_complex> b,
                 blas_complex beta, matrix<blas_complex> c) {
  zgemm_("N", adjoint ? "C" : "N", &c.rows, &c.cols, &a.cols, &alpha, a.data, &a.rows, b.data,
         &b.rows, &beta, c.data, &c.rows);
}

/// The lower triangle of X = U U^H
inline void herk(matrix<double> u, matrix<double> x) {
  const double one = 1, zero = 0;
  dsyrk_("L", "N", &x.rows, &u.cols, &one, u.data, &u.rows, &zero, x.data, &x.rows);
}
inline void herk(matrix<blas_complex> u, matrix<blas_complex> x) {
  const double one = 1, zero = 0;
  zherk_("L", "N", &x.rows, &u.cols, &one, u.data, &u.rows, &zero, x.data, &x.rows);
}

/// f(matrices...) for every complex slice of spectra with as many slices, then for every real one.
template <class F, class... Spectra>
void for_each_slice(F f, const spectrum& first, const Spectra&... more) {
  const auto slice = [](auto* data, const spectrum& x, std::int64_t s) {
    return matrix<std::remove_pointer_t<decltype(data)>>{data + s * x.shape().slice_size(),
                                                         static_cast<blas_int>(x.shape().rows),
                                                         static_cast<blas_int>(x.shape().cols)};
  };
  for (std::int64_t s = 0; s < first.slices().complex; ++s)
    f(slice(first.complex_data(), first, s), slice(more.complex_data(), more, s)...);
  for (std::int64_t s = 0; s < first.slices().real; ++s)
    f(slice(first.real_data(), first, s), slice(more.real_data(), more, s)...);
}

}  // namespace bench
