// Many small gradient descents in Gram form, as a back end runs them: plain data.
#pragma once

#include "core/primitives/device_code.hpp"

namespace tubal::detail {

/// Trial b, b = 0 .. count-1, of n x n x k tensors, has a factor U^ (a half spectrum of n x width x
/// k) and, in packed spectral coordinates (symmetric.hpp) of dimension N,
///   d = pack(U U^T) - target,   z = M d - pull
/// with M = A^T A the Gram matrix of its measurements and pull = A^T (y - A target). So z is
/// A^T (A(U U^T) - y), and ||A(U U^T) - y||^2 = d.z - d.pull + ||y - A target||^2 without the
/// cancellation that this would suffer in terms of U U^T itself.
template <class T>
struct descents {
  std::int64_t n = 0, width = 0, k = 0, count = 0;
  T* factors = nullptr;  // `factor_stride` apart
  std::int64_t factor_stride = 0;
  T* gradients = nullptr;  // z; N apart, as the next two
  const T* targets = nullptr;
  const T* pulls = nullptr;
  const T* grams = nullptr;               // M as the plan keeps it, `gram_reals(N)` apart
  const std::int64_t* gram_of = nullptr;  // which of them is trial b's
  const double* step_sizes = nullptr;     // mu
  double* sums =
      nullptr;  // d.d, d.z, d.pull of trial b at record r, at (r * count + b) * descent_sums
};
inline constexpr int descent_sums = 3;

/// What is to be done: `records` times `every` steps, and the sums after each. `evaluated`: z is
/// that of the given U already; else it comes first.
struct descent_course {
  std::int64_t records, every;
  bool evaluated;
};

}  // namespace tubal::detail
