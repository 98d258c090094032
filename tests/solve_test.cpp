// Triangular factorisations, inverses, systems, polar factors.
#include "message_of.hpp"
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

template <class T>
class solve_test : public algebra_test<T> {
 protected:
  /// A well-conditioned square tensor: random, with a heavy diagonal in every slice.
  static plain well_conditioned(const algebra_case& c, unsigned seed = 1) {
    const double n = static_cast<double>(c.shape.rows);
    plain a = random_tensor(c.shape, seed);
    const double weight = 3 * std::sqrt(n * static_cast<double>(c.shape.tube)) + 3;
    const plain e = identity(c.shape.rows, c.shape.tube, c.along);
    for (std::size_t i = 0; i < a.values.size(); ++i)
      a.values[i] = static_cast<float>(a.values[i] + weight * e.values[i]);
    return a;
  }
  static plain definite(const algebra_case& c) {
    const plain a = well_conditioned(c);
    plain s = plus(a, 1, transpose(a, c.along));
    for (double& v : s.values) v = static_cast<float>(v);
    return s;
  }
};
TYPED_TEST_SUITE(solve_test, precisions);

TYPED_TEST(solve_test, by_hand) {
  // (1, 2)^-1: slices 1/3 and -1, the tube (-1/3, 2/3)
  const auto x = this->get(inverse(this->ctx(), this->put({1, 1, 2}, {1, 2})));
  EXPECT_NEAR(x[0], -1.0 / 3, 10 * this->eps);
  EXPECT_NEAR(x[1], 2.0 / 3, 10 * this->eps);
  // (5, 4): slices 9 and 1, Cholesky factors 3 and 1, the tube (2, 1)
  const auto l = this->get(cholesky(this->ctx(), this->put({1, 1, 2}, {5, 4})));
  EXPECT_NEAR(l[0], 2, 20 * this->eps);
  EXPECT_NEAR(l[1], 1, 20 * this->eps);
  // [0 2; 1 0]: rows change places
  const auto f = lu(this->ctx(), this->put({2, 2, 1}, {0, 1, 2, 0}));
  EXPECT_EQ(this->get(f.p), (std::vector<TypeParam>{0, 1, 1, 0}));
  EXPECT_EQ(this->get(f.l), (std::vector<TypeParam>{1, 0, 0, 1}));
  EXPECT_EQ(this->get(f.u), (std::vector<TypeParam>{1, 0, 0, 2}));
}

TYPED_TEST(solve_test, cholesky_factors) {
  for (const algebra_case& c : algebra_cases(true)) {
    const plain a = this->definite(c);
    const plain l = this->fetch(cholesky(this->ctx(), this->put(a), c.along));
    this->expect_close("Cholesky", a, product(l, transpose(l, c.along), c.along), norm(a), c);
    this->expect_upper(transpose(l, c.along), c.where());
    this->expect_nonnegative(l, false, norm(l), c);
  }
}

TYPED_TEST(solve_test, cholesky_of_an_indefinite_tensor_is_an_error) {
  EXPECT_THROW(cholesky(this->ctx(), this->put({1, 1, 2}, {1, 2})), numerical_error);
  EXPECT_THROW(cholesky(this->ctx(), this->put({2, 2, 1}, {1, 2, 2, 1})), numerical_error);
  EXPECT_THROW(cholesky(this->ctx(), this->put({1, 1, 1}, {0})), numerical_error);
  EXPECT_NO_THROW(this->ctx().wait());
}

