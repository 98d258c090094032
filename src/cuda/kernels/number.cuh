// Element types in device code, which cannot compute with std::complex.
#pragma once

#include <cfloat>
#include <cmath>

#include "core/primitives/slice_functors.hpp"

namespace tubal::detail {

/// Laid out as std::complex<T>.
template <class T>
struct device_complex {
  T re, im;
};
template <class T>
struct real_type<device_complex<T>> {
  using type = T;
};

/// E in device code.
template <class E>
using number =
    std::conditional_t<is_complex<E>, device_complex<real_of<E>>, std::remove_const_t<E>>;

template <class E>
batch<number<E>> numbers(const batch<E>& a) {
  return {reinterpret_cast<number<E>*>(a.data), a.rows, a.cols, a.ld, a.stride, a.count};
}
template <class E>
batch<const number<E>> numbers(const batch<const E>& a) {
  return {reinterpret_cast<const number<E>*>(a.data), a.rows, a.cols, a.ld, a.stride, a.count};
}

template <class N>
__device__ N& entry(const batch<N>& a, std::int64_t b, std::int64_t i, std::int64_t j) {
  return a.data[b * a.stride + j * a.ld + i];
}

template <class T>
__device__ device_complex<T> operator+(device_complex<T> x, device_complex<T> y) {
  return {x.re + y.re, x.im + y.im};
}
template <class T>
__device__ device_complex<T> operator-(device_complex<T> x, device_complex<T> y) {
  return {x.re - y.re, x.im - y.im};
}
template <class T>
__device__ device_complex<T> operator-(device_complex<T> x) {
  return {-x.re, -x.im};
}
template <class T>
__device__ device_complex<T> operator*(device_complex<T> x, device_complex<T> y) {
  return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}
template <class T>
__device__ device_complex<T> operator*(T x, device_complex<T> y) {
  return {x * y.re, x * y.im};
}
template <class T>
__device__ device_complex<T> operator/(device_complex<T> x, T y) {
  return {x.re / y, x.im / y};
}
/// Smith's quotient: |y|^2 may not be representable.
template <class T>
__device__ device_complex<T> operator/(device_complex<T> x, device_complex<T> y) {
  if (std::abs(y.re) >= std::abs(y.im)) {
    const T ratio = y.im / y.re, divisor = y.re + y.im * ratio;
    return {(x.re + x.im * ratio) / divisor, (x.im - x.re * ratio) / divisor};
  }
  const T ratio = y.re / y.im, divisor = y.re * ratio + y.im;
  return {(x.re * ratio + x.im) / divisor, (x.im * ratio - x.re) / divisor};
}

template <class T>
__device__ device_complex<T> conjugate(device_complex<T> x) {
  return {x.re, -x.im};
}
template <class T>
__device__ T real_part(T x) {
  return x;
}
template <class T>
__device__ T real_part(device_complex<T> x) {
  return x.re;
}
/// x with `f`, a function of doubles, applied to its real and imaginary part.
template <class T, class F>
__device__ T each_part(T x, F f) {
  return static_cast<T>(f(static_cast<double>(x)));
}
template <class T, class F>
__device__ device_complex<T> each_part(device_complex<T> x, F f) {
  return {each_part(x.re, f), each_part(x.im, f)};
}

template <class N>
__device__ N real_number(real_of<N> x) {
  N number{};
  reinterpret_cast<real_of<N>&>(number) = x;
  return number;
}
template <class N>
__device__ N not_a_number() {
  return each_part(N{}, [](double) -> double { return NAN; });
}

/// |x|^2
template <class T>
__device__ T abs_square(T x) {
  return x * x;
}
template <class T>
__device__ T abs_square(device_complex<T> x) {
  return x.re * x.re + x.im * x.im;
}
/// |re x| + |im x|, by which LAPACK chooses pivots.
template <class T>
__device__ T abs_sum(T x) {
  return std::abs(x);
}
template <class T>
__device__ T abs_sum(device_complex<T> x) {
  return std::abs(x.re) + std::abs(x.im);
}
/// The larger of |re x| and |im x|; Inf for NaN.
template <class T>
__device__ double magnitude(T x) {
  return fabs(x) <= DBL_MAX ? fabs(x) : HUGE_VAL;
}
template <class T>
__device__ double magnitude(device_complex<T> x) {
  return fmax(magnitude(x.re), magnitude(x.im));
}

}  // namespace tubal::detail
