// Slice factorisations of the host back end: slices in parallel, each by LAPACK, or by rotations
// where it is small.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/primitives/first_failure.hpp"
#include "host/backend.hpp"
#include "host/kernels/jacobi_svd.hpp"
#include "host/lapack.hpp"

namespace tubal::detail {

namespace {

using lapack::integer;

constexpr double worth_a_thread = 1e5;          // flops; less is done on the calling thread
constexpr std::int64_t largest_undivided = 24;  // eigenvectors, by QR iteration up to here

integer narrow(std::int64_t n) { return static_cast<integer>(n); }

template <class E>
constexpr real_of<E> nan_of = std::numeric_limits<real_of<E>>::quiet_NaN();

/// What an SVD takes, in the terms of LAPACK's flops.
double svd_per_cube(bool small) { return small ? 8 : 20; }

/// Of `count` factorisations that take about `per_cube` flops times the sizes and the smaller size.
template <class E>
double flops(double per_cube, std::int64_t rows, std::int64_t cols, std::int64_t count) {
  const double product = static_cast<double>(rows) * static_cast<double>(cols);
  return (is_complex<E> ? 4 : 1) * per_cube * product * static_cast<double>(std::min(rows, cols)) *
         static_cast<double>(count);
}

template <class F>
void run(thread_pool& threads, std::int64_t count, double flops, F&& task) {
  if (flops < worth_a_thread)
    for (std::int64_t i = 0; i < count; ++i) task(i, 0);
  else
    threads.run(count, task);
}

template <class E>
auto cut_work(std::int64_t elements, std::int64_t reals, std::int64_t integers = 0) {
  typename backend<host>::lapack_work layout;
  layout.elements = elements;
  layout.reals = reals;
  layout.integers = integers;
  const std::size_t bytes = static_cast<std::size_t>(layout.elements) * sizeof(E) +
                            static_cast<std::size_t>(reals) * sizeof(real_of<E>) +
                            static_cast<std::size_t>(integers) * sizeof(integer);
  layout.bytes = (bytes + 255) / 256 * 256;
  return layout;
}
/// Asks a LAPACK routine for its `lwork` (a call with lwork = -1) and cuts the workspace.
template <class E, class Query>
auto plan_work(std::int64_t reals, Query&& query, std::int64_t integers = 0) {
  E size{};
  query(&size);
  return cut_work<E>(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::real(size))), reals,
                     integers);
}

/// LAPACK never returns from some inputs with NaN or Inf.
/// Looks at the lower triangle alone where that is all that is read.
template <class E>
bool all_finite(const batch<E>& a, std::int64_t b, bool lower_alone = false) {
  double zero = 0;
  for (std::int64_t j = 0; j < a.cols; ++j)
    for (std::int64_t i = lower_alone ? j : 0; i < a.rows; ++i) {
      const E& x = a.matrix(b)[i + j * a.ld];
      zero += 0.0 * static_cast<double>(std::real(x)) + 0.0 * static_cast<double>(std::imag(x));
    }
  return zero == 0;
}

template <class E>
void fill(const batch<E>& a, std::int64_t b, E value) {
  for (std::int64_t j = 0; j < a.cols; ++j) std::fill_n(a.matrix(b) + j * a.ld, a.rows, value);
}

/// The first of those that several threads note; 0 for none.
class first_failure {
 public:
  void note(double failed) {
    double now = first_;
    while (comes_first(failed, now) && !first_.compare_exchange_weak(now, failed)) {
    }
  }
  operator double() const { return first_; }

 private:
  std::atomic<double> first_ = 0;
};
void report(double* slot, double failed) {
  if (slot && failed != 0 && comes_first(failed, *slot)) *slot = failed;
}

}  // namespace

