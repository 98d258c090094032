// The laws of the algebra on generated cases, 1,000 each. RC_PARAMS="seed=... max_success=..."
// chooses others.
#include <rapidcheck.h>

#include <algorithm>
#include <cstring>
#include <sstream>

#include "reference_algebra.hpp"
#include "reference_recovery.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

/// Sizes and seed of one case; rapidcheck shrinks them when a law fails.
struct generated {
  std::int64_t n1, n2, n3, k;
  unsigned seed;
  int exponent;  // data of the size 2^exponent

  std::string where() const {
    std::ostringstream s;
    s << n1 << ", " << n2 << ", " << n3 << ", k = " << k << ", seed " << seed << ", 2^" << exponent;
    return s.str();
  }
};

template <class T>
class properties_test : public operator_test<T> {
 protected:
  /// law(case) for 1,000 cases.
  template <class Law>
  void for_all(Law&& law) {
    rc::detail::TestParams parameters = rc::detail::configuration().testParams;
    const char* const given = std::getenv("RC_PARAMS");
    const auto chosen = [&](const char* name) { return given && std::strstr(given, name); };
    if (!chosen("seed")) parameters.seed = 20260101;
    if (!chosen("max_success")) parameters.maxSuccess = 1000;
    int cases = 0;
    const auto property = [&] {
      const generated g{
          *rc::gen::inRange<std::int64_t>(0, 6),  *rc::gen::inRange<std::int64_t>(1, 6),
          *rc::gen::inRange<std::int64_t>(1, 6),  *rc::gen::inRange<std::int64_t>(1, 18),
          *rc::gen::inRange<unsigned>(0, 100000), *rc::gen::inRange(-20, 20)};
      ++cases;
      law(g);
      RC_ASSERT(!this->HasFailure());
    };
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), parameters);
    std::ostringstream message;
    rc::detail::printResultMessage(result, message);
    EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << message.str();
    EXPECT_GE(cases, parameters.maxSuccess);
  }

  static plain data(shape s, const generated& g, unsigned which) {
    plain x = random_tensor(s, 10 * g.seed + which);
    for (double& v : x.values) v = std::ldexp(v, g.exponent);
    return x;
  }
  tensor<T, space> transposed(const tensor<T, space>& a) {
    auto c = this->poisoned({a.shape().cols, a.shape().rows, a.shape().tube});
    transpose(this->ctx(), a, c);
    return c;
  }
};
TYPED_TEST_SUITE(properties_test, precisions);

TYPED_TEST(properties_test, product_is_linear) {
  this->for_all([&](const generated& g) {
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1), b = this->data({g.n2, g.n3, g.k}, g, 2),
                c = this->data({g.n2, g.n3, g.k}, g, 3);
    const auto da = this->put(a);
    const double s = std::ldexp(1, g.exponent % 3);
    const plain one = this->fetch(tproduct(this->ctx(), da, this->put(plus(b, s, c))));
    const plain two = plus(this->fetch(tproduct(this->ctx(), da, this->put(b))), s,
                           this->fetch(tproduct(this->ctx(), da, this->put(c))));
    this->expect_ratio("linearity", distance(one, two), norm(a) * (norm(b) + s * norm(c)),
                       g.where());
  });
}

TYPED_TEST(properties_test, product_is_associative) {
  this->for_all([&](const generated& g) {
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1), b = this->data({g.n2, g.n3, g.k}, g, 2),
                c = this->data({g.n3, g.n1 + 1, g.k}, g, 3);
    const auto da = this->put(a), db = this->put(b), dc = this->put(c);
    auto& ctx = this->ctx();
    this->expect_ratio("associativity",
                       distance(this->fetch(tproduct(ctx, tproduct(ctx, da, db), dc)),
                                this->fetch(tproduct(ctx, da, tproduct(ctx, db, dc)))),
                       norm(a) * norm(b) * norm(c), g.where());
  });
}

TYPED_TEST(properties_test, identity_is_neutral) {
  this->for_all([&](const generated& g) {
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1);
    const auto da = this->put(a);
    auto left = this->poisoned({g.n1, g.n1, g.k}), right = this->poisoned({g.n2, g.n2, g.k});
    set_identity(this->ctx(), left);
    set_identity(this->ctx(), right);
    const double unit = norm(a) * std::sqrt(double(std::max(g.n1, g.n2)));
    this->expect_ratio("identity", distance(a, this->get(tproduct(this->ctx(), left, da))), unit,
                       g.where());
    this->expect_ratio("identity", distance(a, this->get(tproduct(this->ctx(), da, right))), unit,
                       g.where());
  });
}

TYPED_TEST(properties_test, transpose_reverses_products) {
  this->for_all([&](const generated& g) {
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1), b = this->data({g.n2, g.n3, g.k}, g, 2);
    const auto da = this->put(a), db = this->put(b);
    this->expect_ratio(
        "transpose of a product",
        distance(this->fetch(this->transposed(tproduct(this->ctx(), da, db))),
                 this->fetch(tproduct(this->ctx(), this->transposed(db), this->transposed(da)))),
        norm(a) * norm(b), g.where());
  });
}

