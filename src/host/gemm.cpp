// Slice products of the host back end: one BLAS call a task, or one of the kernel for small ones,
// tasks over slices and, when slices are few and large, over blocks of rows and columns. The
// partition depends on the shapes alone.
#include <algorithm>

#include "host/backend.hpp"
#include "host/kernels/instruction_set.hpp"
#include "host/kernels/small_product.hpp"
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

/// Whether BLAS is no faster for a C of so many rows; the kernel wants a column of A.
bool is_small(std::int64_t rows, std::int64_t inner) {
  static const std::int64_t most =
      best_instruction_set() == instruction_set::avx512 ? most_small : 12;
  return rows <= most && inner > 0;
}
template <bool is_complex, class T>
void run_kernel(const small_product<T>& all) {
  TUBAL_DISPATCH(multiply_small<is_complex>(all));
}
/// Any number of columns of A, as many at a time as the kernel takes.
template <bool is_complex, class T>
void run_small(const small_product<T>& all) {
  constexpr std::int64_t parts = is_complex ? 2 : 1;
  small_product<T> x = all;
  for (std::int64_t first = 0; first < all.inner; first += most_small) {
    x.inner = std::min(most_small, all.inner - first);
    run_kernel<is_complex>(x);
    x.a.data += parts * most_small * (x.a.transposed ? 1 : x.a.ld);
    x.b.data += parts * most_small * (x.b.transposed ? x.b.ld : 1);
    x.beta = 1;
  }
}
template <class E>
auto small_operand(const E* data, std::int64_t ld, op with) {
  using T = real_of<E>;
  return typename small_product<T>::operand{reinterpret_cast<const T*>(data), ld,
                                            with == op::transpose};
}

/// One matrix of C = alpha op(A) op(B) + beta C; A has `inner` columns.
template <class E>
struct product {
  op op_a, op_b;
  std::int64_t rows, cols, inner;
  E alpha;
  const E* a;
  std::int64_t a_ld;
  const E* b;
  std::int64_t b_ld;
  E beta;
  E* c;
  std::int64_t c_ld;
};
template <class E>
void multiply(const product<E>& x) {
  using T = real_of<E>;
  if (is_small(x.rows, x.inner) && std::imag(x.alpha) == 0 && std::imag(x.beta) == 0)
    return run_small<is_complex<E>, T>({x.rows, x.cols, x.inner, std::real(x.alpha),
                                        small_operand(x.a, x.a_ld, x.op_a),
                                        small_operand(x.b, x.b_ld, x.op_b), std::real(x.beta),
                                        reinterpret_cast<T*>(x.c), x.c_ld, false});
  lapack::gemm(static_cast<char>(x.op_a), static_cast<char>(x.op_b), narrow(x.rows), narrow(x.cols),
               narrow(x.inner), x.alpha, x.a, narrow(x.a_ld), x.b, narrow(x.b_ld), x.beta, x.c,
               narrow(x.c_ld));
}
/// The lower triangle of the square matrix X = A A^H, with A of `inner` columns.
template <class E>
void multiply_by_adjoint(std::int64_t rows, std::int64_t inner, const E* a, std::int64_t a_ld, E* x,
                         std::int64_t x_ld) {
  using T = real_of<E>;
  if (is_small(rows, inner))
    return run_small<is_complex<E>, T>({rows, rows, inner, 1, small_operand(a, a_ld, op::none),
                                        small_operand(a, a_ld, op::transpose), 0,
                                        reinterpret_cast<T*>(x), x_ld, true});
  lapack::herk(narrow(rows), narrow(inner), a, narrow(a_ld), x, narrow(x_ld));
}

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
    multiply<E>({op_a, op_b, height, width, k, alpha, rows, a.ld, columns, b.ld, beta,
                 c.matrix(s) + top + left * c.ld, c.ld});
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
    if (top == left) return multiply_by_adjoint(height, u.cols, u.matrix(s) + top, u.ld, to, x.ld);
    multiply<E>({op::none, op::transpose, height, width, u.cols, 1, u.matrix(s) + top, u.ld,
                 u.matrix(s) + left, u.ld, 0, to, x.ld});
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
