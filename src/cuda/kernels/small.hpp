// Factorisations and solves of small matrices: one block each, in shared memory, all enqueued in
// one launch. Contracts as in src/host/backend.hpp.
#pragma once

#include <cuda_runtime.h>

#include "core/primitives/batch.hpp"

namespace tubal::detail {

/// Rows and columns of the largest matrix, and columns of a block of right-hand sides.
inline constexpr int largest_small = 32;

// `singular`, `fault`: slots of faults; null where a pivot that is zero is none.
template <class E>
void small_lu(cudaStream_t stream, batch<E> a, std::int64_t* order, double* singular);

template <class E>
void small_cholesky(cudaStream_t stream, batch<E> a, double* fault);

/// B of any number of columns.
template <class E>
void small_triangular(cudaStream_t stream, triangle t, op op_a, diagonal d, batch<const E> a,
                      batch<E> b);

template <class E>
void small_lq(cudaStream_t stream, batch<E> a, batch<E> l);

}  // namespace tubal::detail
