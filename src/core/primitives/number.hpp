// Entries of slices in code that runs on both sides. A std::complex is computed with by its parts:
// nvcc compiles operators of std::complex in device code to nothing, without a word.
#pragma once

#include <cfloat>
#include <cmath>
#include <limits>

#include "core/primitives/batch.hpp"
#include "core/primitives/device_code.hpp"

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
/// Likewise, const where E is.
template <class E>
using number_in = std::conditional_t<std::is_const_v<E>, const number<E>, number<E>>;

template <class E>
batch<number<E>> numbers(const batch<E>& a) {
  return {reinterpret_cast<number<E>*>(a.data), a.rows, a.cols, a.ld, a.stride, a.count};
}
template <class E>
batch<const number<E>> numbers(const batch<const E>& a) {
  return {reinterpret_cast<const number<E>*>(a.data), a.rows, a.cols, a.ld, a.stride, a.count};
}

/// Entry (i, j) of matrix b.
template <class E>
TUBAL_HD number_in<E>& entry(const batch<E>& a, std::int64_t b, std::int64_t i, std::int64_t j) {
  return reinterpret_cast<number_in<E>&>(a.data[b * a.stride + j * a.ld + i]);
}

template <class T>
TUBAL_HD device_complex<T> operator+(device_complex<T> x, device_complex<T> y) {
  return {x.re + y.re, x.im + y.im};
}
template <class T>
TUBAL_HD device_complex<T> operator+(device_complex<T> x, T y) {
  return {x.re + y, x.im};
}
template <class T>
TUBAL_HD device_complex<T> operator-(device_complex<T> x, device_complex<T> y) {
  return {x.re - y.re, x.im - y.im};
}
template <class T>
TUBAL_HD device_complex<T> operator-(device_complex<T> x) {
  return {-x.re, -x.im};
}
template <class T>
TUBAL_HD device_complex<T> operator*(device_complex<T> x, device_complex<T> y) {
  return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}
template <class T>
TUBAL_HD device_complex<T> operator*(T x, device_complex<T> y) {
  return {x * y.re, x * y.im};
}
template <class T>
TUBAL_HD device_complex<T> operator/(device_complex<T> x, T y) {
  return {x.re / y, x.im / y};
}
/// Smith's quotient: |y|^2 may not be representable.
template <class T>
TUBAL_HD device_complex<T> operator/(device_complex<T> x, device_complex<T> y) {
  if (std::abs(y.re) >= std::abs(y.im)) {
    const T ratio = y.im / y.re, divisor = y.re + y.im * ratio;
    return {(x.re + x.im * ratio) / divisor, (x.im - x.re * ratio) / divisor};
  }
  const T ratio = y.re / y.im, divisor = y.re * ratio + y.im;
  return {(x.re * ratio + x.im) / divisor, (x.im * ratio - x.re) / divisor};
}

template <class T>
TUBAL_HD T conjugate(T x) {
  return x;
}
template <class T>
TUBAL_HD device_complex<T> conjugate(device_complex<T> x) {
  return {x.re, -x.im};
}
template <class T>
TUBAL_HD T real_part(T x) {
  return x;
}
template <class T>
TUBAL_HD T real_part(device_complex<T> x) {
  return x.re;
}
/// x / |x|, 1 of 0
template <class T>
TUBAL_HD T phase(T x) {
  return x < T(0) ? T(-1) : T(1);
}
template <class T>
TUBAL_HD device_complex<T> phase(device_complex<T> x) {
  const T size = hypot(x.re, x.im);
  return size > T(0) ? x / size : device_complex<T>{1, 0};
}
/// x with `f`, a function of doubles, applied to its real and imaginary part.
template <class T, class F>
TUBAL_HD T each_part(T x, F f) {
  return static_cast<T>(f(static_cast<double>(x)));
}
template <class T, class F>
TUBAL_HD device_complex<T> each_part(device_complex<T> x, F f) {
  return {each_part(x.re, f), each_part(x.im, f)};
}

// std::numeric_limits of T; its functions cannot be called on a device.
template <class T>
inline constexpr T epsilon = std::numeric_limits<T>::epsilon();
template <class T>
inline constexpr T least_normal = std::numeric_limits<T>::min();

template <class N>
TUBAL_HD N real_number(real_of<N> x) {
  if constexpr (is_complex<N>)
    return {x, 0};
  else
    return x;
}
template <class N>
TUBAL_HD N not_a_number() {
  return each_part(N{}, [](double) -> double { return NAN; });
}

/// |x|^2
template <class T>
TUBAL_HD T abs_square(T x) {
  return x * x;
}
template <class T>
TUBAL_HD T abs_square(device_complex<T> x) {
  return x.re * x.re + x.im * x.im;
}
/// |re x| + |im x|, by which LAPACK chooses pivots.
template <class T>
TUBAL_HD T abs_sum(T x) {
  return std::abs(x);
}
template <class T>
TUBAL_HD T abs_sum(device_complex<T> x) {
  return std::abs(x.re) + std::abs(x.im);
}
/// The larger of |re x| and |im x|; Inf for NaN.
template <class T>
TUBAL_HD double magnitude(T x) {
  return fabs(x) <= DBL_MAX ? fabs(x) : HUGE_VAL;
}
template <class T>
TUBAL_HD double magnitude(device_complex<T> x) {
  return fmax(magnitude(x.re), magnitude(x.im));
}

}  // namespace tubal::detail
