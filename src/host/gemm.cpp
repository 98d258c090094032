// Slice products of the host back end: one BLAS call a task, tasks over slices and, when slices are
// few and large, over blocks of rows and columns. The partition depends on the shapes alone.
#include <algorithm>

#include "host/backend.hpp"
#include "host/lapack.hpp"

namespace tubal::detail {

namespace {

using lapack::integer;

constexpr double worth_a_thread = 2e5;        // multiply-adds; less is done on the calling thread
constexpr std::int64_t widest_block = 256;    // columns of C in one task
constexpr std::int64_t narrowest_block = 64;  // where slices are few
constexpr std::int64_t enough_tasks = 8;
constexpr std::int64_t highest_block = 4096;  // rows of C in one task
constexpr std::int64_t tallest_block = 1024;  // those of a C of one column

template <class F>
void run(thread_pool& threads, std::int64_t tasks, double work, F&& task) {
  if (work < worth_a_thread)
    for (std::int64_t t = 0; t < tasks; ++t) task(t, 0);
  else
    threads.run(tasks, task);
}

/// Columns of one task, for `count` products with n columns.
std::int64_t block_width(std::int64_t n, std::int64_t count) {
  const std::int64_t shared = n * std::max<std::int64_t>(count, 1) / enough_tasks;
  return std::clamp(shared, narrowest_block, widest_block);
}

integer narrow(std::int64_t n) { return static_cast<integer>(n); }

/// Rows first .. first + height - 1 of the column c = alpha op(A) x + beta c of matrix s; x has k
/// entries.
template <class E>
void multiply_vector(op op_a, E alpha, batch<const E> a, const E* x, E beta, batch<E> c,
                     std::int64_t s, std::int64_t first, std::int64_t height, std::int64_t k) {
  const bool plain = op_a == op::none;
  E* y = c.matrix(s) + first;
  if (beta == E(0)) {  // what is there may be NaN
    std::fill_n(y, height, E(0));
    beta = E(1);
  }
  lapack::gemv(static_cast<char>(op_a), narrow(plain ? height : k), narrow(plain ? k : height),
               alpha, a.matrix(s) + (plain ? first : first * a.ld), narrow(a.ld), x, beta, y);
}

}  // namespace

template <class E>
void backend<host>::gemm(op op_a, op op_b, E alpha, batch<const E> a, batch<const E> b, E beta,
                         batch<E> c) {
  const std::int64_t m = c.rows, n = c.cols, k = op_a == op::none ? a.cols : a.rows;
  if (m == 0 || n == 0) return;
  const double work = static_cast<double>(c.count) * static_cast<double>(m * n) *
                      static_cast<double>(std::max<std::int64_t>(k, 1));
  if (n == 1 && k > 0 && op_b == op::none) {
    const std::int64_t blocks = (m + tallest_block - 1) / tallest_block;
    run(threads_, c.count * blocks, work, [&](std::int64_t t, int) {
      const std::int64_t s = t / blocks, first = t % blocks * tallest_block;
      multiply_vector(op_a, alpha, a, b.matrix(s), beta, c, s, first,
                      std::min(tallest_block, m - first), k);
    });
    return;
  }
  const std::int64_t widest = block_width(n, c.count), across = (n + widest - 1) / widest;
  const std::int64_t down = (m + highest_block - 1) / highest_block;
  run(threads_, c.count * across * down, work, [&](std::int64_t t, int) {
    const std::int64_t s = t / (across * down), left = t % across * widest,
                       top = t / across % down * highest_block;
    const std::int64_t height = std::min(highest_block, m - top);
    const std::int64_t width = std::min(widest, n - left);
    const E* rows = a.matrix(s) + (op_a == op::none ? top : top * a.ld);
    const E* columns = b.matrix(s) + (op_b == op::none ? left * b.ld : left);
    lapack::gemm(static_cast<char>(op_a), static_cast<char>(op_b), narrow(height), narrow(width),
                 narrow(k), alpha, rows, narrow(a.ld), columns, narrow(b.ld), beta,
                 c.matrix(s) + top + left * c.ld, narrow(c.ld));
  });
}

template <class E>
void backend<host>::gram(batch<const E> u, batch<E> x) {
  const std::int64_t n = u.rows;
  const double work =
      static_cast<double>(u.count) * static_cast<double>(n * n) * static_cast<double>(u.cols) / 2;
  const std::int64_t widest = block_width(n, u.count), across = (n + widest - 1) / widest;
  run(threads_, u.count * across * across, work, [&](std::int64_t t, int) {
    const std::int64_t s = t / (across * across);
    const std::int64_t top = t % across * widest, left = t / across % across * widest;
    if (top < left) return;
    const std::int64_t height = std::min(widest, n - top), width = std::min(widest, n - left);
    E* to = x.matrix(s) + top + left * x.ld;
    if (top == left)
      return lapack::herk(narrow(height), narrow(u.cols), u.matrix(s) + top, narrow(u.ld), to,
                          narrow(x.ld));
    lapack::gemm(static_cast<char>(op::none), static_cast<char>(op::transpose), narrow(height),
                 narrow(width), narrow(u.cols), E(1), u.matrix(s) + top, narrow(u.ld),
                 u.matrix(s) + left, narrow(u.ld), E(0), to, narrow(x.ld));
  });
}

template <class E>
void backend<host>::solve_triangular(triangle t, op op_a, diagonal d, batch<const E> a,
                                     batch<E> b) {
  if (b.rows == 0 || b.cols == 0) return;
  const double work = static_cast<double>(b.count) * static_cast<double>(b.rows * b.rows) *
                      static_cast<double>(b.cols) / 2;
  run(threads_, b.count, work, [&](std::int64_t s, int) {
    lapack::trsm(static_cast<char>(t), static_cast<char>(op_a), static_cast<char>(d),
                 narrow(b.rows), narrow(b.cols), a.matrix(s), narrow(a.ld), b.matrix(s),
                 narrow(b.ld));
  });
}

#define TUBAL_INSTANTIATE(E)                                                                       \
  template void backend<host>::solve_triangular(triangle, op, diagonal, batch<const E>, batch<E>); \
  template void backend<host>::gemm(op, op, E, batch<const E>, batch<const E>, E, batch<E>);       \
  template void backend<host>::gram(batch<const E>, batch<E>);
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
