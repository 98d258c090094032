// Instructions whose result the manual gives within an error: the right value, moved inside that
// error by a hash of the seed and the operands, so the same operands give the same result.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace ptx {

unsigned seed();

/// In [-1, 1].
inline double displacement(std::uint64_t operands) {
  std::uint64_t h = operands + 0x9e3779b97f4a7c15ull * (seed() + 1);
  h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ull;
  h = (h ^ h >> 27) * 0x94d049bb133111ebull;
  return static_cast<double>(static_cast<std::int64_t>(h ^ h >> 31)) / 9223372036854775808.0;
}
inline float displaced(double exact, std::uint64_t operands, double relative, double absolute = 0) {
  if (!std::isfinite(exact) || exact == 0) return static_cast<float>(exact);
  const double moved = exact + displacement(operands) * (relative * std::fabs(exact) + absolute);
  return static_cast<float>(moved);
}
inline std::uint64_t key(float a) { return std::bit_cast<std::uint32_t>(a); }

// half of the stated error: rounding to float takes a part of its own
struct approximate_div {
  float operator()(float a, float b) const {
    return displaced(double(a) / b, key(a) << 32 | key(b), 0x1p-23);
  }
};
struct approximate_rcp {
  float operator()(float a) const { return displaced(1.0 / a, key(a), 0x1p-25); }
};
struct approximate_sqrt {
  float operator()(float a) const { return displaced(std::sqrt(double(a)), key(a), 0x1p-24); }
};
struct approximate_rsqrt {
  float operator()(float a) const { return displaced(1 / std::sqrt(double(a)), key(a), 0x1p-23); }
};
struct approximate_ex2 {
  float operator()(float a) const { return displaced(std::exp2(double(a)), key(a), 0x1p-23); }
};
struct approximate_lg2 {
  float operator()(float a) const {
    return displaced(std::log2(double(a)), key(a), 0x1p-24, 0x1p-24);
  }
};
struct approximate_sin {
  float operator()(float a) const { return displaced(std::sin(double(a)), key(a), 0, 0x1p-22); }
};
struct approximate_cos {
  float operator()(float a) const { return displaced(std::cos(double(a)), key(a), 0, 0x1p-22); }
};
struct approximate_tanh {
  float operator()(float a) const { return displaced(std::tanh(double(a)), key(a), 0x1p-12); }
};

/// Of the upper 32 bits of the operand, to 20 bits of the fraction; the lower half of the result is
/// 0.
inline double upper_half(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~0xffffffffull);
}
inline double displaced_double(double exact, double operand) {
  if (!std::isfinite(exact) || exact == 0) return exact;
  return upper_half(exact * (1 + 0x1p-21 * displacement(std::bit_cast<std::uint64_t>(operand))));
}
inline double flushed_double(double x) {
  return std::fabs(x) < 0x1p-1022 ? std::copysign(0.0, x) : x;
}
struct approximate_rcp_double {
  double operator()(double a) const {
    a = upper_half(flushed_double(a));
    return flushed_double(displaced_double(1 / a, a));
  }
};
struct approximate_rsqrt_double {
  double operator()(double a) const {
    a = upper_half(flushed_double(a));
    return displaced_double(1 / std::sqrt(a), a);
  }
};

}  // namespace ptx
