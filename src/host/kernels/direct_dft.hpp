// Direct DFTs on the host: what direct_dft.cpp and its kernels share.
#pragma once

#include "host/dft_engine.hpp"

namespace tubal::detail {

/// Tubes at a time, at the most.
template <class T>
inline constexpr std::int64_t dft_strip = 128 / static_cast<std::int64_t>(sizeof(T));

/// A DFT of length k by sums over pairs. With s_l = x_l + x_{k-l} and d_l = x_l - x_{k-l},
/// l = 1 .. pairs,
///   re_f = x_0 + sum_l cos(2 pi f l / k) s_l (+ (-1)^f x_{k/2}),   im_f = -sum_l sin(...) d_l,
/// and back
///   x_l, x_{k-l} = re_0 + sum_f cos(...) re_f (+ (-1)^l re_{k/2})  -/+  sum_f sin(...) im_f.
template <class T>
struct direct_dft_tables {
  std::int64_t k, pairs;  // pairs = (k - 1) / 2
  const T* cos;           // [pairs][pairs], of (f, l) and (l, f) alike
  const T* sin;
};

// X(namespace) for every instruction set
#define TUBAL_DECLARE(set)                                                                      \
  namespace set {                                                                               \
  template <class T>                                                                            \
  void direct_forward(const direct_dft_tables<T>& dft, const tube_block<T>& block, T* scratch); \
  template <class T>                                                                            \
  void direct_inverse(const direct_dft_tables<T>& dft, const tube_block<T>& block, T* scratch); \
  }
TUBAL_DECLARE(portable)
TUBAL_DECLARE(avx2)
TUBAL_DECLARE(avx512)
#undef TUBAL_DECLARE

}  // namespace tubal::detail
