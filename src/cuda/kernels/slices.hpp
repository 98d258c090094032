// Kernels over batches of slices: before and after the vendor's factorisations.
#pragma once

#include <cuda_runtime.h>

#include "core/primitives/batch.hpp"

namespace tubal::detail {

/// C = beta C; with beta = 0, C is not read.
template <class E>
void scale_entries(cudaStream_t stream, batch<E> c, E beta);

/// What of A is factorised: A, A^H, its lower triangle with zeros above, or the Hermitian matrix
/// that has this lower triangle.
enum class staged { all, adjoint, lower, hermitian };

/// copy(b) = that of A(b), divided by scale[b]; without
/// gaps. scale[b] is a power of four that brings the largest part to [1, 4); where A(b) is not
/// finite it is NaN and the copy is zero: vendors may never return from NaN and Inf, nor scale.
template <class E>
void stage_slices(cudaStream_t stream, batch<E> a, staged what, E* copy, double* scale);

/// How a factorisation went: `scale` as staged, the vendor's `info` (null where it is no failure),
/// and the slot of its fault (may be null).
struct outcome {
  const double* scale;
  const int* info;
  double* fault;
  bool of_complex;
};

/// values(b) *= scale[b], or NaN where the factorisation failed; q values per slice.
template <class T>
void finish_values(cudaStream_t stream, T* values, std::int64_t q, std::int64_t count, outcome o);

enum class finished { as_is, adjoint, scaled_lower_adjoint, cholesky, lu };

/// to(b) = the leading part of from(b) or from(b)^H, or NaN where the factorisation failed.
/// `scaled_lower_adjoint`: the lower triangle of from(b)^H times scale[b], with zeros above;
/// `cholesky`: that of from(b) times the root of scale[b]; `lu`: the upper triangle of from(b)
/// times scale[b], and what is below as it is.
template <class E>
void finish_slices(cudaStream_t stream, batch<const E> from, batch<E> to, finished how, outcome o);

/// Interchanges of rows (q per slice, counted from 1) as the order of `rows` rows that they lead
/// to.
void rows_in_order(cudaStream_t stream, const std::int64_t* pivots, std::int64_t q,
                   std::int64_t rows, std::int64_t count, std::int64_t* order);

}  // namespace tubal::detail
