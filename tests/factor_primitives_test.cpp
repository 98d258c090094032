// LU, Cholesky, LQ and triangular solves of each back end against their definitions.
#include <algorithm>
#include <cstring>

#include "matrices.hpp"
#include "message_of.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

using detail::diagonal;
using detail::triangle;

template <class E>
class factor_primitives : public matrices_test<E> {
 protected:
  struct lu_result {
    matrices<E> factors;
    std::vector<std::int64_t> order;
  };
  lu_result lu(const matrices<E>& a) {
    const auto [_, rows, cols, ld, stride, count] = a.shape;
    const array<std::int64_t, space> order(
        this->backend(), std::vector<std::int64_t>(static_cast<std::size_t>(rows * count), -1));
    typename backend_of<space>::template lu_plan<E> plan(this->backend(), rows, cols, count);
    auto factors = this->changed(a, [&](batch<E> x) { plan.execute(x, order.data()); });
    return {factors, order.values()};
  }
  /// P A = L U of matrix s, with a permutation P and small entries in L.
  void expect_lu(matrices<E> a, lu_result f, std::int64_t s) {
    const std::int64_t rows = a.shape.rows, cols = a.shape.cols, q = std::min(rows, cols);
    const auto* order = f.order.data() + s * rows;
    matrices<E> l(rows, q, 1, 0, 0), u(q, cols, 1, 0, 0), pa(rows, cols, 1, 0, 0);
    l.each([&](auto, auto i, auto j, E& x) { x = i > j ? f.factors(s, i, j) : E(i == j ? 1 : 0); });
    u.each([&](auto, auto i, auto j, E& x) { x = i > j ? E(0) : f.factors(s, i, j); });
    std::vector<bool> met(static_cast<std::size_t>(rows));
    for (std::int64_t i = 0; i < rows; ++i) {
      ASSERT_TRUE(order[i] >= 0 && order[i] < rows);
      met[static_cast<std::size_t>(order[i])] = true;
    }
    EXPECT_EQ(std::count(met.begin(), met.end(), false), 0) << "not a permutation";
    pa.each([&](auto, auto i, auto j, E& x) { x = a(s, order[i], j); });
    l.each([&](auto, auto, auto, E& x) { EXPECT_LE(std::abs(x), 1.5); });
    this->expect_near("slices, LU", product(l.view(), false, u.view(), false, 0), pa.values,
                      norm(l.values) * norm(u.values), this->where(a));
  }

  matrices<E> cholesky(const matrices<E>& a) {
    typename backend_of<space>::template cholesky_plan<E> plan(this->backend(), a.shape.rows,
                                                               a.shape.count);
    return this->changed(a, [&](batch<E> x) { plan.execute(x); });
  }
  /// G G^H + I times `scale`, and NaN above the diagonal, where nobody looks.
  matrices<E> definite(std::int64_t n, std::int64_t count, double scale = 1) {
    const matrices<E> g(n, n, count, 11);
    matrices<E> a = g;
    for (std::int64_t s = 0; s < count; ++s) {
      const auto square = product(g.view(), false, g.view(), true, s);
      for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i)
          a(s, i, j) = i < j ? entry<E>(NAN, NAN)
                             : (square[static_cast<std::size_t>(i + j * n)] + E(i == j ? 1 : 0)) *
                                   static_cast<real_of<E>>(scale);
    }
    return a;
  }
  void expect_cholesky(matrices<E> a, matrices<E> l, std::int64_t s) {
    const std::int64_t n = a.shape.rows;
    std::vector<E> full;
    for (std::int64_t j = 0; j < n; ++j)
      for (std::int64_t i = 0; i < n; ++i)
        full.push_back(i < j ? conjugate(a(s, j, i)) : a(s, i, j));
    l.each([&](auto slice, auto i, auto j, E& x) {
      if (slice != s) return;
      EXPECT_TRUE(i >= j || x == E(0)) << "above the diagonal";
      EXPECT_TRUE(i != j || std::real(x) > 0) << "on the diagonal";
    });
    this->expect_near("slices, Cholesky", product<E>(l.view(), false, l.view(), true, s), full,
                      norm(full) * std::sqrt(static_cast<double>(n)), this->where(a));
  }

  struct lq_result {
    matrices<E> l, q;
  };
  lq_result lq(const matrices<E>& a) {
    const std::int64_t rows = a.shape.rows, count = a.shape.count;
    typename backend_of<space>::template lq_plan<E> plan(this->backend(), rows, a.shape.cols,
                                                         count);
    lq_result f{{rows, rows, count, 12}, a};
    f.l = this->changed(
        f.l, [&](batch<E> l) { f.q = this->changed(a, [&](batch<E> x) { plan.execute(x, l); }); });
    return f;
  }
  /// A of denormal numbers is as large as its rounding.
  void expect_lq(const matrices<E>& a, lq_result f, std::int64_t s, bool denormal = false) {
    auto given = a.matrix(s);
    matrices<E> l = f.l;
    double size = norm(given);
    if (denormal) {  // or squares are zero
      const auto scale = 1 / std::numeric_limits<real_of<E>>::min();
      for (auto* values : {&given, &l.values})
        for (E& x : *values) x *= scale;
      size = std::sqrt(static_cast<double>(given.size()));
    }
    this->expect_near("slices, LQ", product<E>(l.view(), false, f.q.view(), false, s), given,
                      size * std::sqrt(static_cast<double>(a.shape.cols)), this->where(a));
    matrices<E> one(a.shape.rows, a.shape.rows, 1, 0, 0);
    one.each([](auto, auto i, auto j, E& x) { x = E(i == j ? 1 : 0); });
    this->expect_near("slices, LQ, orthonormal rows",
                      product<E>(f.q.view(), false, f.q.view(), true, s), one.values,
                      std::sqrt(static_cast<double>(a.shape.cols)), this->where(a));
    f.l.each([&](auto slice, auto i, auto j, E& x) {
      EXPECT_TRUE(slice != s || i >= j || x == E(0)) << "above the diagonal";
    });
  }
};
TYPED_TEST_SUITE(factor_primitives, elements);