/// Slices 3, -1, 3: the complex one. Slices 3, -1 of an even tube: the second real one.
TYPED_TEST(solve_test, an_error_names_the_slice) {
  const auto text = [&](shape s, const std::vector<TypeParam>& a, const transform& along) {
    return message_of<numerical_error>([&] { cholesky(this->ctx(), this->put(s, a), along); });
  };
  const std::string ending = " of a is not positive definite";
  EXPECT_EQ(text({1, 1, 4}, {1, 0, 2, 0}, {}), "cholesky: complex slice 1" + ending);
  EXPECT_EQ(text({1, 1, 2}, {1, 2}, {}), "cholesky: real slice 1" + ending);
  EXPECT_EQ(text({1, 1, 4}, {1, 1, 0, 1}, transform::identity()),
            "cholesky: real slice 2" + ending);
  // slices 2, 1 - i, 0; the larger one by a vendor's routine
  for (const std::int64_t n : {1, 35}) {
    plain a = identity(n, 4);
    for (std::int64_t i = 0; i < n; ++i) a(i, i, 1) = 1;
    const auto da = this->put(a), b = this->put(random_tensor({n, 2, 4}, 1));
    const std::string singular =
        "inverse or solve: real slice 1 of a is singular: condition number inf against the largest "
        "of all slices";
    EXPECT_EQ(message_of<numerical_error>([&] { inverse(this->ctx(), da); }), singular);
    EXPECT_EQ(message_of<numerical_error>([&] { solve(this->ctx(), da, b); }), singular);
  }
}

TYPED_TEST(solve_test, lu_factors) {
  for (const algebra_case& c : algebra_cases(false)) {
    const plain a = this->data(c);
    const auto f = lu(this->ctx(), this->put(a), c.along);
    const plain p = this->fetch(f.p), l = this->fetch(f.l), u = this->fetch(f.u);
    this->expect_close("t-LU, residual", product(p, a, c.along), product(l, u, c.along), norm(a),
                       c);
    this->expect_orthonormal("t-LU, P", p, c);
    this->expect_upper(u, c.where());
    this->expect_upper(transpose(l, c.along), c.where());
    for (const auto& slice : this->slice_diagonals(l, c.along))
      for (const auto& one : slice)
        EXPECT_LE(std::abs(one - 1.0), 100 * this->eps * c.size()) << c.where();
  }
}

TYPED_TEST(solve_test, inverse_and_solve) {
  using T = TypeParam;
  for (const algebra_case& c : algebra_cases(true)) {
    const std::int64_t n = c.shape.rows, k = c.shape.tube;
    const plain a = this->well_conditioned(c), b = random_tensor({n, 3, k}, 9);
    const auto da = this->put(a), db = this->put(b);
    const plain x = this->fetch(inverse(this->ctx(), da, c.along));
    this->expect_close("inverse", identity(n, k, c.along), product(a, x, c.along),
                       norm(a) * norm(x), c);
    const plain y = this->fetch(solve(this->ctx(), da, db, c.along));
    this->expect_close("solve, residual", b, product(a, y, c.along), norm(a) * norm(y), c);
    EXPECT_EQ(this->get(da), a.as<T>()) << "input changed";
    EXPECT_EQ(this->get(db), b.as<T>()) << "input changed";
  }
}

TYPED_TEST(solve_test, pivots_matter) {
  // zero diagonal in the first slice, and scales far apart
  const algebra_case c{{3, 3, 1}, {}};
  plain a(c.shape);
  a.values = {0, 1, 1e-3, 1e3, 1, 1, 2, 0, 1};
  for (double& v : a.values) v = static_cast<float>(v);
  const plain x = this->fetch(inverse(this->ctx(), this->put(a)));
  this->expect_close("inverse", identity(3, 1), product(a, x, {}), norm(a) * norm(x), c);
}

TYPED_TEST(solve_test, a_singular_tensor_is_an_error) {
  // the tube (1, 1) has slices 2 and 0
  EXPECT_THROW(inverse(this->ctx(), this->put({1, 1, 2}, {1, 1})), numerical_error);
  EXPECT_THROW(solve(this->ctx(), this->put({1, 1, 2}, {1, 1}), this->put({1, 1, 2}, {1, 0})),
               numerical_error);
  EXPECT_NO_THROW(this->ctx().wait());
}

