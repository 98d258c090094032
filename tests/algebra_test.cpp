// Transpose, identity, inner product, norm.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using algebra_test = operator_test<T>;
TYPED_TEST_SUITE(algebra_test, precisions);

const std::int64_t edge_sizes[] = {0, 1, 2, 3, 5, 16, 17, 31, 32, 33, 64, 65};

TYPED_TEST(algebra_test, transpose_by_hand) {
  // Slices (1 2), (3 4), (5 6): transposed, and slices 1 and 2 change places.
  const auto a = this->put({1, 2, 3}, {1, 2, 3, 4, 5, 6});
  auto c = this->poisoned({2, 1, 3});
  transpose(this->ctx(), a, c);
  EXPECT_EQ(this->get(c), (std::vector<TypeParam>{1, 2, 5, 6, 3, 4}));
}

TYPED_TEST(algebra_test, transpose_definition) {
  using T = TypeParam;
  std::vector<shape> cases;
  for (const std::int64_t rows : edge_sizes)
    for (const std::int64_t cols : {0, 1, 3, 17, 65})
      for (const std::int64_t k : {1, 2, 5}) cases.push_back({rows, cols, k});
  for (const std::int64_t k : {3, 4, 7, 8, 13, 16, 33, 64, 101, 128, 257, 1021, 4099})
    cases.push_back({2, 3, k});
  unsigned seed = 1;
  for (const shape& s : cases) {
    const plain a = random_tensor(s, seed++);
    const auto da = this->put(a);
    auto c = this->poisoned({s.cols, s.rows, s.tube}), back = this->poisoned(s);
    transpose(this->ctx(), da, c);
    transpose(this->ctx(), c, back);
    EXPECT_EQ(this->get(c), tubal::test::transpose(a).template as<T>()) << to_string(s);
    EXPECT_EQ(this->get(back), a.as<T>()) << to_string(s);
    EXPECT_EQ(this->get(da), a.as<T>()) << "input changed";
  }
}

TYPED_TEST(algebra_test, transpose_of_a_product) {
  unsigned seed = 1;
  for (const std::int64_t k : {1, 2, 3, 4, 7, 16}) {
    const plain a = random_tensor({4, 3, k}, seed++), b = random_tensor({3, 5, k}, seed++);
    const auto da = this->put(a), db = this->put(b);
    auto at = this->poisoned({3, 4, k}), bt = this->poisoned({5, 3, k});
    auto left = this->poisoned({5, 4, k});
    transpose(this->ctx(), da, at);
    transpose(this->ctx(), db, bt);
    transpose(this->ctx(), tproduct(this->ctx(), da, db), left);
    const auto right = tproduct(this->ctx(), bt, at);
    this->expect_ratio("transpose of a product", distance(this->fetch(left), this->fetch(right)),
                       norm(a) * norm(b));
  }
}

TYPED_TEST(algebra_test, identity) {
  using T = TypeParam;
  unsigned seed = 1;
  for (const std::int64_t n : edge_sizes)
    for (const std::int64_t k : {1, 2, 3, 8}) {
      auto e = this->poisoned({n, n, k});
      set_identity(this->ctx(), e);
      EXPECT_EQ(this->get(e), tubal::test::identity(n, k).template as<T>()) << n << " " << k;
      if (n > 17) continue;
      const plain a = random_tensor({n, 3, k}, seed++);
      this->expect_ratio("identity", distance(a, this->get(tproduct(this->ctx(), e, this->put(a)))),
                         norm(a));
    }
}

TYPED_TEST(algebra_test, inner_product_and_norm) {
  unsigned seed = 1;
  for (const shape& s : std::vector<shape>{{0, 3, 2},
                                           {1, 1, 1},
                                           {2, 3, 4},
                                           {17, 33, 5},
                                           {65, 64, 31},
                                           {128, 128, 16},
                                           {7, 1, 4099}}) {
    const plain a = random_tensor(s, seed++), b = random_tensor(s, seed++);
    const auto da = this->put(a), db = this->put(b);
    const double unit = std::numeric_limits<double>::epsilon() / 2;  // in both precisions
    expect_ratio("inner product", std::abs(inner_product(this->ctx(), da, db) - dot(a, b)),
                 unit * norm(a) * norm(b), to_string(s));
    expect_ratio("norm", std::abs(frobenius_norm(this->ctx(), da) - norm(a)), unit * norm(a),
                 to_string(s));
    EXPECT_EQ(inner_product(this->ctx(), da, db), inner_product(this->ctx(), db, da));
  }
  const auto x = this->put({1, 2, 2}, {1, 2, 3, 4}), y = this->put({1, 2, 2}, {5, 6, 7, 8});
  EXPECT_EQ(inner_product(this->ctx(), x, y), 5 + 12 + 21 + 32);
  EXPECT_EQ(frobenius_norm(this->ctx(), this->put({2, 1, 1}, {3, 4})), 5);
}

