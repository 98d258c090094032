// Products of slices of each back end against plain loops, around the sizes at which the host
// changes its ways.
#include "matrices.hpp"

namespace tubal::test {
namespace {

template <class E>
class product_primitives : public matrices_test<E> {
 protected:
  /// Of the product of the parts, and of what was there.
  void expect_product(const matrices<E>& a, bool of_a, const matrices<E>& b, bool of_b, E alpha,
                      E beta) {
    const std::int64_t rows = of_a ? a.shape.cols : a.shape.rows,
                       inner = of_a ? a.shape.rows : a.shape.cols,
                       cols = of_b ? b.shape.rows : b.shape.cols, count = a.shape.count;
    matrices<E> before(rows, cols, count, 33);
    if (beta == E(0)) before.each([](auto, auto, auto, E& x) { x = entry<E>(NAN, NAN); });
    const array<E, space> da(this->backend(), a.values), db(this->backend(), b.values);
    const auto op = [](bool adjoint) { return adjoint ? op::transpose : op::none; };
    const auto after = this->changed(before, [&](batch<E> c) {
      this->backend().template gemm<E>(op(of_a), op(of_b), alpha, a.at(da.data()), b.at(db.data()),
                                       beta, c);
    });
    for (std::int64_t s = 0; s < count; ++s) {
      auto expected = product(a.view(), of_a, b.view(), of_b, s);
      const auto was = before.matrix(s);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        expected[i] *= alpha;
        if (beta != E(0)) expected[i] += beta * was[i];
      }
      this->expect_near("slices, product", after.matrix(s), expected,
                        norm(a.matrix(s)) * norm(b.matrix(s)) * std::abs(alpha) *
                                std::sqrt(static_cast<double>(inner + 1)) +
                            norm(expected),
                        this->where(a) + (of_a ? " adjoint" : "") + " * " + this->where(b) +
                            (of_b ? " adjoint" : ""));
    }
  }
  void expect_gram(const matrices<E>& u) {
    const std::int64_t n = u.shape.rows;
    const matrices<E> before(n, n, u.shape.count, 34);
    const array<E, space> du(this->backend(), u.values);
    auto after = this->changed(
        before, [&](batch<E> x) { this->backend().template gram<E>(u.at(du.data()), x); });
    for (std::int64_t s = 0; s < u.shape.count; ++s) {
      auto expected = product(u.view(), false, u.view(), true, s);
      auto found = after.matrix(s);
      for (std::int64_t j = 0; j < n; ++j)  // the strict upper triangle is unspecified
        for (std::int64_t i = 0; i < j; ++i)
          found[static_cast<std::size_t>(i + n * j)] =
              expected[static_cast<std::size_t>(i + n * j)] = E(0);
      const double size = norm(u.matrix(s));
      this->expect_near("slices, U U^H", found, expected,
                        size * size * std::sqrt(static_cast<double>(u.shape.cols + 1)),
                        this->where(u));
    }
  }
};
TYPED_TEST_SUITE(product_primitives, elements);

TYPED_TEST(product_primitives, products) {
  using E = TypeParam;
  struct sizes {
    std::int64_t rows, inner, cols;
  };
  for (const auto& [rows, inner, cols] : std::vector<sizes>{{1, 1, 1},
                                                            {4, 3, 5},
                                                            {12, 64, 4},
                                                            {13, 65, 3},
                                                            {64, 5, 9},
                                                            {65, 7, 6},
                                                            {10, 130, 11},
                                                            {9, 2, 1},
                                                            {3, 4, 257},
                                                            {5, 0, 2}})
    for (const bool of_a : {false, true})
      for (const bool of_b : {false, true}) {
        const matrices<E> a(of_a ? inner : rows, of_a ? rows : inner, 3, 31),
            b(of_b ? cols : inner, of_b ? inner : cols, 3, 32);
        this->expect_product(a, of_a, b, of_b, E(1), E(0));
        this->expect_product(a, of_a, b, of_b, entry<E>(-0.5, 0.25), entry<E>(2, -1));
      }
}

TYPED_TEST(product_primitives, gram_matrices) {
  for (const auto& [rows, cols] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {1, 1}, {5, 3}, {12, 13}, {16, 70}, {31, 4}, {64, 65}, {65, 3}, {130, 9}})
    this->expect_gram(matrices<TypeParam>(rows, cols, 2, 35));
  this->ctx().wait();
}

}  // namespace
}  // namespace tubal::test