TYPED_TEST(solve_test, pseudo_inverse_is_that_of_moore_and_penrose) {
  for (const algebra_case& c : algebra_cases(false)) {
    const plain a = this->data(c);
    const plain x = this->fetch(pseudo_inverse(this->ctx(), this->put(a), {}, c.along));
    ASSERT_EQ(x.shape, (shape{c.shape.cols, c.shape.rows, c.shape.tube}));
    const plain ax = product(a, x, c.along), xa = product(x, a, c.along);
    const double condition =
        std::max(norm(a) * spectral_norm(this->ctx(), this->put(x), c.along), 1.0);
    this->expect_close("pseudo-inverse, A X A", a, product(ax, a, c.along), norm(a) * condition, c);
    this->expect_close("pseudo-inverse, X A X", x, product(xa, x, c.along), norm(x) * condition, c);
    this->expect_close("pseudo-inverse, A X symmetric", ax, transpose(ax, c.along), condition, c);
    this->expect_close("pseudo-inverse, X A symmetric", xa, transpose(xa, c.along), condition, c);
  }
}

TYPED_TEST(solve_test, pseudo_inverse_cuts_at_the_tolerance) {
  // diag(1, 0.01): below the tolerance it counts as 0
  const auto a = this->put({2, 2, 1}, {1, 0, 0, TypeParam(0.01)});
  EXPECT_NEAR(this->get(pseudo_inverse(this->ctx(), a, 0.001))[3], 100, 1e-2);
  EXPECT_EQ(this->get(pseudo_inverse(this->ctx(), a, 0.1))[3], 0);
  EXPECT_THROW(pseudo_inverse(this->ctx(), a, -1), argument_error);
  // relative to the largest of all slices: slices 2 and 0.002
  const auto tube = this->put({1, 1, 2}, {TypeParam(1.001), TypeParam(0.999)});
  EXPECT_NEAR(this->get(pseudo_inverse(this->ctx(), tube, 0.1))[1], 0.25, 1e-5);
}

TYPED_TEST(solve_test, least_squares_of_any_rank) {
  for (const algebra_case& c : algebra_cases(false)) {
    if (c.along.condition() > 1) continue;
    const std::int64_t n1 = c.shape.rows, k = c.shape.tube;
    const plain a = this->data(c), b = random_tensor({n1, 2, k}, 9);
    const auto da = this->put(a), db = this->put(b);
    const plain x = this->fetch(least_squares(this->ctx(), da, db, {}, c.along));
    // the residual is orthogonal to the columns of A
    const plain rest = plus(product(a, x, c.along), -1, b);
    const plain none({c.shape.cols, 2, k});
    this->expect_close("least squares, normal equations", none,
                       product(transpose(a, c.along), rest, c.along),
                       norm(a) * (norm(a) * norm(x) + norm(b)), c);
    const plain p = this->fetch(pseudo_inverse(this->ctx(), da, {}, c.along));
    this->expect_close("least squares, against A^+ B", product(p, b, c.along), x,
                       norm(p) * norm(b) * std::max(1.0, norm(a) * norm(p)), c);
  }
}

TYPED_TEST(solve_test, polar_factors) {
  for (const algebra_case& c : algebra_cases(false)) {
    const plain a = this->data(c);
    const auto f = polar(this->ctx(), this->put(a), c.along);
    const plain w = this->fetch(f.w), h = this->fetch(f.h);
    this->expect_close("polar, residual", a, product(w, h, c.along), norm(a), c);
    if (c.shape.rows >= c.shape.cols) this->expect_orthonormal("polar, W", w, c);
    this->expect_close("polar, H symmetric", h, transpose(h, c.along), norm(h), c);
    this->expect_close("polar, H^2 = A^T A", product(transpose(a, c.along), a, c.along),
                       product(h, h, c.along), norm(a) * norm(a), c);
  }
}

