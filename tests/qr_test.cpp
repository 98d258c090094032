// Orthogonal-triangular factorisations.
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

template <class T>
using qr_test = algebra_test<T>;
TYPED_TEST_SUITE(qr_test, precisions);

TYPED_TEST(qr_test, by_hand) {
  // The tube (1, 2) has slices 3 and -1: Q is 1 and -1, the tube (0, 1); R is 3 and 1, (2, 1).
  const auto f = qr(this->ctx(), this->put({1, 1, 2}, {1, 2}));
  const auto q = this->get(f.q), r = this->get(f.r);
  EXPECT_NEAR(q[0], 0, 10 * this->eps);
  EXPECT_NEAR(q[1], 1, 10 * this->eps);
  EXPECT_NEAR(r[0], 2, 10 * this->eps);
  EXPECT_NEAR(r[1], 1, 10 * this->eps);
}

TYPED_TEST(qr_test, economy_and_full) {
  using T = TypeParam;
  for (const algebra_case& c : algebra_cases(false))
    for (const factor_size size : {factor_size::economy, factor_size::full}) {
      const plain a = this->data(c);
      const auto da = this->put(a);
      const std::int64_t n1 = c.shape.rows, n2 = c.shape.cols, k = c.shape.tube;
      const std::int64_t p = size == factor_size::full ? n1 : std::min(n1, n2);
      const auto f = qr(this->ctx(), da, size, c.along);
      const plain q = this->fetch(f.q), r = this->fetch(f.r);
      ASSERT_EQ(q.shape, (shape{n1, p, k}));
      ASSERT_EQ(r.shape, (shape{p, n2, k}));
      this->expect_close("t-QR, residual", a, product(q, r, c.along), norm(a), c);
      this->expect_orthonormal("t-QR, Q", q, c);
      this->expect_upper(r, c.where());
      this->expect_nonnegative(r, false, norm(a), c);
      EXPECT_EQ(this->get(da), a.as<T>()) << "input changed";
    }
}

TYPED_TEST(qr_test, lq_is_the_transpose_of_qr) {
  for (const algebra_case& c : algebra_cases(false))
    for (const factor_size size : {factor_size::economy, factor_size::full}) {
      const plain a = this->data(c);
      const auto f = lq(this->ctx(), this->put(a), size, c.along);
      const plain l = this->fetch(f.l), q = this->fetch(f.q);
      this->expect_close("t-LQ, residual", a, product(l, q, c.along), norm(a), c);
      this->expect_orthonormal("t-LQ, Q", transpose(q, c.along), c);
      this->expect_upper(transpose(l, c.along), c.where());
      this->expect_nonnegative(l, false, norm(a), c);
    }
}

TYPED_TEST(qr_test, extreme_data) {
  const double large = this->is_double ? 1e150 : 1e18;
  const algebra_case c{{5, 4, 6}, {}};
  for (const double scale : {large, 1 / large, 0.0}) {
    plain a = this->data(c);
    for (double& v : a.values) v = static_cast<TypeParam>(v * scale);
    const auto f = qr(this->ctx(), this->put(a));
    this->expect_orthonormal("t-QR, Q", this->fetch(f.q), c);
    this->expect_close("t-QR, residual", a, product(this->fetch(f.q), this->fetch(f.r), {}),
                       norm(a), c);
  }
}

TYPED_TEST(qr_test, denormals) {
  for (const std::int64_t k : {1, 2, 6, 64})
    for (const auto& [n1, n2] : {std::pair{5, 4}, {4, 5}, {33, 3}}) {
      const algebra_case c{{n1, n2, k}, {}};
      const plain a = this->denormals(c.shape, 1);
      const auto f = qr(this->ctx(), this->put(a));
      this->expect_orthonormal("t-QR, Q, denormals", this->fetch(f.q), c);
      this->expect_close("t-QR, residual, denormals", a,
                         product(this->fetch(f.q), this->fetch(f.r), {}),
                         this->norm_of_denormals(c.shape), c);
    }
}

TYPED_TEST(qr_test, plan_executes_again_on_fresh_data) {
  using T = TypeParam;
  const algebra_case c{{4, 3, 6}, {}};
  qr_plan<T, space> plan(this->ctx(), c.shape);
  EXPECT_GE(plan.workspace_bytes(), sizeof(T) * static_cast<std::size_t>(c.shape.size()));
  for (unsigned round = 1; round < 4; ++round) {
    const plain a = this->data(c, round);
    auto q = this->poisoned(plan.result(0)), r = this->poisoned(plan.result(1));
    plan.execute(this->put(a), q, r);
    this->ctx().wait();
    this->expect_close("t-QR, residual", a, product(this->fetch(q), this->fetch(r), {}), norm(a),
                       c);
  }
}

}  // namespace
}  // namespace tubal::test
