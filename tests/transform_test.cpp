// Transforms along the tubes, and products along them.
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

TEST(transform_matrix_test, by_hand) {
  const double h = std::sqrt(0.5);
  EXPECT_EQ(transform::haar().values(2).size(), 4u);
  const std::vector<double> haar = transform::haar().values(4),
                            expected = {0.5, 0.5,  h, 0, 0.5, 0.5,  -h, 0,
                                        0.5, -0.5, 0, h, 0.5, -0.5, 0,  -h};
  for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(haar[i], expected[i], 1e-15);
  // rows of the DCT-II of length 2: (1, 1)/sqrt 2 and (1, -1)/sqrt 2
  const std::vector<double> dct = transform::dct().values(2), two = {h, h, h, -h};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(dct[i], two[i], 1e-15);
  EXPECT_EQ(transform::identity().values(2), (std::vector<double>{1, 0, 0, 1}));
  EXPECT_STREQ(transform::dct().name(), "dct");
}

TEST(transform_matrix_test, inverse_is_the_inverse) {
  for (const std::int64_t k : {1, 2, 3, 4, 5, 8, 16, 31})
    for (const transform& t : transforms_for(k)) {
      if (t.dimensions(k).count > 1) continue;
      const plain m = [&] {
        plain x({k, k, 1});
        x.values = t.values(k);
        return x;
      }();
      plain inverse({k, k, 1});
      inverse.values = t.inverse_values(k);
      EXPECT_LT(distance(tproduct(m, inverse), identity(k, 1)), 1e-13) << t.name() << k;
    }
}

TEST(transform_matrix_test, scale_and_condition) {
  EXPECT_EQ(transform::dft().scale(6), 6);
  EXPECT_EQ(transform::dft({2, 3}).scale(6), 6);
  EXPECT_EQ(transform::dct().scale(6), 1);
  EXPECT_NEAR(transform::matrix(2, {2, 0, 0, 2}).scale(2), 4, 1e-14);
  EXPECT_NEAR(transform::matrix(2, {2, 0, 0, 1}).condition(), 2, 1e-14);
}

TEST(transform_matrix_test, stored_slices) {
  using indices = std::vector<std::int64_t>;
  EXPECT_EQ(transform::dft().stored_slices(5), (indices{2, 0, 1, 1, 0}));
  EXPECT_EQ(transform::dft().stored_slices(4), (indices{1, 0, 2, 0}));
  EXPECT_EQ(transform::dct().stored_slices(3), (indices{0, 1, 2}));
  // 3 x 2: f = (f1, f2), k1 fastest; real where both are their own negatives
  EXPECT_EQ(transform::dft({3, 2}).stored_slices(6), (indices{2, 0, 0, 3, 1, 1}));
  EXPECT_EQ(transform::dft({3, 2}).slices(6), slice_counts(2, 2));
  EXPECT_EQ(transform::dft({2, 2}).slices(4), slice_counts(0, 4));
}

TEST(transform_matrix_test, errors) {
  EXPECT_THROW(transform::haar().slices(6), argument_error);
  EXPECT_THROW(transform::dft({2, 2}).slices(6), shape_error);
  EXPECT_THROW(transform::dft({0, 2}).slices(2), argument_error);
  EXPECT_THROW(transform::dft({1, 1, 1, 1, 1, 1, 1}), argument_error);
  EXPECT_THROW(transform::matrix(2, {1, 2, 3}), shape_error);
  EXPECT_THROW(transform::matrix(2, {1, 2, 2, 4}), argument_error);
  EXPECT_THROW(transform::matrix(2, {1, 0, 0, 1e-13}), argument_error);
  EXPECT_THROW(transform::matrix(2, {1, 0, 0, std::nan("")}), nonfinite_error);
  EXPECT_THROW(transform::matrix(0, {}), argument_error);
  EXPECT_THROW(transform::matrix(2, {1, 0, 0, 1}).slices(3), shape_error);
}

template <class T>
using transform_test = algebra_test<T>;
TYPED_TEST_SUITE(transform_test, precisions);