TYPED_TEST(solve_test, plans_execute_again_on_fresh_data) {
  using T = TypeParam;
  const algebra_case c{{4, 4, 6}, {}};
  solve_plan<T, space> plan(this->ctx(), c.shape, {4, 2, 6});
  EXPECT_GE(plan.workspace_bytes(), sizeof(T) * static_cast<std::size_t>(c.shape.size()));
  for (unsigned round = 1; round < 4; ++round) {
    const plain a = this->well_conditioned(c, round), b = random_tensor({4, 2, 6}, round);
    auto x = this->poisoned(plan.result());
    plan.execute(this->put(a), this->put(b), x);
    this->ctx().wait();
    const plain found = this->fetch(x);
    this->expect_close("solve, residual", b, product(a, found, {}), norm(a) * norm(found), c);
  }
}

TYPED_TEST(solve_test, extreme_scales) {
  const double large = this->is_double ? 1e150 : 1e18;
  const algebra_case c{{4, 4, 5}, {}};
  for (const double scale : {large, 1 / large}) {
    plain a = this->definite(c);
    for (double& v : a.values) v = static_cast<TypeParam>(v * scale);
    const plain b = random_tensor({4, 2, 5}, 3);
    const plain x = this->fetch(solve(this->ctx(), this->put(a), this->put(b)));
    this->expect_close("solve, residual", b, product(a, x, {}), norm(a) * norm(x), c);
    const plain l = this->fetch(cholesky(this->ctx(), this->put(a)));
    this->expect_close("Cholesky", a, product(l, transpose(l), {}), norm(a), c);
    const plain e = identity(4, 5), inverse_of = this->fetch(inverse(this->ctx(), this->put(a)));
    this->expect_close("inverse", e, product(a, inverse_of, {}), norm(a) * norm(inverse_of), c);
    const auto f = lu(this->ctx(), this->put(a));
    this->expect_close("t-LU, residual", product(this->fetch(f.p), a, {}),
                       product(this->fetch(f.l), this->fetch(f.u), {}), norm(a), c);
    const plain plus_of = this->fetch(pseudo_inverse(this->ctx(), this->put(a)));
    this->expect_close("pseudo-inverse, A X A", e, product(a, plus_of, {}), norm(a) * norm(plus_of),
                       c);
    const plain y = this->fetch(least_squares(this->ctx(), this->put(a), this->put(b)));
    this->expect_close("least squares, against A^+ B", product(plus_of, b, {}), y,
                       norm(plus_of) * norm(b) * norm(a) * norm(plus_of), c);
    const auto p = polar(this->ctx(), this->put(a));
    this->expect_close("polar, residual", a, product(this->fetch(p.w), this->fetch(p.h), {}),
                       norm(a), c);
  }
}

TYPED_TEST(solve_test, condition_up_to_the_precision) {
  // U S V^T with singular values 1 .. 64 eps in every slice: residuals stay small, not errors
  const algebra_case c{{4, 4, 5}, {}};
  plain s(c.shape);
  const double values[] = {1, 1e-2, std::sqrt(this->eps), 64 * this->eps};
  for (std::int64_t i = 0; i < 4; ++i) s(i, i, 0) = values[i];
  const plain u = this->fetch(qr(this->ctx(), this->put(random_tensor(c.shape, 1))).q),
              v = this->fetch(qr(this->ctx(), this->put(random_tensor(c.shape, 2))).q);
  plain a = product(product(u, s, {}), transpose(v), {});
  for (double& x : a.values) x = static_cast<TypeParam>(x);
  const plain b = random_tensor({4, 2, 5}, 3);
  const plain x = this->fetch(solve(this->ctx(), this->put(a), this->put(b)));
  this->expect_close("solve, residual", b, product(a, x, {}), norm(a) * norm(x) + norm(b), c);
  const auto f = lu(this->ctx(), this->put(a));
  this->expect_close("t-LU, residual", product(this->fetch(f.p), a, {}),
                     product(this->fetch(f.l), this->fetch(f.u), {}), norm(a), c);
  const auto h = qr(this->ctx(), this->put(a));
  this->expect_orthonormal("t-QR, Q", this->fetch(h.q), c);
  const auto p = polar(this->ctx(), this->put(a));
  this->expect_orthonormal("polar, W", this->fetch(p.w), c);
}

}  // namespace
}  // namespace tubal::test