template <class E>
backend<host>::eigen_plan<E>::eigen_plan(backend& b, std::int64_t n, std::int64_t, vectors v)
    : backend_(&b), n_(n), vectors_(v), divide_(v == vectors::compute && n > largest_undivided) {
  const integer lda = narrow(std::max<std::int64_t>(1, n));
  E* none = nullptr;
  if (divide_) {
    layout_ = plan_work<E>(
        is_complex<E> ? 1 + 5 * n + 2 * n * n : 1,
        [&](E* size) {
          real_of<E> reals{};
          integer integers = 0;
          lapack::heevd(narrow(n), none, lda, nullptr, size, -1, &reals, -1, &integers, -1);
        },
        3 + 5 * n);
  } else {
    layout_ = plan_work<E>(std::max<std::int64_t>(1, 3 * n), [&](E* size) {
      lapack::heev('V', narrow(n), none, lda, nullptr, size, -1, nullptr);
    });
  }
  work_.resize(layout_.bytes * static_cast<std::size_t>(b.threads().size()));
}

template <class E>
void backend<host>::eigen_plan<E>::execute(batch<E> a, real_of<E>* values) {
  first_failure failed;
  run(backend_->threads(), n_ == 0 ? 0 : a.count, flops<E>(9, n_, n_, a.count),
      [&](std::int64_t i, int worker) {
        auto* work = reinterpret_cast<E*>(work_.data() + layout_.bytes * worker);
        auto* rwork = reinterpret_cast<real_of<E>*>(work + layout_.elements);
        auto* iwork = reinterpret_cast<integer*>(rwork + layout_.reals);
        real_of<E>* w = values + i * n_;
        const integer n = narrow(n_), lda = narrow(a.ld), lwork = narrow(layout_.elements);
        const bool finite = all_finite(a, i, true);
        const char with = vectors_ == vectors::compute ? 'V' : 'N';
        if (finite &&
            (divide_ ? lapack::heevd(n, a.matrix(i), lda, w, work, lwork, rwork,
                                     narrow(layout_.reals), iwork, narrow(layout_.integers))
                     : lapack::heev(with, n, a.matrix(i), lda, w, work, lwork, rwork)) == 0)
          return;
        if (finite) failed.note(failed_matrix(is_complex<E>, i));
        std::fill_n(w, n_, nan_of<E>);
        fill(a, i, E(nan_of<E>));
      });
  report(backend_->slot(fault::eigen), failed);
}

template <class E>
backend<host>::svd_plan<E>::svd_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t,
                                     vectors v)
    : backend_(&b),
      rows_(rows),
      cols_(cols),
      vectors_(v),
      small_(std::min(rows, cols) <= most_jacobi_rows && std::max(rows, cols) <= most_jacobi_cols) {
  const std::int64_t q = std::min(rows, cols), p = std::max(rows, cols);
  const integer ld = narrow(std::max<std::int64_t>(1, rows));
  const integer ldv = narrow(std::max<std::int64_t>(1, q));
  E* none = nullptr;
  if (small_) {
    layout_ = cut_work<E>(
        0, sizeof(double) / sizeof(real_of<E>) * jacobi_reals(rows, cols, is_complex<E>));
  } else if (v == vectors::compute) {
    const std::int64_t reals = is_complex<E> ? q * std::max(5 * q + 7, 2 * p + 2 * q + 1) : 0;
    layout_ = plan_work<E>(
        std::max<std::int64_t>(1, reals),
        [&](E* size) {
          lapack::gesdd('S', narrow(rows), narrow(cols), none, ld, nullptr, none, ld, none, ldv,
                        size, -1, nullptr, nullptr);
        },
        8 * q);
  } else {
    layout_ = plan_work<E>(std::max<std::int64_t>(1, 5 * q), [&](E* size) {
      lapack::gesvd(v == vectors::skip ? 'N' : 'S', narrow(rows), narrow(cols), none, ld, nullptr,
                    none, ld, none, ldv, size, -1, nullptr);
    });
  }
  work_.resize(layout_.bytes * static_cast<std::size_t>(b.threads().size()));
}

