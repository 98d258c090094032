// Singular values and eigenvalues of slices, on each back end, against their definitions.
#include "matrices.hpp"

namespace tubal::test {
namespace {

/// Matrices on which such methods fail: see the names.
enum class kind {
  random,
  zero,
  ones,
  one_entry,
  identity,
  ill_conditioned,
  graded,
  small,
  large,
  denormal
};
constexpr kind kinds[] = {
    kind::random,          kind::zero,   kind::ones,  kind::one_entry, kind::identity,
    kind::ill_conditioned, kind::graded, kind::small, kind::large,     kind::denormal};
constexpr auto kind_count = static_cast<std::int64_t>(std::size(kinds));

template <class E>
class decomposition_primitives : public matrices_test<E> {
 protected:
  using R = real_of<E>;
  static constexpr double extreme = sizeof(R) == 4 ? 1e18 : 1e150;

  /// One matrix of each kind.
  matrices<E> of_all_kinds(std::int64_t rows, std::int64_t cols) {
    matrices<E> a(rows, cols, kind_count, 21);
    const std::int64_t q = std::max<std::int64_t>(1, std::min(rows, cols) - 1);
    const auto power = [&](double base, std::int64_t j) {
      return static_cast<R>(std::pow(base, double(j) / double(q)));
    };
    const matrices<E> left(rows, cols, 1, 22, 0), right(cols, cols, 1, 23, 0);
    auto scaled = left;
    scaled.each([&](auto, auto, auto j, E& x) { x *= power(eps<E>, j); });
    const auto mixed = product(scaled.view(), false, right.view(), false, 0);
    a.each([&](auto s, auto i, auto j, E& x) {
      switch (kinds[s]) {
        case kind::zero:
          x = E(0);
          break;
        case kind::ones:
          x = E(1);
          break;
        case kind::one_entry:
          x = i == rows - 1 && j == 0 ? entry<E>(3, 4) : E(0);
          break;
        case kind::identity:
          x = E(i == j ? 1 : 0);
          break;
        case kind::ill_conditioned:
          x = mixed[static_cast<std::size_t>(i + j * rows)];
          break;
        case kind::graded:  // squares of the last columns are not representable
          x *= power(static_cast<double>(std::numeric_limits<R>::min()), j);
          break;
        case kind::small:
          x *= static_cast<R>(1 / extreme);
          break;
        case kind::large:
          x *= static_cast<R>(extreme);
          break;
        case kind::denormal:
          x *= std::numeric_limits<R>::min() / 8;
          break;
        default:
          break;
      }
    });
    return a;
  }
  /// (A + A^H) / 2, with NaN above the diagonal, where nobody looks.
  static matrices<E> lower_of_hermitian(const matrices<E>& a) {
    matrices<E> h = a;
    h.each([&](auto s, auto i, auto j, E& x) {
      const E one = a.view().matrix(s)[i + j * a.shape.ld] / R(2),
              other = conjugate(a.view().matrix(s)[j + i * a.shape.ld]) / R(2);
      x = i < j ? entry<E>(NAN, NAN) : one + other;
    });
    return h;
  }

  struct eigen_result {
    std::vector<R> values;
    matrices<E> vectors;
  };
  eigen_result eigen(const matrices<E>& a, vectors v) {
    const std::int64_t n = a.shape.rows, count = a.shape.count;
    const array<R, space> values(this->backend(),
                                 std::vector<R>(static_cast<std::size_t>(n * count)));
    typename backend_of<space>::template eigen_plan<E> plan(this->backend(), n, count, v);
    auto basis = this->changed(a, [&](batch<E> x) { plan.execute(x, values.data()); });
    return {values.values(), std::move(basis)};
  }

  struct svd_result {
    std::vector<R> values;
    matrices<E> u, vh;
  };
  svd_result svd(const matrices<E>& a, vectors v) {
    const auto [_, rows, cols, ld, stride, count] = a.shape;
    const std::int64_t q = std::min(rows, cols);
    const array<R, space> values(this->backend(),
                                 std::vector<R>(static_cast<std::size_t>(q * count)));
    svd_result f{{}, {rows, q, count, 24}, {q, cols, count, 25}};
    typename backend_of<space>::template svd_plan<E> plan(this->backend(), rows, cols, count, v);
    f.u = this->changed(f.u, [&](batch<E> u) {
      f.vh = this->changed(f.vh, [&](batch<E> vh) {
        this->changed(a, [&](batch<E> x) {
          if (v == vectors::compute)
            plan.execute(x, values.data(), u, vh);
          else
            plan.execute(x, values.data(), {}, {});
        });
      });
    });
    f.values = values.values();
    return f;
  }

