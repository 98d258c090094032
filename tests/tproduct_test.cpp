// C = A * B against its definition, on every edge size.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using tproduct_test = operator_test<T>;
TYPED_TEST_SUITE(tproduct_test, precisions);

TYPED_TEST(tproduct_test, by_hand) {
  using T = TypeParam;
  // Tubes (1,2,3) and (4,5,6): circular convolution.
  const auto a = from_host<T>(this->ctx(), {1, 1, 3}, std::vector<T>{1, 2, 3});
  const auto b = from_host<T>(this->ctx(), {1, 1, 3}, std::vector<T>{4, 5, 6});
  const std::vector<T> c = to_host(this->ctx(), tproduct(this->ctx(), a, b));
  const T expected[] = {1 * 4 + 2 * 6 + 3 * 5, 1 * 5 + 2 * 4 + 3 * 6, 1 * 6 + 2 * 5 + 3 * 4};
  for (int l = 0; l < 3; ++l) EXPECT_NEAR(c[l], expected[l], 100 * this->eps);
}

TYPED_TEST(tproduct_test, definition) {
  using T = TypeParam;
  struct sizes {
    std::int64_t n1, p, n2, k;
  };
  std::vector<sizes> cases = {{0, 3, 2, 4},   {2, 0, 3, 4},   {3, 2, 0, 5},  {1, 1, 1, 1},
                              {30, 3, 5, 4},  {3, 30, 5, 4},  {5, 3, 30, 7}, {64, 65, 32, 3},
                              {2, 3, 300, 2}, {1030, 2, 1, 3}};  // several blocks of the host
  for (const std::int64_t n : {1, 2, 3, 5, 16, 17, 31, 33})
    for (const std::int64_t k : {1, 2, 3, 4, 5}) cases.push_back({n, n, n, k});
  for (const std::int64_t k : {7, 8, 13, 16, 17, 31, 32, 33, 64, 97, 101, 127, 128, 257})
    cases.push_back({3, 2, 4, k});
  for (const std::int64_t k : {857, 1021, 4099}) cases.push_back({1, 2, 1, k});
  unsigned seed = 1;
  for (const sizes& s : cases) {
    const plain a = random_tensor({s.n1, s.p, s.k}, seed++),
                b = random_tensor({s.p, s.n2, s.k}, seed++);
    const auto da = from_host(this->ctx(), a.shape, a.as<T>());
    const auto db = from_host(this->ctx(), b.shape, b.as<T>());
    const auto c = tproduct(this->ctx(), da, db);
    const plain expected = tproduct(a, b);
    ASSERT_EQ(c.shape(), expected.shape);
    const double size = static_cast<double>(s.p + 1) + std::log2(static_cast<double>(s.k) + 1);
    this->expect_ratio("t-product", distance(expected, to_host(this->ctx(), c)),
                       norm(a) * norm(b) * std::sqrt(size),
                       to_string(a.shape) + " * " + to_string(b.shape));
    EXPECT_EQ(to_host(this->ctx(), da), a.as<T>()) << "input changed";
    EXPECT_EQ(to_host(this->ctx(), db), b.as<T>()) << "input changed";
  }
}

TYPED_TEST(tproduct_test, denormals) {
  for (const std::int64_t k : {1, 2, 4, 5, 17, 64}) {
    const plain a = this->denormals({4, 3, k}, 1), b = random_tensor({3, 2, k}, 2);
    const auto found = this->fetch(tproduct(this->ctx(), this->put(a), this->put(b)));
    const auto turned =
        this->fetch(tproduct(this->ctx(), this->put(transpose(b)), this->put(transpose(a))));
    const plain expected = tproduct(a, b);
    const double unit =
        this->norm_of_denormals(a.shape) * norm(b) * std::sqrt(4 + std::log2(double(k) + 1));
    for (const plain& c : {found, transpose(turned)})
      this->expect_ratio("t-product, denormals", distance(expected, c), unit,
                         "k = " + std::to_string(k));
  }
}

TYPED_TEST(tproduct_test, plan_executes_again_on_fresh_data) {
  using T = TypeParam;
  const shape sa{4, 3, 6}, sb{3, 5, 6};
  tproduct_plan<T, space> plan(this->ctx(), sa, sb);
  EXPECT_GE(plan.workspace_bytes(), sizeof(T) * static_cast<std::size_t>(sa.size()));
  for (unsigned round = 0; round < 3; ++round) {
    const plain a = random_tensor(sa, 10 + round), b = random_tensor(sb, 20 + round);
    const auto da = from_host(this->ctx(), sa, a.as<T>()),
               db = from_host(this->ctx(), sb, b.as<T>());
    auto c = from_host(this->ctx(), plan.result(),
                       std::vector<T>(static_cast<std::size_t>(plan.result().size()), T(NAN)));
    plan.execute(da, db, c);
    this->ctx().wait();
    this->expect_ratio("t-product", distance(tproduct(a, b), to_host(this->ctx(), c)),
                       norm(a) * norm(b));
  }
}

}  // namespace
}  // namespace tubal::test
