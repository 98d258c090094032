// Ranks, norms, subspaces and proximal maps.
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

template <class T>
class norms_test : public algebra_test<T> {
 protected:
  /// U * S * V^T with the given singular values in every slice, along any transform.
  plain with_singular_values(std::int64_t n1, std::int64_t n2, const std::vector<double>& values,
                             const algebra_case& c) {
    const std::int64_t k = c.shape.tube, q = static_cast<std::int64_t>(values.size());
    plain s = identity(q, k, c.along);
    for (std::int64_t l = 0; l < k; ++l)
      for (std::int64_t i = 0; i < q; ++i) s(i, i, l) *= values[static_cast<std::size_t>(i)];
    const auto u =
        qr(this->ctx(), this->put(random_tensor({n1, q, k}, 1)), factor_size::economy, c.along);
    const auto v =
        qr(this->ctx(), this->put(random_tensor({n2, q, k}, 2)), factor_size::economy, c.along);
    plain a = product(product(this->fetch(u.q), s, c.along), transpose(this->fetch(v.q), c.along),
                      c.along);
    for (double& x : a.values) x = static_cast<T>(x);
    return a;
  }

  static std::vector<algebra_case> small_cases() {
    std::vector<algebra_case> all;
    for (const std::int64_t k : {1, 2, 3, 4, 6, 12})
      if (!fewer_cases() || k == 3 || k == 4)
        for (const transform& t : transforms_for(k)) all.push_back({{6, 5, k}, t});
    return all;
  }
  static bool orthogonal(const algebra_case& c) { return c.along.condition() <= 1; }
};
TYPED_TEST_SUITE(norms_test, precisions);