  /// X diag(values / size) of matrix s.
  static matrices<E> times_values(const matrices<E>& x, const std::vector<R>& values, double size,
                                  std::int64_t s) {
    const std::int64_t q = x.shape.cols;
    matrices<E> y(x.shape.rows, q, 1, 0, 0);
    y.each([&](auto, auto i, auto j, E& to) {
      to = x.view().matrix(s)[i + j * x.shape.ld] *
           static_cast<R>(double(values[static_cast<std::size_t>(s * q + j)]) / size);
    });
    return y;
  }
  void expect_orthonormal(const char* name, const matrices<E>& q, bool rows, std::int64_t s) {
    const std::int64_t n = rows ? q.shape.rows : q.shape.cols;
    std::vector<E> one(static_cast<std::size_t>(n * n));
    for (std::int64_t i = 0; i < n; ++i) one[static_cast<std::size_t>(i * (n + 1))] = E(1);
    this->expect_near(name, product(q.view(), !rows, q.view(), rows, s), one,
                      std::max(q.shape.rows, q.shape.cols), this->where(q));
  }
  /// The largest part of matrix s, and the matrix divided by it.
  static std::pair<double, std::vector<E>> normalised(const matrices<E>& a, std::int64_t s) {
    auto values = a.matrix(s);
    double size = 0;
    for (const E& x : values)
      size = std::max({size, double(std::abs(std::real(x))), double(std::abs(std::imag(x)))});
    if (size == 0) return {1, values};
    for (E& x : values) x = entry<E>(double(std::real(x)) / size, double(std::imag(x)) / size);
    return {size, values};
  }

  void expect_eigen(const matrices<E>& a, const eigen_result& f, std::int64_t s) {
    const std::int64_t n = a.shape.rows;
    matrices<E> full(n, n, 1, 0, 0);
    full.each([&](auto, auto i, auto j, E& x) {
      x = i < j ? conjugate(a.view().matrix(s)[j + i * a.shape.ld])
                : a.view().matrix(s)[i + j * a.shape.ld];
    });
    const auto [size, given] = normalised(full, 0);
    const auto vd = times_values(f.vectors, f.values, size, s);
    const std::string text = this->where(a) + ", kind " + std::to_string(s);
    this->expect_near("slices, eigenvalues",
                      product(vd.view(), false, vectors_of(f, s).view(), true, 0), given,
                      norm(given) * double(n), text);
    expect_orthonormal("slices, eigenvectors", f.vectors, false, s);
    expect_order(f.values, n, s, 1);
  }
  void expect_svd(const matrices<E>& a, const svd_result& f, std::int64_t s) {
    const std::int64_t q = f.u.shape.cols;
    const auto [size, given] = normalised(a, s);
    const auto us = times_values(f.u, f.values, size, s);
    const std::string text = this->where(a) + ", kind " + std::to_string(s);
    matrices<E> vh(q, a.shape.cols, 1, 0, 0);
    vh.values = f.vh.matrix(s);
    this->expect_near("slices, SVD", product(us.view(), false, std::as_const(vh).view(), false, 0),
                      given, norm(given) * double(q), text);
    expect_orthonormal("slices, left singular vectors", f.u, false, s);
    expect_orthonormal("slices, right singular vectors", f.vh, true, s);
    expect_order(f.values, q, s, -1);
    for (std::int64_t i = 0; i < q; ++i)
      EXPECT_GE(f.values[static_cast<std::size_t>(s * q + i)], 0);
  }
  static matrices<E> vectors_of(const eigen_result& f, std::int64_t s) {
    matrices<E> v(f.vectors.shape.rows, f.vectors.shape.cols, 1, 0, 0);
    v.values = f.vectors.matrix(s);
    return v;
  }
  /// Ascending or descending.
  static void expect_order(const std::vector<R>& values, std::int64_t q, std::int64_t s, R sign) {
    for (std::int64_t i = 1; i < q; ++i) {
      const auto at = static_cast<std::size_t>(s * q + i);
      EXPECT_LE(sign * values[at - 1], sign * values[at]) << i;
    }
  }
  /// The same values with and without vectors.
  void expect_close(const std::vector<R>& one, const std::vector<R>& other, std::int64_t q) {
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t first = 0; first < one.size(); first += static_cast<std::size_t>(q)) {
      double size = 0;
      for (std::int64_t i = 0; i < q; ++i)
        size = std::max<double>(size, std::abs(one[first + static_cast<std::size_t>(i)]));
      for (std::int64_t i = 0; i < q; ++i) {
        const auto at = first + static_cast<std::size_t>(i);
        EXPECT_LE(std::abs(double(one[at]) - double(other[at])), 30 * eps<E> * double(q) * size);
      }
    }
  }
};
TYPED_TEST_SUITE(decomposition_primitives, elements);

TYPED_TEST(decomposition_primitives, eigenvalues) {
  for (const std::int64_t n : {0, 1, 2, 3, 5, 16, 31, 32, 33, 40}) {
    const auto a = this->lower_of_hermitian(matrices<TypeParam>(n, n, 2, 20));
    const auto f = this->eigen(a, vectors::compute), alone = this->eigen(a, vectors::skip);
    this->ctx().wait();
    for (std::int64_t s = 0; s < 2; ++s) this->expect_eigen(a, f, s);
    this->expect_close(f.values, alone.values, std::max<std::int64_t>(1, n));
  }
  this->eigen(matrices<TypeParam>(5, 5, 0, 1), vectors::compute);
}

TYPED_TEST(decomposition_primitives, singular_values) {
  for (const auto& [rows, cols] : std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 3},
                                                                                     {3, 0},
                                                                                     {1, 1},
                                                                                     {2, 2},
                                                                                     {5, 5},
                                                                                     {7, 3},
                                                                                     {3, 7},
                                                                                     {32, 9},
                                                                                     {16, 31},
                                                                                     {32, 32},
                                                                                     {33, 33},
                                                                                     {40, 6},
                                                                                     {6, 40}}) {
    const matrices<TypeParam> a(rows, cols, 2, 20);
    const auto f = this->svd(a, vectors::compute), alone = this->svd(a, vectors::skip);
    this->ctx().wait();
    for (std::int64_t s = 0; s < 2; ++s) this->expect_svd(a, f, s);
    this->expect_close(f.values, alone.values, std::max<std::int64_t>(1, std::min(rows, cols)));
  }
  this->svd(matrices<TypeParam>(5, 4, 0, 1), vectors::compute);
}

