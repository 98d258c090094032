// Small SVDs of the host back end: the kernel for every instruction set of this machine, the small
// values of graded matrices, and too few sweeps.
#include <algorithm>
#include <cmath>
#include <complex>

#include "host/kernels/jacobi_svd.hpp"
#include "host_kernels.hpp"
#include "primitives.hpp"
#include "ratios.hpp"

namespace tubal::test {
namespace {

using number = std::complex<double>;

/// [B J] in lanes, by row and column.
struct lanes {
  std::int64_t pairs, measured, cols;
  bool is_complex;
  host_vector<double> x, sizes;

  /// B random, its last row 0 if `odd`, others kept divided by 1, 2^-300, 2^-600, 1...; J = I.
  lanes(std::int64_t p, std::int64_t m, bool complex, bool odd, unsigned seed)
      : pairs(p), measured(m), cols(m + 2 * p), is_complex(complex) {
    x.resize(static_cast<std::size_t>(detail::column_reals(pairs, complex) * cols));
    sizes.resize(static_cast<std::size_t>(4 * detail::jacobi_lanes(pairs)), 1.0);
    for (std::int64_t i = 0; i < rows() - odd; ++i) {
      sizes[place(i, 0)] = std::ldexp(1.0, static_cast<int>(i % 3 * -300));
      sizes[2 * detail::jacobi_lanes(pairs) + place(i, 0)] = 1 / size(i);
    }
    const auto random = numbers<double>(2 * rows() * measured, seed);
    for (std::int64_t i = 0; i < rows() - odd; ++i)
      for (std::int64_t j = 0; j < measured; ++j)
        set(i, j, {random[2 * (i + rows() * j)], random[2 * (i + rows() * j) + 1]});
    for (std::int64_t i = 0; i < rows(); ++i) set(i, measured + i, 1);
  }
  std::int64_t rows() const { return 2 * pairs; }
  std::int64_t place(std::int64_t i, std::int64_t j) const {
    return detail::column_reals(pairs, is_complex) * j +
           (i < pairs ? i : detail::jacobi_lanes(pairs) + i - pairs);
  }
  double size(std::int64_t i) const { return sizes[place(i, 0)]; }
  void set(std::int64_t i, std::int64_t j, number value) {
    x[place(i, j)] = value.real();
    if (is_complex) x[place(i, j) + 2 * detail::jacobi_lanes(pairs)] = value.imag();
  }
  number operator()(std::int64_t i, std::int64_t j) const {
    return {x[place(i, j)], is_complex ? x[place(i, j) + 2 * detail::jacobi_lanes(pairs)] : 0};
  }
  /// Inner product of rows i and k over the columns from `first` up to `last`.
  number product(std::int64_t i, std::int64_t k, std::int64_t first, std::int64_t last) const {
    number sum = 0;
    for (std::int64_t j = first; j < last; ++j) sum += (*this)(i, j) * std::conj((*this)(k, j));
    return sum;
  }
  double norm(std::int64_t i) const { return std::sqrt(product(i, i, 0, measured).real()); }
  detail::jacobi_rows all() { return {x.data(), sizes.data(), pairs, is_complex, measured, cols}; }
};

using kernel = bool (*)(const detail::jacobi_rows&, int);

TEST(host_jacobi, rows_become_orthogonal) {
  constexpr double eps = std::numeric_limits<double>::epsilon() / 2;
  const auto kernels = TUBAL_KERNELS(kernel, orthogonalise_rows);
  for (std::int64_t pairs = 1; 2 * pairs <= detail::most_jacobi_rows; ++pairs)
    for (const bool complex : {false, true})
      for (const std::int64_t measured : {2 * pairs - 1, 2 * pairs, 2 * pairs + 5}) {
        const bool odd = measured < 2 * pairs;
        const lanes before(pairs, measured, complex, odd, static_cast<unsigned>(pairs));
        const std::int64_t n = before.rows();
        double whole = 0;
        for (std::int64_t i = 0; i < n; ++i) whole += std::pow(before.size(i) * before.norm(i), 2);
        for (const auto& [set, run] : kernels) {
          lanes after = before;
          const std::string where = std::string(detail::name(set)) + ", " + std::to_string(n) +
                                    " x " + std::to_string(measured) + (complex ? " complex" : "");
          ASSERT_TRUE(run(after.all(), detail::most_jacobi_sweeps)) << where;
          double cosine = 0, off = 0, moved = 0;
          for (std::int64_t i = 0; i < n - odd; ++i)
            for (std::int64_t k = 0; k < n - odd; ++k) {
              if (i != k)
                cosine = std::max(cosine, std::abs(after.product(i, k, 0, measured)) /
                                              (after.norm(i) * after.norm(k)));
              const number unit = i == k ? 1 : 0;
              off = std::max(off, std::abs(after.product(i, k, measured, after.cols) - unit));
            }
          for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t j = 0; j < measured; ++j) {  // J times B
              number sum = -after.size(i) * after(i, j);
              for (std::int64_t k = 0; k < n; ++k)
                sum += after(i, measured + k) * before.size(k) * before(k, j);
              moved += std::norm(sum);
            }
          const double size = static_cast<double>(n);
          expect_ratio("small SVD, inner products of rows", cosine, eps * size, where);
          expect_ratio("small SVD, rotations", off, eps * size, where);
          expect_ratio("small SVD, rotated rows", std::sqrt(moved), eps * size * std::sqrt(whole),
                       where);
          if (!odd) continue;  // a row of zeros stays where it is
          EXPECT_EQ(after.norm(n - 1), 0) << where;
          EXPECT_EQ(after(n - 1, measured + n - 1), number(1)) << where;
        }
      }
}

TEST(host_jacobi, too_few_sweeps) {
  for (const auto& [set, run] : TUBAL_KERNELS(kernel, orthogonalise_rows)) {
    lanes x(4, 8, true, false, 1);
    EXPECT_FALSE(run(x.all(), 2)) << detail::name(set);
    EXPECT_TRUE(run(x.all(), detail::most_jacobi_sweeps)) << detail::name(set);
    EXPECT_TRUE(run(x.all(), 1)) << detail::name(set) << ": done already";
  }
}

/// D Q and Q D for an orthogonal Q: the values are D, the vectors those of Q, each to rounding.
TEST(host_jacobi, small_values_keep_their_digits) {
  constexpr std::int64_t n = 16;
  const auto v = numbers<double>(n, 3);
  double square = 0;
  for (const double x : v) square += x * x;
  const auto q = [&](std::int64_t i, std::int64_t j) {
    return (i == j ? 1.0 : 0.0) - 2 * v[i] * v[j] / square;
  };
  for (const bool rows : {true, false}) {
    const auto d = [](std::int64_t i) { return std::pow(1e-13, static_cast<double>(i)); };
    host_vector<double> a(n * n), values(n), u(n * n), vh(n * n),
        work(detail::jacobi_reals(n, n, false));
    for (std::int64_t j = 0; j < n; ++j)
      for (std::int64_t i = 0; i < n; ++i) a[i + n * j] = q(i, j) * d(rows ? i : j);
    const auto batch = [](host_vector<double>& x) { return detail::contiguous(x.data(), n, n, 1); };
    const detail::svd_arguments<double> all{batch(a), values.data(), batch(u), batch(vh)};
    if (rows) {
      ASSERT_FALSE(detail::jacobi_svd(all, 0, true, work.data(), 1));
      EXPECT_EQ(u, host_vector<double>(n * n)) << "nothing is written";
    }
    ASSERT_TRUE(detail::jacobi_svd(all, 0, true, work.data()));
    for (std::int64_t k = 0; k < n; ++k) {
      EXPECT_NEAR(values[k] / d(k), 1, 1e-13) << k;
      double overlap = 0;
      for (std::int64_t j = 0; j < n; ++j)
        overlap += rows ? q(k, j) * vh[k + n * j] : q(j, k) * u[j + n * k];
      EXPECT_NEAR(std::abs(overlap), 1, 1e-13) << k;
    }
    host_vector<double> alone(n);
    ASSERT_TRUE(
        detail::jacobi_svd<double>({batch(a), alone.data(), {}, {}}, 0, false, work.data()));
    EXPECT_EQ(alone, values);
  }
}

/// Rows of sizes from 1 to 1e-300, some equal or 0, of low rank or not: an end is found, and the
/// product of the factors is the matrix.
template <class E>
void expect_an_end() {
  const auto spread = numbers<double>(5000, 9);
  const double eps = std::numeric_limits<real_of<E>>::epsilon() / 2;
  std::size_t next = 0;
  const auto uniform = [&] {
    return 0.5 + 0.5 * std::erf(spread[next++ % spread.size()] * 0.7071);
  };
  for (int round = 0; round < 400; ++round) {
    const auto rows = static_cast<std::int64_t>(1 + 15.99 * uniform()),
               cols = static_cast<std::int64_t>(1 + 19.99 * uniform()), q = std::min(rows, cols);
    const int rank = static_cast<int>(1 + 5 * uniform()), kind = round % 4;
    const double range = sizeof(real_of<E>) == 4 ? 37 : 300;
    std::vector<double> size(static_cast<std::size_t>(rows));
    for (double& x : size) x = std::pow(10.0, -range * std::pow(uniform(), 2));
    std::sort(size.rbegin(), size.rend());
    if (kind == 1) std::fill(size.begin() + std::min<std::int64_t>(rank, rows), size.end(), 0.0);
    const auto values = random_values<E>(rows * cols, static_cast<unsigned>(round));
    host_vector<E> a(static_cast<std::size_t>(rows * cols));
    for (std::int64_t j = 0; j < cols; ++j)
      for (std::int64_t i = 0; i < rows; ++i)
        a[i + j * rows] = values[static_cast<std::size_t>(i + (kind == 2   ? j % rank
                                                               : kind == 3 ? 0
                                                                           : j) *
                                                                  rows)] *
                          static_cast<real_of<E>>(size[static_cast<std::size_t>(i)]);
    host_vector<E> u(rows * q), vh(q * cols);
    host_vector<real_of<E>> s(q);
    host_vector<double> work(detail::jacobi_reals(rows, cols, detail::is_complex<E>));
    const detail::svd_arguments<E> all{detail::contiguous(a.data(), rows, cols, 1), s.data(),
                                       detail::contiguous(u.data(), rows, q, 1),
                                       detail::contiguous(vh.data(), q, cols, 1)};
    const std::string where = std::to_string(round) + ": " + std::to_string(rows) + " x " +
                              std::to_string(cols) + ", kind " + std::to_string(kind);
    ASSERT_TRUE(detail::jacobi_svd(all, 0, true, work.data())) << where;
    double error = 0, whole = 0;
    for (std::int64_t j = 0; j < cols; ++j)
      for (std::int64_t i = 0; i < rows; ++i) {
        number sum = -number(a[i + j * rows]);
        whole += std::norm(sum);
        for (std::int64_t k = 0; k < q; ++k)
          sum += number(u[i + k * rows]) * static_cast<double>(s[k]) * number(vh[k + j * q]);
        error += std::norm(sum);
      }
    expect_ratio("small SVD, graded and of low rank", std::sqrt(error),
                 eps * static_cast<double>(q) * std::sqrt(whole), where);
  }
}

TEST(host_jacobi, finds_an_end) {
  expect_an_end<double>();
  expect_an_end<number>();
  expect_an_end<float>();
  expect_an_end<std::complex<float>>();
}

}  // namespace
}  // namespace tubal::test
