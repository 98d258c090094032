// Vectors of the instruction set that a kernel is compiled for. Kernels are compiled once for every
// set (CMakeLists.txt), each time in a namespace of its own: so they include nothing that defines
// functions.
#pragma once

#include <cstdint>

#ifndef TUBAL_SIMD
#error "compiled with -DTUBAL_SIMD=... -DTUBAL_SIMD_BYTES=..., as CMakeLists.txt says"
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

/// Of one register, within which shuffles are cheap.
#ifdef __AVX2__
constexpr int register_bytes = TUBAL_SIMD_BYTES;
#else
constexpr int register_bytes = 16;
#endif

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

template <class T>
using in_register = typename simd<T, register_bytes>::vector;
template <class T>
constexpr int register_lanes = register_bytes / static_cast<int>(sizeof(T));
template <class T>
[[gnu::always_inline]] inline in_register<T> load_register(const T* from) {
  return *reinterpret_cast<const typename simd<T, register_bytes>::anywhere*>(from);
}
template <class T>
[[gnu::always_inline]] inline void store_register(T* to, const in_register<T>& x) {
  *reinterpret_cast<typename simd<T, register_bytes>::anywhere*>(to) = x;
}

/// Numbers 0 .. count-1, for shuffles.
template <int... i>
struct places {};
template <int count, int... i>
struct places_below : places_below<count - 1, count - 1, i...> {};
template <int... i>
struct places_below<0, i...> {
  using type = places<i...>;
};
template <int count>
using all_places = typename places_below<count>::type;

}  // namespace tubal::detail::TUBAL_SIMD
