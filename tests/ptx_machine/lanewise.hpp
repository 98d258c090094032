// Handlers that do the same on every lane: a functor over registers, as types.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "machine_state.hpp"

namespace ptx {

template <class T>
T value(std::uint64_t word) {
  if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<double>(word);
  else if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<float>(static_cast<std::uint32_t>(word));
  else
    return static_cast<T>(word);
}
template <class T>
std::uint64_t word(T v) {
  if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<std::uint64_t>(v);
  else if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<std::uint32_t>(v);
  else
    return static_cast<std::make_unsigned_t<T>>(v);
}

/// `use(lane)` for every lane of the mask. All of them is the usual case, which vectorises.
template <class F>
inline void each_lane(std::uint32_t mask, F use) {
  if (mask == all_lanes) {
    for (unsigned lane = 0; lane < lanes; ++lane) use(lane);
  } else {
    for (std::uint32_t m = mask; m; m &= m - 1) use(static_cast<unsigned>(std::countr_zero(m)));
  }
}

/// d = F(a), F(a, b) or F(a, b, c), of the types A.
template <class F, class... A>
bool lanewise(warp& w, const operation& o, std::uint32_t mask) {
  std::uint64_t* d = w.out(o.d);
  const std::int32_t from[3] = {o.a, o.b, o.c};
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    const std::uint64_t* in[] = {w.in(from[i])...};
    each_lane(mask, [&](unsigned lane) { d[lane] = word(F()(value<A>(in[i][lane])...)); });
  }
  (std::index_sequence_for<A...>());
  return true;
}

using s16 = std::int16_t;
using s32 = std::int32_t;
using s64 = std::int64_t;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

}  // namespace ptx
