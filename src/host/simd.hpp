// Vectors of the instruction set that a kernel is compiled for. Kernels are compiled once for every
// set (kernels_*.cpp), each time in a namespace of its own: so they include nothing that defines
// functions.
#pragma once

#include <cstdint>

#ifndef TUBAL_SIMD
#error "included by kernels_*.cpp"
#endif

// Everything is inlined into one function: no vector is passed between compilers.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tubal::detail::TUBAL_SIMD {

using index = std::int64_t;

/// `bytes` bytes of numbers, aligned or anywhere.
template <class T, int bytes>
struct simd;
template <int bytes>
struct simd<double, bytes> {
  using vector [[gnu::vector_size(bytes)]] = double;
  using anywhere [[gnu::vector_size(bytes), gnu::aligned(8), gnu::may_alias]] = double;
};
template <int bytes>
struct simd<float, bytes> {
  using vector [[gnu::vector_size(bytes)]] = float;
  using anywhere [[gnu::vector_size(bytes), gnu::aligned(4), gnu::may_alias]] = float;
};

/// As wide as the set has them: where the order of sums may depend on the machine.
template <class T>
using wide = typename simd<T, TUBAL_SIMD_BYTES>::vector;
template <class T>
constexpr int wide_lanes = TUBAL_SIMD_BYTES / static_cast<int>(sizeof(T));

template <class T>
[[gnu::always_inline]] inline wide<T> load_wide(const T* from) {
  return *reinterpret_cast<const typename simd<T, TUBAL_SIMD_BYTES>::anywhere*>(from);
}
template <class T>
[[gnu::always_inline]] inline void store_wide(T* to, wide<T> x) {
  *reinterpret_cast<typename simd<T, TUBAL_SIMD_BYTES>::anywhere*>(to) = x;
}

}  // namespace tubal::detail::TUBAL_SIMD
