// Products of small matrices on the host, without the overhead of BLAS: what gemm.cpp and its
// kernels share.
#pragma once

#include <cstdint>

namespace tubal::detail {

/// Rows of C, and columns of op(A), 1 to so many.
inline constexpr std::int64_t most_small = 64;

/// C = alpha op(A) op(B) + beta C; C is rows x cols, op(A) rows x inner. Matrices are column-major,
/// complex ones of pairs of T; with beta = 0, C is not read. With `lower`, what is above the
/// diagonal of C is unspecified.
template <class T>
struct small_product {
  struct operand {
    const T* data;
    std::int64_t ld;
    bool transposed;  // and conjugated
  };
  std::int64_t rows, cols, inner;
  T alpha;
  operand a, b;
  T beta;
  T* c;
  std::int64_t c_ld;
  bool lower;
};

// X(namespace) for every instruction set
#define TUBAL_DECLARE(set)                          \
  namespace set {                                   \
  template <bool is_complex, class T>               \
  void multiply_small(const small_product<T>& all); \
  }
TUBAL_DECLARE(portable)
TUBAL_DECLARE(avx2)
TUBAL_DECLARE(avx512)
#undef TUBAL_DECLARE

}  // namespace tubal::detail