const std::vector<std::int64_t> sizes = {0, 1, 2, 3, 5, 16, 17, 31, 32, 33, 64, 65};
const std::vector<std::pair<std::int64_t, std::int64_t>> shapes = {
    {0, 3}, {2, 5}, {5, 7}, {17, 31}, {1, 32}, {3, 33}, {33, 40}};

TYPED_TEST(factor_primitives, lu) {
  using E = TypeParam;
  const auto check = [&](std::int64_t rows, std::int64_t cols) {
    const matrices<E> a(rows, cols, 3, 1);
    const auto factors = this->lu(a);
    for (std::int64_t s = 0; s < 3; ++s) this->expect_lu(a, factors, s);
  };
  for (const std::int64_t n : sizes) check(n, n);
  for (const auto& [few, many] : shapes) {
    check(few, many);
    check(many, few);
  }
  check(40, 0);
  this->lu(matrices<E>(5, 5, 0, 1));
  this->lu(matrices<E>(40, 40, 0, 1));
}

/// Zero; a column of zeros; rank 1. The zero pivots stay in U.
TYPED_TEST(factor_primitives, lu_of_singular_matrices) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 4, 32, 33}) {
    matrices<E> a(n, n, 3, 2);
    a.each([&](auto s, auto i, auto j, E& x) {
      if (s == 0 || (s == 1 && j == n / 2)) x = E(0);
      if (s == 2) x = E(static_cast<real_of<E>>((i % 2 + 1) * (j % 4 + 1)));
    });
    auto f = this->lu(a);
    for (std::int64_t s = 0; s < 3; ++s) {
      this->expect_lu(a, f, s);
      const std::int64_t zero = s == 2 ? n - 1 : n / 2;
      EXPECT_EQ(f.factors(s, zero, zero), E(s == 2 && n == 1 ? 1 : 0));
    }
  }
}

TYPED_TEST(factor_primitives, lu_of_graded_matrices) {
  using E = TypeParam;
  for (const std::int64_t n : {5, 32, 33})
    for (const double scale : {1e-18, 1e18}) {
      matrices<E> a(n, n, 1, 3);
      for (E& x : a.values) x *= static_cast<real_of<E>>(scale);
      this->expect_lu(a, this->lu(a), 0);
    }
}

TYPED_TEST(factor_primitives, cholesky) {
  for (const std::int64_t n : sizes)
    for (const double scale : {1.0, 1e-18, 1e18}) {
      if (scale != 1 && n % 16 > 1) continue;
      const auto a = this->definite(n, 2, scale);
      const auto l = this->cholesky(a);
      this->ctx().wait();
      for (std::int64_t s = 0; s < 2; ++s) this->expect_cholesky(a, l, s);
    }
}

/// One of three matrices is not positive definite: it is NaN, the others are right, wait throws.
TYPED_TEST(factor_primitives, cholesky_of_indefinite_matrices) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 5, 32, 33})
    for (const double bad : {0.0, -1.0, double(NAN), HUGE_VAL, -HUGE_VAL})
      for (const auto& [row, col] : {std::pair{n - 1, n - 1}, {n / 2, n / 2}, {n - 1, n / 2}}) {
        if (std::isfinite(bad) && row != col) continue;
        auto a = this->definite(n, 3);
        a(1, row, col) = entry<E>(bad, 0);
        const auto l = this->cholesky(a);
        EXPECT_EQ(
            message_of<numerical_error>([&] { this->ctx().wait(); }),
            "cholesky: " + std::string(detail::is_complex<E> ? "complex slice 2" : "real slice 1") +
                " of a is not positive definite")
            << n << " " << bad;
        EXPECT_NO_THROW(this->ctx().wait());
        EXPECT_TRUE(l.all_nan(1)) << n << " " << bad;
        this->expect_cholesky(a, l, 0);
        this->expect_cholesky(a, l, 2);
      }
}

