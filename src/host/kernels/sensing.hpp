// The sensing step on the host: what sensing.cpp and its kernels share.
#pragma once

#include <cstdint>

namespace tubal::detail {

/// Rows of A, one after the other, `size` numbers each, and `count` columns x and z, `size` apart,
/// and y and residual, `apart`.
template <class Stored, class T>
struct sensing_rows {
  const Stored* a;
  std::int64_t rows, size;
  const T* x;
  const T* y;   // of these rows, as residual
  T* residual;  // A x - y
  T* z;         // z += A^T residual
  std::int64_t count = 1, apart = 0;
};

// X(namespace) for every instruction set
#define TUBAL_DECLARE(set)                            \
  namespace set {                                     \
  template <class Stored, class T>                    \
  void sense(const sensing_rows<Stored, T>& of_part); \
  }
TUBAL_DECLARE(portable)
TUBAL_DECLARE(avx2)
TUBAL_DECLARE(avx512)
#undef TUBAL_DECLARE

}  // namespace tubal::detail