TYPED_TEST(properties_test, transpose_is_the_adjoint) {
  // <A * B, C> = <B, A^T * C>
  this->for_all([&](const generated& g) {
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1), b = this->data({g.n2, g.n3, g.k}, g, 2),
                c = this->data({g.n1, g.n3, g.k}, g, 3);
    const auto da = this->put(a), db = this->put(b), dc = this->put(c);
    auto& ctx = this->ctx();
    const double one = inner_product(ctx, tproduct(ctx, da, db), dc);
    const double two = inner_product(ctx, db, tproduct(ctx, this->transposed(da), dc));
    this->expect_ratio("transpose is the adjoint", std::abs(one - two), norm(a) * norm(b) * norm(c),
                       g.where());
  });
}

TYPED_TEST(properties_test, product_is_that_of_block_circulant_matrices) {
  // bcirc(A) unfold(B) = unfold(A * B): block (p, q) of bcirc(A) is slice (p - q) mod k.
  this->for_all([&](const generated& g) {
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1), b = this->data({g.n2, g.n3, g.k}, g, 2);
    plain bcirc({g.n1 * g.k, g.n2 * g.k, 1}), unfolded({g.n2 * g.k, g.n3, 1});
    for (std::int64_t p = 0; p < g.k; ++p)
      for (std::int64_t j = 0; j < g.n2; ++j) {
        for (std::int64_t q = 0; q < g.k; ++q)
          for (std::int64_t i = 0; i < g.n1; ++i)
            bcirc(p * g.n1 + i, q * g.n2 + j, 0) = a(i, j, (p - q + g.k) % g.k);
        for (std::int64_t c = 0; c < g.n3; ++c) unfolded(p * g.n2 + j, c, 0) = b(j, c, p);
      }
    const plain product = tproduct(bcirc, unfolded);
    plain folded({g.n1, g.n3, g.k});
    for (std::int64_t p = 0; p < g.k; ++p)
      for (std::int64_t c = 0; c < g.n3; ++c)
        for (std::int64_t i = 0; i < g.n1; ++i) folded(i, c, p) = product(p * g.n1 + i, c, 0);
    this->expect_ratio(
        "block-circulant product",
        distance(folded, this->get(tproduct(this->ctx(), this->put(a), this->put(b)))),
        norm(a) * norm(b), g.where());
  });
}

TYPED_TEST(properties_test, parseval) {
  this->for_all([&](const generated& g) {
    const shape s{g.n1, g.n2, g.k};
    const plain a = this->data(s, g, 1), b = this->data(s, g, 2);
    const auto sa = this->get(this->spectrum_of(a)), sb = this->get(this->spectrum_of(b));
    const auto pairs = static_cast<std::size_t>(2 * slice_counts(g.k).complex * s.slice_size());
    double sum = 0;
    for (std::size_t i = 0; i < sa.size(); ++i)
      sum += (i < pairs ? 2.0 : 1.0) * static_cast<double>(sa[i]) * static_cast<double>(sb[i]);
    this->expect_ratio("Parseval", std::abs(sum / static_cast<double>(g.k) - dot(a, b)),
                       norm(a) * norm(b), g.where());
  });
}

TYPED_TEST(properties_test, laws_hold_along_every_transform) {
  // (A * B)^T = B^T * A^T,  (A * B) * C = A * (B * C),  E * A = A
  this->for_all([&](const generated& g) {
    auto& ctx = this->ctx();
    const std::vector<transform> all = transforms_for(g.k);
    const transform& t = all[g.seed % all.size()];
    const algebra_case at{{std::max(g.n1, g.n2), g.n3, g.k}, t};
    const plain a = this->data({g.n1, g.n2, g.k}, g, 1), b = this->data({g.n2, g.n3, g.k}, g, 2),
                c = this->data({g.n3, g.n1 + 1, g.k}, g, 3);
    const auto da = this->put(a), db = this->put(b), dc = this->put(c);
    const product_options along{.along = t};
    const auto ab = tproduct(ctx, da, db, along);
    this->expect_ratio(
        "transforms, transpose of a product",
        distance(transpose(this->fetch(ab), t),
                 this->fetch(tproduct(ctx, db, da,
                                      {.op_a = op::transpose, .op_b = op::transpose, .along = t}))),
        norm(a) * norm(b) * at.size(), g.where() + t.name());
    this->expect_ratio(
        "transforms, associativity",
        distance(this->fetch(tproduct(ctx, ab, dc, along)),
                 this->fetch(tproduct(ctx, da, tproduct(ctx, db, dc, along), along))),
        norm(a) * norm(b) * norm(c) * at.size(), g.where() + t.name());
    auto e = this->poisoned({g.n1, g.n1, g.k});
    set_identity(ctx, e, t);
    this->expect_ratio("transforms, identity", distance(a, this->get(tproduct(ctx, e, da, along))),
                       norm(a) * at.size(), g.where() + t.name());
  });
}

