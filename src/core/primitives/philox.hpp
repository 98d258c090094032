// Counter-based random numbers, the same bits on every back end: only IEEE operations that all
// compilers round alike (no fused multiply-add, no library logarithm).
// Source: Salmon, Moraes, Dror, Shaw 2011 (Philox 4x32-10); Wichura 1988, AS 241 (PPND16).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/primitives/device_code.hpp"

namespace tubal::detail {

struct philox_key {
  std::uint64_t seed;
  std::uint32_t stream;
};

struct philox_block {
  std::uint32_t word[4];
};

/// Block `counter` of Philox 4x32-10 under a 64-bit key.
TUBAL_HD inline philox_block philox4x32_10(philox_block counter, std::uint32_t key0,
                                           std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * counter.word[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * counter.word[2];
    counter = {{static_cast<std::uint32_t>(p1 >> 32) ^ counter.word[1] ^ key0,
                static_cast<std::uint32_t>(p1),
                static_cast<std::uint32_t>(p0 >> 32) ^ counter.word[3] ^ key1,
                static_cast<std::uint32_t>(p0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// Number i of a stream, uniform in (0, 1): 2^-52 (j + 1/2), j = 0 .. 2^52 - 1.
struct uniform {
  TUBAL_HD double operator()(philox_key key, std::uint64_t i) const {
    const philox_block block = philox4x32_10(
        {{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32), key.stream, 0}},
        static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32));
    const std::uint64_t bits = (std::uint64_t{block.word[0]} << 20) | (block.word[1] >> 12);
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  }
};

/// log(x) for normal x > 0, to about one unit in the last place:
/// x = 2^e m, m in [sqrt(1/2), sqrt(2)), log m = 2 atanh(s) = 2 s + (2/3) s^3 + ..., s =
/// (m-1)/(m+1).
TUBAL_HD inline double portable_log(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  int e = static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
  double m;
  std::memcpy(&m, &bits, sizeof m);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    e += 1;
  }
  const double s = (m - 1) / (m + 1), s2 = s * s;
  double series = 1.0 / 23;
  for (int odd = 21; odd >= 3; odd -= 2) series = series * s2 + 1.0 / odd;
  return e * 0.6931471805599453 + 2 * (s + s * (s2 * series));
}

TUBAL_HD inline double polynomial(const double (&c)[8], double x) {
  double value = c[7];
  for (int i = 6; i >= 0; --i) value = value * x + c[i];
  return value;
}

/// Quantile of the standard normal distribution, 0 < p < 1; relative error about 1e-16.
TUBAL_HD inline double normal_quantile(double p) {
  const double a[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                       1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                       3.3430575583588128105e4, 2.5090809287301226727e3};
  const double b[8] = {1.0,
                       4.2313330701600911252e1,
                       6.8718700749205790830e2,
                       5.3941960214247511077e3,
                       2.1213794301586595867e4,
                       3.9307895800092710610e4,
                       2.8729085735721942674e4,
                       5.2264952788528545610e3};
  const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                       5.76949722146069140550e0,  3.64784832476320460504e0,
                       1.27045825245236838258e0,  2.41780725177450611770e-1,
                       2.27238449892691845833e-2, 7.74545014278341407640e-4};
  const double d[8] = {1.0,
                       2.05319162663775882187e0,
                       1.67638483018380384940e0,
                       6.89767334985100004550e-1,
                       1.48103976427480074590e-1,
                       1.51986665636164571966e-2,
                       5.47593808499534494600e-4,
                       1.05075007164441684324e-9};
  const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                       1.78482653991729133580e0,  2.96560571828504891230e-1,
                       2.65321895265761230930e-2, 1.24266094738807843860e-3,
                       2.71155556874348757815e-5, 2.01033439929228813265e-7};
  const double f[8] = {1.0,
                       5.99832206555887937690e-1,
                       1.36929880922735805310e-1,
                       1.48753612908506148525e-2,
                       7.86869131145613259100e-4,
                       1.84631831751005468180e-5,
                       1.42151175831644588870e-7,
                       2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double tail = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  const double value = tail <= 5 ? polynomial(c, tail - 1.6) / polynomial(d, tail - 1.6)
                                 : polynomial(e, tail - 5) / polynomial(f, tail - 5);
  return q < 0 ? -value : value;
}

struct normal {
  TUBAL_HD double operator()(philox_key key, std::uint64_t i) const {
    return normal_quantile(uniform()(key, i));
  }
};

/// +1 or -1
struct rademacher {
  TUBAL_HD double operator()(philox_key key, std::uint64_t i) const {
    return uniform()(key, i) < 0.5 ? -1.0 : 1.0;
  }
};

}  // namespace tubal::detail
