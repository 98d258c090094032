// A whole t-product, for back ends that can do a small one at once.
#pragma once

#include <tubal/op.hpp>

#include <cstdint>

namespace tubal::detail {

/// C = alpha op(A) * op(B) + beta C along the DFT of tubes of length k; op(A) rows x inner, op(B)
/// inner x cols. With beta = 0, C is not read.
template <class T>
struct tensor_product {
  op op_a, op_b;
  std::int64_t rows, inner, cols, k;
  T alpha, beta;
  const T *a, *b;
  T* c;
  /// Made NaN when A, B, the former C (beta != 0) or the result is not finite.
  double *fault_a, *fault_b, *fault_c, *fault_result;
};

}  // namespace tubal::detail