template <class E>
bool backend<host>::svd_plan<E>::slice(const svd_arguments<E>& x, std::int64_t i, int worker) {
  const std::int64_t q = std::min(rows_, cols_);
  auto* work = reinterpret_cast<E*>(work_.data() + layout_.bytes * worker);
  auto* rwork = reinterpret_cast<real_of<E>*>(work + layout_.elements);
  auto* iwork = reinterpret_cast<integer*>(rwork + layout_.reals);
  real_of<E>* s = x.values + i * q;
  const bool with = vectors_ != vectors::skip;
  E* u = with ? x.u.matrix(i) : nullptr;
  E* vh = with ? x.vh.matrix(i) : nullptr;
  const integer m = narrow(rows_), n = narrow(cols_), lda = narrow(x.a.ld);
  const integer ldu = narrow(with ? x.u.ld : rows_), ldvh = narrow(with ? x.vh.ld : q);
  const integer lwork = narrow(layout_.elements);
  const bool finite = all_finite(x.a, i);
  bool done = false;
  if (finite && small_)
    done = jacobi_svd(x, i, with, reinterpret_cast<double*>(work));
  else if (finite && vectors_ == vectors::compute)  // faster, but loses what is small
    done = lapack::gesdd('S', m, n, x.a.matrix(i), lda, s, u, ldu, vh, ldvh, work, lwork, rwork,
                         iwork) == 0;
  else if (finite)
    done = lapack::gesvd(with ? 'S' : 'N', m, n, x.a.matrix(i), lda, s, u, ldu, vh, ldvh, work,
                         lwork, rwork) == 0;
  if (done) return true;
  std::fill_n(s, q, nan_of<E>);
  if (with) {
    fill(x.u, i, E(nan_of<E>));
    fill(x.vh, i, E(nan_of<E>));
  }
  return !finite;
}

template <class E>
void backend<host>::svd_plan<E>::execute(batch<E> a, real_of<E>* values, batch<E> u, batch<E> vh) {
  const svd_arguments<E> all{a, values, u, vh};
  const std::int64_t q = std::min(rows_, cols_);
  first_failure failed;
  run(backend_->threads(), q == 0 ? 0 : a.count,
      flops<E>(svd_per_cube(small_), rows_, cols_, a.count), [&](std::int64_t i, int worker) {
        if (!slice(all, i, worker)) failed.note(failed_matrix(is_complex<E>, i));
      });
  report(backend_->slot(fault::svd), failed);
}

template <class T>
void backend<host>::svd(svd_plan<std::complex<T>>& complex,
                        const svd_arguments<std::complex<T>>& of_complex, svd_plan<T>& real,
                        const svd_arguments<T>& of_real) {
  const std::int64_t q = std::min(real.rows_, real.cols_), count = of_complex.a.count;
  first_failure failed;
  const double per_cube = svd_per_cube(real.small_);
  const double work = flops<std::complex<T>>(per_cube, real.rows_, real.cols_, count) +
                      flops<T>(per_cube, real.rows_, real.cols_, of_real.a.count);
  run(threads_, q == 0 ? 0 : count + of_real.a.count, work, [&](std::int64_t i, int worker) {
    if (i < count ? complex.slice(of_complex, i, worker) : real.slice(of_real, i - count, worker))
      return;
    failed.note(i < count ? failed_matrix(true, i) : failed_matrix(false, i - count));
  });
  report(slot(fault::svd), failed);
}
template void backend<host>::svd(svd_plan<std::complex<float>>&,
                                 const svd_arguments<std::complex<float>>&, svd_plan<float>&,
                                 const svd_arguments<float>&);
template void backend<host>::svd(svd_plan<std::complex<double>>&,
                                 const svd_arguments<std::complex<double>>&, svd_plan<double>&,
                                 const svd_arguments<double>&);

template <class E>
backend<host>::lq_plan<E>::lq_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t)
    : backend_(&b), rows_(rows), cols_(cols) {
  const integer m = narrow(rows), n = narrow(cols), ld = std::max(1, m);
  E* none = nullptr;
  layout_ = plan_work<E>(0, [&](E* size) {
    E other{};
    lapack::gelqf(m, n, none, ld, none, size, -1);
    lapack::unglq(m, n, m, none, ld, none, &other, -1);
    if (std::real(other) > std::real(*size)) *size = other;
  });
  layout_.bytes += (static_cast<std::size_t>(rows) * sizeof(E) + 255) / 256 * 256;  // tau
  work_.resize(layout_.bytes * static_cast<std::size_t>(b.threads().size()));
}