TYPED_TEST(decomposition_primitives, difficult_matrices) {
  for (const auto& [rows, cols] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {1, 1}, {6, 6}, {17, 17}, {33, 33}, {9, 5}, {4, 11}, {34, 7}}) {
    const auto a = this->of_all_kinds(rows, cols);
    const auto f = this->svd(a, vectors::compute);
    for (std::int64_t s = 0; s < kind_count; ++s) this->expect_svd(a, f, s);
    if (rows != cols) continue;
    const auto h = this->lower_of_hermitian(a);
    const auto e = this->eigen(h, vectors::compute);
    for (std::int64_t s = 0; s < kind_count; ++s) this->expect_eigen(h, e, s);
  }
  this->ctx().wait();
}

/// NaN or Inf in one of three matrices: NaN there, no fault, and the bits of the others unchanged.
TYPED_TEST(decomposition_primitives, nonfinite_matrices) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 5, 33})
    for (const double value : {double(NAN), HUGE_VAL, -HUGE_VAL}) {
      const auto good = this->lower_of_hermitian(matrices<E>(n, n, 3, 26));
      auto bad = good;
      bad(1, n - 1, 0) = entry<E>(value, 1);
      const auto expected = this->eigen(good, vectors::compute),
                 found = this->eigen(bad, vectors::compute);
      const matrices<E> all(n, n, 3, 27);
      auto all_bad = all;
      all_bad(1, n - 1, 0) = entry<E>(value, 1);
      const auto f_expected = this->svd(all, vectors::compute),
                 f = this->svd(all_bad, vectors::compute);
      this->ctx().wait();
      for (const auto* x : {&found.vectors, &f.u, &f.vh}) EXPECT_TRUE(x->all_nan(1)) << n;
      for (const auto* values : {&found.values, &f.values})
        for (std::int64_t i = 0; i < 3 * n; ++i)
          EXPECT_EQ(std::isnan((*values)[static_cast<std::size_t>(i)]), i / n == 1) << n;
      for (const std::int64_t s : {0, 2}) {
        EXPECT_EQ(found.vectors.matrix(s), expected.vectors.matrix(s));
        EXPECT_EQ(f.u.matrix(s), f_expected.u.matrix(s));
        EXPECT_EQ(f.vh.matrix(s), f_expected.vh.matrix(s));
      }
    }
}

}  // namespace
}  // namespace tubal::test
