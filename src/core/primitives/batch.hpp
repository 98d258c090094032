// A batch of column-major matrices at constant distance.
#pragma once

#include <tubal/op.hpp>

#include <complex>
#include <cstdint>
#include <type_traits>

#include "core/primitives/device_code.hpp"

namespace tubal::detail {

template <class E>
struct real_type {
  using type = E;
};
template <class T>
struct real_type<std::complex<T>> {
  using type = T;
};
/// double of double and of std::complex<double>.
template <class E>
using real_of = typename real_type<std::remove_const_t<E>>::type;
template <class E>
inline constexpr bool is_complex = !std::is_same_v<real_of<E>, std::remove_const_t<E>>;

/// Whether a factorisation also gives vectors; `graded`: an SVD whose small singular vectors are
/// accurate though the rows of the matrix differ by orders of magnitude, largest first.
enum class vectors { skip, compute, graded };

/// Which triangle of a matrix counts, and whether its diagonal is given or all ones.
enum class triangle : char { lower = 'L', upper = 'U' };
enum class diagonal : char { given = 'N', ones = 'U' };

/// Matrix b has entry (i, j) at data[b * stride + j * ld + i].
template <class E>
struct batch {
  E* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t ld = 1;
  std::int64_t stride = 0;
  std::int64_t count = 0;

  E* matrix(std::int64_t b) const { return data + b * stride; }
  operator batch<const E>() const requires(!std::is_const_v<E>) {
    return {data, rows, cols, ld, stride, count};
  }
};

/// `count` matrices without gaps.
template <class E>
batch<E> contiguous(E* data, std::int64_t rows, std::int64_t cols, std::int64_t count) {
  return {data, rows, cols, rows > 0 ? rows : 1, rows * cols, count};
}

/// What a fault slot gets when matrix b cannot be factorised: where complex and real slices begin
/// to count in half_spectrum.hpp, 1 and 0, and the sign says of which kind it is.
TUBAL_HD constexpr double failed_matrix(bool is_complex, std::int64_t b) {
  return static_cast<double>(is_complex ? 1 + b : -1 - b);
}

/// What an SVD reads and writes; see svd_plan in host/backend.hpp.
template <class E>
struct svd_arguments {
  batch<E> a;
  real_of<E>* values;
  batch<E> u, vh;
};

}  // namespace tubal::detail