TYPED_TEST(properties_test, factors_are_orthogonal_and_give_the_tensor_back) {
  this->for_all([&](const generated& g) {
    auto& ctx = this->ctx();
    const std::vector<transform> all = transforms_for(g.k);
    const transform& t = all[g.seed % all.size()];
    const algebra_case at{{g.n1, g.n2, g.k}, t};
    const plain a = this->data(at.shape, g, 1);
    const auto da = this->put(a);
    const product_options along{.along = t}, from_left{.op_a = op::transpose, .along = t};
    const auto expect_orthonormal = [&](const tensor<TypeParam, space>& q) {
      const std::int64_t r = q.shape().cols;
      this->expect_ratio("generated, orthogonality",
                         distance(identity(r, g.k, t), this->fetch(tproduct(ctx, q, q, from_left))),
                         std::sqrt(double(std::max<std::int64_t>(r, 1))) * at.size(),
                         g.where() + t.name());
    };
    const auto f = svd(ctx, da, {.along = t});
    expect_orthonormal(f.u);
    expect_orthonormal(f.v);
    const auto us = tproduct(ctx, f.u, f.s, along);
    this->expect_ratio(
        "generated, t-SVD",
        distance(a, this->fetch(tproduct(ctx, us, f.v, {.op_b = op::transpose, .along = t}))),
        norm(a) * at.size(), g.where() + t.name());
    const auto h = qr(ctx, da, factor_size::economy, t);
    expect_orthonormal(h.q);
    this->expect_ratio("generated, t-QR", distance(a, this->fetch(tproduct(ctx, h.q, h.r, along))),
                       norm(a) * at.size(), g.where() + t.name());
  });
}

TYPED_TEST(properties_test, gram_is_the_product_with_the_transpose) {
  this->for_all([&](const generated& g) {
    const plain u = this->data({g.n1, g.n2, g.k}, g, 1);
    const auto du = this->put(u);
    this->expect_ratio("gram, against tproduct",
                       distance(this->fetch(gram(this->ctx(), du)),
                                this->fetch(tproduct(this->ctx(), du, this->transposed(du)))),
                       norm(u) * norm(u), g.where());
  });
}

TYPED_TEST(properties_test, sensing_operators_have_their_adjoints) {
  using T = TypeParam;
  this->for_all([&](const generated& g) {
    auto& ctx = this->ctx();
    const std::int64_t n = g.n2, m = g.n3 + 2;
    const plain tensors = this->data({n, n, g.k * m}, g, 1), y = this->data({m, 1, 1}, g, 2);
    const plain x = symmetric_part(this->data({n, n, g.k}, g, 3));
    const auto memory = this->put(tensors), dx = this->put(x), dy = this->put(y);
    const double unit = norm(tensors) * norm(x) * norm(y);
    const dense_sensing<T, space> op(ctx, memory, g.k);
    auto ax = this->poisoned({m, 1, 1}), aty = this->poisoned(x.shape);
    op.apply(ctx, dx, ax);
    op.adjoint(ctx, dy, aty);
    const double plain_value = inner_product(ctx, ax, dy);
    this->expect_ratio("plain sensing, adjoint identity",
                       std::abs(plain_value - inner_product(ctx, dx, aty)), unit, g.where());
    packed_sensing<T, space> packed(ctx, n, g.k, m);
    packed.assign(ctx, 0, memory);
    auto px = this->poisoned({packed.dimension(), 1, 1}), pz = this->poisoned(px.shape());
    pack_symmetric(ctx, this->spectrum_of(x), px);
    packed.apply(ctx, px, ax);
    packed.adjoint(ctx, dy, pz);
    this->expect_ratio("packed sensing, adjoint identity",
                       std::abs(inner_product(ctx, ax, dy) - inner_product(ctx, px, pz)), unit,
                       g.where());
    this->expect_ratio("packed sensing, against plain",
                       std::abs(inner_product(ctx, ax, dy) - plain_value), unit, g.where());
  });
}

TYPED_TEST(properties_test, a_step_is_the_formula) {
  using T = TypeParam;
  this->for_all([&](const generated& g) {
    const double mu = 0.125;
    const plain_problem p = random_problem(g.n2, g.k % 6 + 1, 6, g.n3 + g.n1, 1, 1, g.seed);
    packed_sensing<T, space> a(this->ctx(), p.n, p.k, p.m);
    a.assign(this->ctx(), 0, this->put(p.tensors));
    recovery r(this->ctx(), a, this->put(p.y), this->put(p.initial), mu);
    r.step();
    const plain u = p.step(p.initial, mu);
    this->expect_ratio("recovery, one step", distance(u, this->get(r.factor())),
                       norm(p.initial) * (1 + mu * std::pow(norm(p.tensors), 2)), g.where());
  });
}

}  // namespace
}  // namespace tubal::test