TYPED_TEST(norms_test, by_hand) {
  // The tube (1, 2) has slices 3 and -1.
  const auto a = this->put({1, 1, 2}, {1, 2});
  const auto near = [&](double expected, double found) {
    EXPECT_NEAR(expected, found, 20 * this->eps);
  };
  near(3, spectral_norm(this->ctx(), a));
  near(2, nuclear_norm(this->ctx(), a));  // (3 + 1) / 2
  near(3, condition_number(this->ctx(), a));
  near(1, trace(this->ctx(), a));
  EXPECT_EQ(tubal_rank(this->ctx(), a), 1);
  const auto tubes = this->get(singular_tubes(this->ctx(), a));
  near(2, tubes[0]);
  near(1, tubes[1]);
  // slices 2 and 0: half a rank on average
  const auto b = this->put({1, 1, 2}, {1, 1});
  EXPECT_EQ(multi_rank(this->ctx(), b), (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(average_rank(this->ctx(), b), 0.5);
  // thresholds: slices 3 - 2 and 1 - 1 (of -1), the tube (0.5, 0.5)
  const auto soft = this->get(shrink(this->ctx(), a, shrinkage::soft_threshold, 2));
  near(0.5, soft[0]);
  near(0.5, soft[1]);
  // angle of (1, 0) to (1, 1) in one slice
  const auto e = this->put({2, 1, 1}, {1, 0}), d = this->put({2, 1, 1}, {1, 1});
  near(std::numbers::pi / 4, principal_angles(this->ctx(), e, d)[0]);
  near(2, coherence(this->ctx(), e));
  near(1, coherence(this->ctx(), d));
}

TYPED_TEST(norms_test, ranks_and_norms_of_given_singular_values) {
  for (const algebra_case& c : this->small_cases()) {
    const double k = static_cast<double>(c.shape.tube);
    const plain a = this->with_singular_values(6, 5, {4, 2, 1}, c);
    const auto da = this->put(a);
    const singular_values s = singular_values_of(this->ctx(), da, c.along);
    EXPECT_EQ(s.per_slice, 5);
    const double tolerance = 1e-3;
    EXPECT_EQ(tubal_rank(s, tolerance), 3) << c.where();
    EXPECT_EQ(multi_rank(s, tolerance), std::vector<std::int64_t>(static_cast<std::size_t>(k), 3));
    EXPECT_EQ(average_rank(s, tolerance), 3);
    EXPECT_EQ(tubal_rank(s, 0.3), 2);
    const double size = 4 * c.size();
    this->expect_ratio("spectral norm", std::abs(spectral_norm(s) - 4), size, c.where());
    const double expected = c.along.is_dft() ? 7 : 7 * k / c.along.scale(c.shape.tube);
    this->expect_ratio("nuclear norm", std::abs(nuclear_norm(s) - expected), k * size, c.where());
    this->expect_ratio("condition number", std::abs(condition_number(s, 3) - 4), 4 * size,
                       c.where());
    EXPECT_THROW(condition_number(s, 6), argument_error);
    EXPECT_THROW(multi_rank(s, -1.0), argument_error);
    EXPECT_EQ(tubal_rank(this->ctx(), da, tolerance, c.along), 3);
    EXPECT_NEAR(spectral_norm(this->ctx(), da, c.along), spectral_norm(s), 1e-12);
  }
  // of an empty tensor
  const singular_values none = singular_values_of(this->ctx(), this->put({0, 3, 2}, {}));
  EXPECT_EQ(tubal_rank(none), 0);
  EXPECT_EQ(spectral_norm(none), 0);
  EXPECT_EQ(nuclear_norm(none), 0);
}

TYPED_TEST(norms_test, default_tolerance_finds_the_tubal_rank_of_products) {
  for (const std::int64_t r : {0, 1, 2, 4}) {
    const auto x = tproduct(this->ctx(), this->put(random_tensor({12, r, 5}, 1)),
                            this->put(random_tensor({r, 9, 5}, 2)));
    EXPECT_EQ(tubal_rank(this->ctx(), x), r);
  }
}

TYPED_TEST(norms_test, spectral_norm_is_that_of_the_block_circulant_matrix) {
  const plain a = random_tensor({4, 3, 5}, 1);
  auto c = this->poisoned({20, 15, 1});
  const auto da = this->put(a);
  bcirc(this->ctx(), da, c);
  const double size = 15 * norm(a);
  this->expect_ratio("spectral norm, bcirc",
                     std::abs(spectral_norm(this->ctx(), da) - spectral_norm(this->ctx(), c)),
                     size);
  this->expect_ratio("nuclear norm, bcirc",
                     std::abs(5 * nuclear_norm(this->ctx(), da) - nuclear_norm(this->ctx(), c)),
                     5 * size);
}

TYPED_TEST(norms_test, singular_tubes_are_the_diagonal_of_s) {
  for (const algebra_case& c : this->small_cases()) {
    const auto da = this->put(this->data(c));
    const plain tubes = this->fetch(singular_tubes(this->ctx(), da, c.along)),
                s = this->fetch(svd(this->ctx(), da, {.along = c.along}).s);
    ASSERT_EQ(tubes.shape, (shape{5, 1, c.shape.tube}));
    plain diagonal(tubes.shape);
    for (std::int64_t l = 0; l < c.shape.tube; ++l)
      for (std::int64_t i = 0; i < 5; ++i) diagonal(i, 0, l) = s(i, i, l);
    this->expect_close("singular tubes", diagonal, tubes, norm(s), c);
  }
}

TYPED_TEST(norms_test, trace_gives_the_inner_product) {
  for (const algebra_case& c : this->small_cases()) {
    if (!this->orthogonal(c)) continue;
    const plain a = random_tensor({4, 3, c.shape.tube}, 1),
                b = random_tensor({4, 3, c.shape.tube}, 2);
    const auto ab = tproduct(this->ctx(), this->put(a), this->put(b),
                             {.op_a = op::transpose, .along = c.along});
    this->expect_ratio("trace", std::abs(trace(this->ctx(), ab, c.along) - dot(a, b)),
                       norm(a) * norm(b) * c.size(), c.where());
  }
}

TYPED_TEST(norms_test, projection_onto_a_column_space) {
  for (const algebra_case& c : this->small_cases()) {
    const std::int64_t k = c.shape.tube;
    const plain a = random_tensor({6, 2, k}, 1), x = random_tensor({6, 3, k}, 2);
    const auto da = this->put(a), dx = this->put(x);
    const auto p = project(this->ctx(), da, dx, c.along);
    const plain px = this->fetch(p);
    this->expect_close("projection, twice", px, this->fetch(project(this->ctx(), da, p, c.along)),
                       norm(x), c);
    this->expect_close("projection, rest", plain({2, 3, k}),
                       product(transpose(a, c.along), plus(x, -1, px), c.along), norm(a) * norm(x),
                       c);
    this->expect_close("projection, of itself", a,
                       this->fetch(project(this->ctx(), da, da, c.along)), norm(a), c);
  }
  EXPECT_THROW(project(this->ctx(), this->put(random_tensor({2, 3, 1}, 1)),
                       this->put(random_tensor({2, 3, 1}, 1))),
               shape_error);
}

TYPED_TEST(norms_test, principal_angles_of_any_size) {
  // Q2 = cos(t) Q1 + sin(t) Q1': every slice has the angles t.
  for (const algebra_case& c : this->small_cases()) {
    const std::int64_t k = c.shape.tube;
    const auto f =
        qr(this->ctx(), this->put(random_tensor({6, 4, k}, 3)), factor_size::economy, c.along);
    const plain q = this->fetch(f.q);
    const std::vector<double> t{this->is_double ? 1e-9 : 1e-5, 1.2};
    plain v({6, 2, k}), w({6, 2, k});
    for (std::int64_t l = 0; l < k; ++l)
      for (std::int64_t j = 0; j < 2; ++j)
        for (std::int64_t i = 0; i < 6; ++i) {
          const double angle = t[static_cast<std::size_t>(j)];
          v(i, j, l) = q(i, j, l);
          w(i, j, l) = std::cos(angle) * q(i, j, l) + std::sin(angle) * q(i, j + 2, l);
        }
    const auto angles = principal_angles(this->ctx(), this->put(v), this->put(w), c.along);
    ASSERT_EQ(angles.size(), static_cast<std::size_t>(2 * k));
    for (std::size_t i = 0; i < angles.size(); ++i)
      this->expect_ratio("principal angles", std::abs(angles[i] - t[i % 2]), 6 * c.size(),
                         c.where());
    // a space of another dimension that contains it
    const auto inside = principal_angles(this->ctx(), f.q, this->put(v), c.along);
    for (const double angle : inside)
      this->expect_ratio("principal angles", angle, 6 * c.size(), c.where());
  }
}

TYPED_TEST(norms_test, coherence_lies_between_its_bounds) {
  for (const algebra_case& c : this->small_cases()) {
    if (!this->orthogonal(c)) continue;
    const plain a = random_tensor({6, 2, c.shape.tube}, 1);
    const double mu = coherence(this->ctx(), this->put(a), c.along);
    EXPECT_GE(mu, 1 - 1e-5) << c.where();
    EXPECT_LE(mu, 3 + 1e-5) << c.where();
    // as spiky as can be: columns of the identity tensor
    const plain e = identity(6, c.shape.tube, c.along);
    plain spiky({6, 2, c.shape.tube});
    for (std::int64_t l = 0; l < c.shape.tube; ++l)
      for (std::int64_t j = 0; j < 2; ++j)
        for (std::int64_t i = 0; i < 6; ++i) spiky(i, j, l) = e(i, j, l);
    this->expect_ratio("coherence", std::abs(coherence(this->ctx(), this->put(spiky), c.along) - 3),
                       3 * c.size(), c.where());
  }
}

TYPED_TEST(norms_test, shrinkages_change_singular_values_alone) {
  for (const algebra_case& c : this->small_cases()) {
    const plain a = this->with_singular_values(6, 5, {4, 2, 1}, c);
    const auto da = this->put(a);
    const auto expect = [&](const char* name, shrinkage rule, double p,
                            const std::vector<double>& values) {
      this->expect_close(name, this->with_singular_values(6, 5, values, c),
                         this->fetch(shrink(this->ctx(), da, rule, p, c.along)), norm(a), c);
    };
    expect("soft threshold", shrinkage::soft_threshold, 1.5, {2.5, 0.5, 0});
    expect("hard threshold", shrinkage::hard_threshold, 1.5, {4, 2, 0});
    expect("spectral ball", shrinkage::spectral_ball, 1.5, {1.5, 1.5, 1});
    expect("tubal rank", shrinkage::tubal_rank, 1, {4, 0, 0});
    expect("tubal rank", shrinkage::tubal_rank, 0, {0, 0, 0});
    EXPECT_THROW(shrink(this->ctx(), da, shrinkage::soft_threshold, -1), argument_error);
    EXPECT_THROW(shrink(this->ctx(), da, shrinkage::soft_threshold, std::nan("")), argument_error);
  }
}

TYPED_TEST(norms_test, soft_threshold_is_the_proximal_map) {
  // X = prox(A) iff A - X = p G with <G, X> = ||X||_* and spectral norm of G at most 1
  for (const algebra_case& c : this->small_cases()) {
    if (!this->orthogonal(c)) continue;
    const plain a = this->data(c);
    const double p = 0.7;
    const auto x = shrink(this->ctx(), this->put(a), shrinkage::soft_threshold, p, c.along);
    plain g = plus(a, -1, this->fetch(x));
    for (double& v : g.values) v /= p;
    EXPECT_LE(spectral_norm(this->ctx(), this->put(g), c.along), 1 + 1e3 * this->eps * c.size());
    this->expect_ratio("proximal map",
                       std::abs(dot(g, this->fetch(x)) - nuclear_norm(this->ctx(), x, c.along)),
                       norm(a) * norm(g) * c.size() / p, c.where());
  }
}

TYPED_TEST(norms_test, extreme_scales) {
  const double large = this->is_double ? 1e150 : 1e18;
  const algebra_case c{{6, 5, 4}, {}};
  const plain a = this->data(c);
  const auto da = this->put(a);
  for (const double scale : {large, 1 / large}) {
    plain b = a;
    for (double& v : b.values) v = static_cast<TypeParam>(v * scale);
    const auto db = this->put(b);
    const auto expect_scaled = [&](const char* name, double one, double other) {
      this->expect_ratio(name, std::abs(other / scale - one), one * c.size());
    };
    expect_scaled("spectral norm", spectral_norm(this->ctx(), da), spectral_norm(this->ctx(), db));
    expect_scaled("nuclear norm", nuclear_norm(this->ctx(), da), nuclear_norm(this->ctx(), db));
    this->expect_ratio(
        "condition number",
        std::abs(condition_number(this->ctx(), db) / condition_number(this->ctx(), da) - 1),
        c.size() * condition_number(this->ctx(), da));
    EXPECT_EQ(tubal_rank(this->ctx(), db), 5);
    plain one = this->fetch(shrink(this->ctx(), da, shrinkage::soft_threshold, 1));
    for (double& v : one.values) v *= scale;
    this->expect_close("soft threshold", one,
                       this->fetch(shrink(this->ctx(), db, shrinkage::soft_threshold, scale)),
                       norm(b), c);
  }
}

TYPED_TEST(norms_test, nuclear_ball) {
  for (const algebra_case& c : this->small_cases()) {
    const plain a = this->data(c);
    const auto da = this->put(a);
    const double full = nuclear_norm(this->ctx(), da, c.along);
    for (const double share : {0.0, 0.1, 0.6}) {
      const auto x = project_to_nuclear_ball(this->ctx(), da, share * full, c.along);
      this->expect_ratio("nuclear ball",
                         std::abs(nuclear_norm(this->ctx(), x, c.along) - share * full),
                         full * c.size(), c.where());
    }
    // inside: as it was
    this->expect_close("nuclear ball, inside", a,
                       this->fetch(project_to_nuclear_ball(this->ctx(), da, 2 * full, c.along)),
                       norm(a), c);
  }
  EXPECT_THROW(project_to_nuclear_ball(this->ctx(), this->put({1, 1, 1}, {1}), -1.0),
               argument_error);
}

}  // namespace
}  // namespace tubal::test