TYPED_TEST(algebra_test, norm_at_every_scale) {
  using T = TypeParam;
  using limits = std::numeric_limits<T>;
  const double scales[] = {this->is_double ? 1e150 : 1e18,    this->is_double ? 1e-150 : 1e-18,
                           this->is_double ? 1e307 : 1e37,    this->is_double ? 1e-300 : 1e-37,
                           double(limits::denorm_min()) * 64, double(limits::min())};
  for (const double scale : scales) {
    // 3, 4 and 12 of a power of two near the scale: exact, with norm 13.
    const double unit = std::ldexp(1, std::ilogb(scale));
    const auto x = this->put({3, 1, 1}, {T(3 * unit), T(4 * unit), T(12 * unit)});
    if (13 * unit > double(limits::max())) continue;
    EXPECT_NEAR(frobenius_norm(this->ctx(), x) / unit, 13, 1e-14) << scale;
  }
  const auto least = this->put({1, 1, 1}, {limits::denorm_min()});
  EXPECT_EQ(frobenius_norm(this->ctx(), least), double(limits::denorm_min()));
  EXPECT_EQ(frobenius_norm(this->ctx(), zeros<T>(this->ctx(), {4, 4, 4})), 0);
}

TYPED_TEST(algebra_test, sums_differences_and_distances) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto a = this->put({1, 2, 2}, {1, 2, 3, 4}), b = this->put({1, 2, 2}, {5, 2, 6, 4});
  EXPECT_EQ(this->get(add(ctx, a, b)), (std::vector<T>{6, 4, 9, 8}));
  EXPECT_EQ(this->get(subtract(ctx, a, b)), (std::vector<T>{-4, 0, -3, 0}));
  EXPECT_EQ(this->get(scale(ctx, -2, a)), (std::vector<T>{-2, -4, -6, -8}));
  EXPECT_EQ(distance(ctx, a, b), 5);
  EXPECT_EQ(distance(ctx, a, a), 0);
  const tensor_view<const T, space> reading = a;
  EXPECT_EQ(distance(ctx, reading, b), 5);
  EXPECT_EQ(this->get(add(ctx, reading, b)), (std::vector<T>{6, 4, 9, 8}));
  EXPECT_EQ(this->get(a), (std::vector<T>{1, 2, 3, 4})) << "input changed";
  // squares that overflow or vanish
  for (const double size : {this->is_double ? 1e200 : 1e30, this->is_double ? 1e-200 : 1e-30}) {
    const double unit = std::ldexp(1, std::ilogb(size));
    const auto x = this->put({2, 1, 1}, {T(3 * unit), T(7 * unit)}),
               y = this->put({2, 1, 1}, {T(6 * unit), T(3 * unit)});
    EXPECT_EQ(distance(ctx, x, y), 5 * unit);
  }
  const auto other = this->put({2, 2, 1}, {1, 2, 3, 4});
  EXPECT_THROW(add(ctx, a, other), shape_error);
  EXPECT_THROW(subtract(ctx, a, other), shape_error);
  EXPECT_THROW(distance(ctx, a, other), shape_error);
  EXPECT_THROW(distance(ctx, a, this->poisoned({1, 2, 2})), nonfinite_error);
  if constexpr (std::is_same_v<space, host>) {
    const auto c = this->put({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
    EXPECT_EQ(c(1, 0, 1), 5);
    c(0, 1, 1) = 9;
    EXPECT_EQ(this->get(c)[6], 9);
  }
}

TYPED_TEST(algebra_test, products_at_every_scale) {
  using T = TypeParam;
  const double big = this->is_double ? 1e150 : 1e18;
  for (const double scale : {big, 1 / big}) {
    plain a = random_tensor({4, 3, 5}, 1), b = random_tensor({3, 2, 5}, 2);
    const plain c = tubal::test::tproduct(a, b);
    for (double& v : a.values) v *= scale;
    std::vector<T> found = this->get(tproduct(this->ctx(), this->put(a), this->put(b)));
    std::vector<double> scaled;
    for (const T v : found) scaled.push_back(static_cast<double>(v) / scale);
    this->expect_ratio("t-product, extreme scale", distance(c, scaled), norm(b) * norm(a) / scale);
  }
}

}  // namespace
}  // namespace tubal::test