template <class E>
void backend<host>::lq_plan<E>::execute(batch<E> a, batch<E> l) {
  const integer m = narrow(rows_), n = narrow(cols_), lwork = narrow(layout_.elements);
  run(backend_->threads(), rows_ == 0 ? 0 : a.count, flops<E>(3, rows_, cols_, a.count),
      [&](std::int64_t i, int worker) {
        auto* work = reinterpret_cast<E*>(work_.data() + layout_.bytes * worker);
        E* tau = work + layout_.elements;
        E* q = a.matrix(i);
        if (!all_finite(a, i)) {
          fill(a, i, E(nan_of<E>));
          return fill(l, i, E(nan_of<E>));
        }
        lapack::gelqf(m, n, q, narrow(a.ld), tau, work, lwork);
        for (std::int64_t j = 0; j < rows_; ++j)
          for (std::int64_t r = 0; r < rows_; ++r)
            l.matrix(i)[r + j * l.ld] = r >= j ? q[r + j * a.ld] : E(0);
        lapack::unglq(m, n, m, q, narrow(a.ld), tau, work, lwork);
      });
}

template <class E>
backend<host>::lu_plan<E>::lu_plan(backend& b, std::int64_t rows, std::int64_t cols, std::int64_t)
    : backend_(&b),
      rows_(rows),
      cols_(cols),
      pivots_(static_cast<std::size_t>(std::min(rows, cols) * b.threads().size())) {}

template <class E>
void backend<host>::lu_plan<E>::execute(batch<E> a, std::int64_t* order, double* singular) {
  const std::int64_t q = std::min(rows_, cols_);
  first_failure failed;
  run(backend_->threads(), a.count, flops<E>(1, rows_, cols_, a.count),
      [&](std::int64_t i, int worker) {
        std::int64_t* rows = order + i * rows_;
        std::iota(rows, rows + rows_, std::int64_t{0});
        if (q == 0) return;
        if (!all_finite(a, i)) return fill(a, i, E(nan_of<E>));
        integer* pivots = pivots_.data() + worker * q;
        if (lapack::getrf(narrow(rows_), narrow(cols_), a.matrix(i), narrow(a.ld), pivots) != 0)
          failed.note(failed_matrix(is_complex<E>, i));
        for (std::int64_t r = 0; r < q; ++r) std::swap(rows[r], rows[pivots[r] - 1]);
      });
  report(singular, failed);
}

template <class E>
void backend<host>::cholesky_plan<E>::execute(batch<E> a) {
  const batch<E> diagonals{a.data, 1, n_, a.ld + 1, a.stride, a.count};
  first_failure failed;
  run(backend_->threads(), n_ == 0 ? 0 : a.count, flops<E>(0.5, n_, n_, a.count),
      [&](std::int64_t i, int) {
        const bool done = lapack::potrf(narrow(n_), a.matrix(i), narrow(a.ld)) == 0;
        if (!done || !all_finite(diagonals, i)) {  // LAPACK takes NaN and Inf for positive
          failed.note(failed_matrix(is_complex<E>, i));
          return fill(a, i, E(nan_of<E>));
        }
        for (std::int64_t j = 1; j < n_; ++j) std::fill_n(a.matrix(i) + j * a.ld, j, E(0));
      });
  report(backend_->slot(fault::not_definite), failed);
}

#define TUBAL_INSTANTIATE(E)                      \
  template class backend<host>::lu_plan<E>;       \
  template class backend<host>::cholesky_plan<E>; \
  template class backend<host>::eigen_plan<E>;    \
  template class backend<host>::svd_plan<E>;      \
  template class backend<host>::lq_plan<E>;
TUBAL_INSTANTIATE(float)
TUBAL_INSTANTIATE(double)
TUBAL_INSTANTIATE(std::complex<float>)
TUBAL_INSTANTIATE(std::complex<double>)

}  // namespace tubal::detail