TYPED_TEST(transform_test, round_trip) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 2, 3, 4, 6, 8, 12, 16, 24, 31})
    for (const transform& t : transforms_for(k)) {
      const algebra_case c{{3, 2, k}, t};
      const plain x = this->data(c);
      const auto dx = this->put(x);
      tube_transform<T, space> plan(this->ctx(), c.shape, t);
      half_spectrum<T, space> hat(this->ctx(), plan.shape());
      auto back = this->poisoned(c.shape);
      plan.forward(dx, hat);
      plan.inverse(hat, back);
      this->expect_close("round trip, transforms", x, this->fetch(back), norm(x), c);
      EXPECT_EQ(this->get(dx), x.as<T>()) << "input changed";
    }
}

TYPED_TEST(transform_test, products_are_their_definition) {
  for (const std::int64_t k : {1, 2, 3, 4, 6, 8, 12, 24})
    for (const transform& t : transforms_for(k)) {
      const algebra_case c{{3, 4, k}, t};
      const plain a = random_tensor({3, 4, k}, 3), b = random_tensor({4, 2, k}, 4);
      const auto found = tproduct(this->ctx(), this->put(a), this->put(b), {.along = t});
      this->expect_close("t-product, transforms", product(a, b, t), this->fetch(found),
                         norm(a) * norm(b), c);
    }
}

TYPED_TEST(transform_test, product_with_transposes_and_scalars) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 4, 6})
    for (const transform& t : transforms_for(k))
      for (const op op_a : {op::none, op::transpose})
        for (const op op_b : {op::none, op::transpose}) {
          const plain a = random_tensor({3, 4, k}, 3), b = random_tensor({4, 2, k}, 4),
                      c0 = random_tensor({3, 2, k}, 5);
          const plain da = op_a == op::none ? a : transpose(a, t),
                      db = op_b == op::none ? b : transpose(b, t);
          const algebra_case c{{3, 4, k}, t};
          const auto pa = this->put(da), pb = this->put(db);
          auto out = this->put(c0);
          tproduct_plan<T, space> plan(this->ctx(), da.shape, db.shape,
                                       {.op_a = op_a, .op_b = op_b, .along = t});
          plan.execute(pa, pb, out, T(2), T(-0.5));
          const plain ab = product(a, b, t);
          plain expected(c0.shape);
          for (std::size_t i = 0; i < expected.values.size(); ++i)
            expected.values[i] = 2 * ab.values[i] - 0.5 * c0.values[i];
          this->expect_close("t-product, alpha and beta", expected, this->fetch(out),
                             2 * norm(a) * norm(b) + norm(c0), c);
        }
}

TYPED_TEST(transform_test, beta_zero_does_not_read_c) {
  const plain a = random_tensor({2, 2, 3}, 1);
  tproduct_plan<TypeParam, space> plan(this->ctx(), a.shape, a.shape);
  auto c = this->poisoned(a.shape);
  const auto da = this->put(a);
  plan.execute(da, da, c);
  EXPECT_NO_THROW(this->ctx().wait());
}

TYPED_TEST(transform_test, transpose_and_identity) {
  for (const std::int64_t k : {1, 2, 3, 6, 8, 12, 24})
    for (const transform& t : transforms_for(k)) {
      const algebra_case c{{3, 2, k}, t};
      const plain a = this->data(c);
      auto at = this->poisoned({2, 3, k}), e = this->poisoned({3, 3, k});
      transpose(this->ctx(), this->put(a), at, t);
      EXPECT_EQ(this->fetch(at).values, transpose(a, t).values) << c.where();
      set_identity(this->ctx(), e, t);
      this->expect_close("identity, transforms", identity(3, k, t), this->fetch(e), 3, c);
      this->expect_close("identity is neutral, transforms", a,
                         this->fetch(tproduct(this->ctx(), e, this->put(a), {.along = t})),
                         3 * norm(a), c);
    }
}

TYPED_TEST(transform_test, gram_along_transforms) {
  for (const std::int64_t k : {1, 4, 6, 12})
    for (const transform& t : transforms_for(k)) {
      const algebra_case c{{4, 3, k}, t};
      const plain u = this->data(c);
      this->expect_close("gram, transforms", product(u, transpose(u, t), t),
                         this->fetch(gram(this->ctx(), this->put(u), t)), norm(u) * norm(u), c);
    }
}

