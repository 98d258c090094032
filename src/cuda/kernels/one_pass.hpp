// residual = A x - y and z = A^T residual with A read once from memory. Which terms meet when
// depends on the sizes of A alone.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace tubal::detail {

/// A, m x n by rows, and what the step reads and writes.
template <class T, class Stored>
struct sensing_step {
  std::int64_t m, n;
  const Stored* a;
  const T *x, *y;
  T *residual, *z;  // residual may be y
};

/// By rows: a block takes some at a time, keeps them in shared memory between the product with x
/// and that with the residual, and leaves a part of z. Rows must fit.
template <class T>
bool rows_fit(int device, std::int64_t n);
template <class T, class Stored>
void prepare_rows(int device);
template <class T>
std::size_t rows_work_bytes(std::int64_t m, std::int64_t n);
template <class T, class Stored>
void sense_by_rows(cudaStream_t stream, const sensing_step<T, Stored>& step, void* work);

/// By strips of columns, for long rows: a launch per chunk of rows. Each multiplies its chunk with
/// x and, one chunk late, the former one, which the cache of the device still has, with its
/// residual.
template <class T>
std::size_t strips_work_bytes(std::int64_t m, std::int64_t n);
template <class T, class Stored>
void sense_by_strips(cudaStream_t stream, const sensing_step<T, Stored>& step, void* work);

}  // namespace tubal::detail
