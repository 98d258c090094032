// Everything elementwise, once for all back ends: `functor(i)` does the work of element i and
// touches nothing that another element writes; `term(i)` gives the i-th term of a sum, in double.
#pragma once

#include <tubal/transform.hpp>

#include <cmath>
#include <cstdint>

#include "core/primitives/batch.hpp"
#include "core/primitives/condition_functors.hpp"
#include "core/primitives/convex_functors.hpp"
#include "core/primitives/philox.hpp"
#include "core/primitives/sensing_functors.hpp"
#include "core/primitives/slice_functors.hpp"
#include "core/primitives/trial_functors.hpp"
#include "core/primitives/value_functors.hpp"

namespace tubal::detail {

/// x(i) = value
template <class E>
struct fill_constant {
  E* x;
  E value;
  TUBAL_HD void operator()(std::int64_t i) const { x[i] = value; }
};

/// x(i) = scale * number first + i of the stream
template <class T, class Distribution>
struct fill_random {
  T* x;
  double scale;
  philox_key key;
  std::int64_t first = 0;
  TUBAL_HD void operator()(std::int64_t i) const {
    x[i] = static_cast<T>(scale * Distribution()(key, static_cast<std::uint64_t>(first + i)));
  }
};

/// C = A^T for A, n1 x n2 x k; over the elements of A. The tube is reversed in each of the
/// `dimensions`: index l goes to k - l, 0 to 0. With none it stays.
template <class T>
struct transpose_tensor {
  const T* a;
  T* c;
  std::int64_t rows, cols;
  tube_dimensions dimensions;
  TUBAL_HD void operator()(std::int64_t e) const {
    const std::int64_t i = e % rows, j = e / rows % cols;
    std::int64_t rest = e / rows / cols, to = 0, stride = rows * cols;
    for (int d = 0; d < dimensions.count; ++d) {
      const std::int64_t k = dimensions.sizes[d], l = rest % k;
      to += stride * (l == 0 ? 0 : k - l);
      stride *= k;
      rest /= k;
    }
    c[j + cols * i + to + stride * rest] = a[e];
  }
};

/// E, n x n x k
template <class T>
struct fill_identity {
  T* e;
  std::int64_t n;
  TUBAL_HD void operator()(std::int64_t i) const {
    e[i] = i < n * n && i % (n + 1) == 0 ? T(1) : T(0);
  }
};

/// a(i) b(i) scale^2
template <class T>
struct dot_term {
  const T* a;
  const T* b;
  double scale;
  TUBAL_HD double operator()(std::int64_t i) const {
    return (scale * static_cast<double>(a[i])) * (scale * static_cast<double>(b[i]));
  }
};

/// (scale (a(i) - b(i)))^2
template <class T>
struct squared_difference_term {
  const T* a;
  const T* b;
  double scale = 1;
  TUBAL_HD double operator()(std::int64_t i) const {
    const double d = scale * (static_cast<double>(a[i]) - static_cast<double>(b[i]));
    return d * d;
  }
};

/// 0 when a(i) is finite, NaN when not
template <class T>
struct finite_term {
  const T* a;
  TUBAL_HD double operator()(std::int64_t i) const { return 0.0 * static_cast<double>(a[i]); }
};

// The elements and terms that back ends instantiate: X(functor) for each.
#define TUBAL_FOR_EACH_ELEMENT(X, T)                   \
  X(fill_constant<T>)                                  \
  X(fill_random<T TUBAL_COMMA normal>)                 \
  X(fill_random<T TUBAL_COMMA uniform>)                \
  X(fill_random<T TUBAL_COMMA rademacher>)             \
  X(transpose_tensor<T>)                               \
  X(fill_identity<T>)                                  \
  TUBAL_FOR_EACH_ELEMENT_OF_SLICES(X, T)               \
  TUBAL_FOR_EACH_ELEMENT_OF_SLICES(X, std::complex<T>) \
  TUBAL_FOR_EACH_ELEMENT_OF_CONDITIONS(X, T)           \
  X(largest_value<T>)                                  \
  X(map_values<T>)                                     \
  X(find_negative_value<T>)                            \
  X(mix_slices<T>)                                     \
  X(block_circulant<T>)                                \
  X(pack_entry<T>)                                     \
  X(unpack_entry<T>)                                   \
  X(pack_trials<T>)                                    \
  X(unpack_trials<T>)                                  \
  X(scale_trials<T>)                                   \
  X(subtract_from<T>)                                  \
  X(gather_entries<T>)                                 \
  X(scatter_entries<T>)                                \
  X(scatter_residual<T>)                               \
  X(subtract_data<T>)                                  \
  X(round_entries<T>)                                  \
  X(weigh<T>)                                          \
  X(scale_all<T>)                                      \
  X(add_scaled<T>)                                     \
  X(multiply_signs<T>)                                 \
  X(turn_spectrum<T>)                                  \
  X(sum_of_two<T>)                                     \
  X(admm_update<T>)                                    \
  X(robust_update<T>)                                  \
  X(add_ratio<T>)
#define TUBAL_FOR_EACH_TERM(X, T) \
  X(dot_term<T>)                  \
  X(squared_difference_term<T>)   \
  X(robust_residual_term<T>)      \
  X(finite_term<T>)
#define TUBAL_COMMA ,

}  // namespace tubal::detail