TYPED_TEST(factor_primitives, lq) {
  using E = TypeParam;
  const auto check = [&](std::int64_t rows, std::int64_t cols) {
    const matrices<E> a(rows, cols, 2, 4);
    const auto f = this->lq(a);
    for (std::int64_t s = 0; s < 2; ++s) this->expect_lq(a, f, s);
  };
  for (const std::int64_t n : sizes) check(n, n);
  for (const auto& [few, many] : shapes) check(few, many);
}

/// A row of zeros, equal rows, rows whose squares are not representable, denormals.
TYPED_TEST(factor_primitives, lq_of_difficult_matrices) {
  using E = TypeParam;
  using R = real_of<E>;
  const R tiny = std::sqrt(std::numeric_limits<R>::min()) / 100, huge = R(0.01) / tiny;
  for (const std::int64_t n : {1, 4, 32, 33}) {
    matrices<E> a(n, n, 5, 5);
    a.each([&](auto s, auto i, auto, E& x) {
      if (s == 0 && i == n / 2) x = E(0);
      if (s == 1) x = E(1);
      if (s == 2) x *= i % 2 == 0 ? tiny : R(1);
      if (s == 3) x *= huge;
      if (s == 4) x *= std::numeric_limits<R>::min() / 8;
    });
    const auto f = this->lq(a);
    for (std::int64_t s = 0; s < 5; ++s) this->expect_lq(a, f, s, s == 4);
  }
}

/// NaN or Inf in one of three matrices: NaN there, no fault, and the bits of the others unchanged.
TYPED_TEST(factor_primitives, nonfinite_matrices) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 5, 32, 33})
    for (const double value : {double(NAN), HUGE_VAL, -HUGE_VAL}) {
      const matrices<E> good(n, n, 3, 6);
      auto bad = good;
      bad(1, n - 1, 0) = entry<E>(value, 1);
      const auto expected = this->lu(good), found = this->lu(bad);
      const auto q = this->lq(bad), q_expected = this->lq(good);
      this->ctx().wait();
      EXPECT_TRUE(found.factors.all_nan(1)) << n << " " << value;
      EXPECT_TRUE(q.q.all_nan(1)) << n << " " << value;
      for (std::int64_t i = 0; i < n; ++i)
        EXPECT_EQ(found.order[static_cast<std::size_t>(n + i)], i);
      for (const std::int64_t s : {0, 2}) {
        EXPECT_EQ(found.factors.matrix(s), expected.factors.matrix(s));
        EXPECT_EQ(q.q.matrix(s), q_expected.q.matrix(s));
        EXPECT_EQ(q.l.matrix(s), q_expected.l.matrix(s));
      }
    }
}

/// op(A) X = B; half of A, and a diagonal of ones, must not be read.
TYPED_TEST(factor_primitives, triangular_solves) {
  using E = TypeParam;
  const auto check = [&](std::int64_t n, std::int64_t cols, triangle t, op o, diagonal d) {
    matrices<E> a(n, n, 2, 7), read = a;
    read.each([&](auto, auto i, auto j, E& x) {
      const bool inside = t == triangle::lower ? i > j : i < j;
      x = inside ? x / static_cast<real_of<E>>(n) : E(0);
      if (i == j) x = d == diagonal::ones ? E(1) : E(i % 2 == 0 ? 2 : -3);
    });
    a.each([&](auto s, auto i, auto j, E& x) {
      const bool inside = t == triangle::lower ? i > j : i < j;
      x = inside || (i == j && d == diagonal::given) ? read(s, i, j) : entry<E>(NAN, NAN);
    });
    const matrices<E> b(n, cols, 2, 8);
    const array<E, space> data(this->backend(), a.values);
    const auto x = this->changed(b, [&](batch<E> rhs) {
      this->backend().template solve_triangular<E>(t, o, d, a.at(data.data()), rhs);
    });
    for (std::int64_t s = 0; s < 2; ++s)
      this->expect_near("slices, triangular solve",
                        product<E>(read.view(), o == op::transpose, x.view(), false, s),
                        b.matrix(s), norm(read.matrix(s)) * norm(x.matrix(s)), this->where(b));
  };
  for (const triangle t : {triangle::lower, triangle::upper})
    for (const op o : {op::none, op::transpose})
      for (const diagonal d : {diagonal::given, diagonal::ones}) {
        for (const std::int64_t n : {1, 2, 17, 33}) check(n, 3, t, o, d);
        check(3, 0, t, o, d);
        check(5, 70, t, o, d);
      }
  for (const std::int64_t n : sizes) check(n, 33, triangle::lower, op::none, diagonal::given);
}

TYPED_TEST(factor_primitives, triangular_solves_with_a_zero_pivot) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 5, 33}) {
    matrices<E> a(n, n, 2, 9, 0);
    a(1, n - 1, n - 1) = E(0);
    const array<E, space> data(this->backend(), a.values);
    const auto x = this->changed(matrices<E>(n, 2, 2, 10), [&](batch<E> b) {
      this->backend().template solve_triangular<E>(triangle::lower, op::none, diagonal::given,
                                                   a.at(data.data()), b);
    });
    EXPECT_TRUE(x.finite(0));
    EXPECT_FALSE(x.finite(1));
  }
}

}  // namespace
}  // namespace tubal::test