TYPED_TEST(transform_test, facewise_products) {
  const plain a = random_tensor({3, 4, 5}, 1), b = random_tensor({4, 2, 5}, 2),
              m = random_tensor({4, 2, 1}, 3), c0 = random_tensor({3, 2, 5}, 4);
  const algebra_case c{{3, 4, 5}, {}};
  auto out = this->put(c0);
  facewise_product(this->ctx(), this->put(a), this->put(b), out, op::none, op::none, 3, 2);
  this->expect_close("facewise product", plus(plus(plain(c0.shape), 3, facewise(a, b)), 2, c0),
                     this->fetch(out), 3 * norm(a) * norm(b) + 2 * norm(c0), c);
  // a matrix: with the DFT, the product with the tensor whose first slice it is
  plain padded({4, 2, 5});
  for (std::int64_t j = 0; j < 2; ++j)
    for (std::int64_t i = 0; i < 4; ++i) padded(i, j, 0) = m(i, j, 0);
  facewise_product(this->ctx(), this->put(a), this->put(m), out);
  this->expect_close("tensor-matrix product", tproduct(a, padded), this->fetch(out),
                     norm(a) * norm(m), c);
  // transposes of slices
  plain at({4, 3, 5});
  for (std::int64_t l = 0; l < 5; ++l)
    for (std::int64_t j = 0; j < 4; ++j)
      for (std::int64_t i = 0; i < 3; ++i) at(j, i, l) = a(i, j, l);
  facewise_product(this->ctx(), this->put(at), this->put(b), out, op::transpose);
  this->expect_close("facewise product", facewise(a, b), this->fetch(out), norm(a) * norm(b), c);
  this->ctx().wait();
}

TYPED_TEST(transform_test, powers) {
  for (const std::int64_t k : {1, 3, 4, 6})
    for (const transform& t : transforms_for(k)) {
      const algebra_case c{{3, 3, k}, t};
      const plain a = this->data(c);
      plain expected = identity(3, k, t);
      double scale = 3;
      for (const std::int64_t p : {0, 1, 2, 3, 4, 5}) {
        this->expect_close("power", expected, this->fetch(power(this->ctx(), this->put(a), p, t)),
                           scale, c);
        expected = product(expected, a, t);
        scale *= std::max(1.0, norm(a)) * std::sqrt(static_cast<double>(k));
      }
    }
}

TYPED_TEST(transform_test, block_circulant_and_unfolded) {
  // slices (1) and (2): bcirc = [1 2; 2 1]
  const auto a = this->put({1, 1, 2}, {1, 2});
  auto c = this->poisoned({2, 2, 1}), u = this->poisoned({2, 1, 1}), f = this->poisoned({1, 1, 2});
  bcirc(this->ctx(), a, c);
  EXPECT_EQ(this->get(c), (std::vector<TypeParam>{1, 2, 2, 1}));
  unfold(this->ctx(), a, u);
  EXPECT_EQ(this->get(u), (std::vector<TypeParam>{1, 2}));
  fold(this->ctx(), u, f);
  EXPECT_EQ(this->get(f), (std::vector<TypeParam>{1, 2}));

  const plain x = random_tensor({3, 2, 5}, 1), y = random_tensor({2, 4, 5}, 2);
  auto bx = this->poisoned({15, 10, 1}), uy = this->poisoned({10, 4, 1});
  auto folded = this->poisoned({3, 4, 5}), same = this->poisoned({2, 4, 5});
  bcirc(this->ctx(), this->put(x), bx);
  unfold(this->ctx(), this->put(y), uy);
  fold(this->ctx(), uy, same);
  EXPECT_EQ(this->get(same), y.as<TypeParam>());
  fold(this->ctx(), tproduct(this->ctx(), bx, uy), folded);
  this->expect_close("bcirc(A) unfold(B)", tproduct(x, y), this->fetch(folded), norm(x) * norm(y),
                     {{3, 2, 5}, {}});
}

TYPED_TEST(transform_test, an_ill_conditioned_matrix_is_refused_in_single_precision) {
  const transform t = transform::matrix(2, {1, 0, 0, 1e-6});
  const auto make = [&] { tube_transform<TypeParam, space>(this->ctx(), {1, 1, 2}, t); };
  if (this->is_double)
    EXPECT_NO_THROW(make());
  else
    EXPECT_THROW(make(), argument_error);
}

}  // namespace
}  // namespace tubal::test
