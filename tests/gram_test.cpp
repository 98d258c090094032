// X = U * U^T against the t-product with the transpose.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using gram_test = operator_test<T>;
TYPED_TEST_SUITE(gram_test, precisions);

TYPED_TEST(gram_test, by_hand) {
  // One tube u = (1,2,3): u * u^T is its circular autocorrelation, 14, 11, 11.
  const auto x = this->get(gram(this->ctx(), this->put({1, 1, 3}, {1, 2, 3})));
  EXPECT_NEAR(x[0], 14, 200 * this->eps);
  EXPECT_NEAR(x[1], 11, 200 * this->eps);
  EXPECT_NEAR(x[2], 11, 200 * this->eps);
}

TYPED_TEST(gram_test, definition) {
  using T = TypeParam;
  std::vector<shape> cases = {{0, 3, 4}, {3, 0, 4}, {1, 1, 1}, {30, 3, 4}, {3, 30, 4}, {64, 65, 2}};
  for (const std::int64_t n : {1, 2, 3, 5, 16, 17, 31, 33})
    for (const std::int64_t k : {1, 2, 3, 4, 5}) cases.push_back({n, n / 2 + 1, k});
  for (const std::int64_t k : {7, 8, 13, 16, 17, 31, 32, 33, 64, 97, 101, 127, 128, 257})
    cases.push_back({3, 2, k});
  unsigned seed = 1;
  for (const shape& s : cases) {
    const plain u = random_tensor(s, seed++);
    const auto du = this->put(u);
    const auto x = gram(this->ctx(), du);
    const plain expected = tproduct(u, transpose(u)), found = this->fetch(x);
    const double size = static_cast<double>(s.cols + 1) + std::log2(double(s.tube) + 1);
    this->expect_ratio("gram", distance(expected, found), norm(u) * norm(u) * std::sqrt(size),
                       to_string(s));
    this->expect_ratio("gram, symmetry", distance(found, transpose(found)), norm(found),
                       to_string(s));
    EXPECT_EQ(this->get(du), u.as<T>()) << "input changed";
    // and the library's own two ways
    auto ut = this->poisoned({s.cols, s.rows, s.tube});
    transpose(this->ctx(), du, ut);
    this->expect_ratio("gram, against tproduct",
                       distance(found, this->fetch(tproduct(this->ctx(), du, ut))),
                       norm(u) * norm(u) * std::sqrt(size), to_string(s));
  }
}

TYPED_TEST(gram_test, is_symmetric_to_the_bit_where_the_transform_does_not_round) {
  for (const std::int64_t k : {1, 2}) {
    const auto found = this->fetch(gram(this->ctx(), this->put(random_tensor({5, 3, k}, 3))));
    EXPECT_EQ(found.values, transpose(found).values) << k;
  }
}

TYPED_TEST(gram_test, plan_executes_again_on_fresh_data) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 6, 7, 857}) {
    const shape s{4, 3, k};
    gram_plan<T, space> plan(this->ctx(), s);
    EXPECT_GE(plan.workspace_bytes(), sizeof(T) * static_cast<std::size_t>(s.size()));
    for (unsigned round = 0; round < 3; ++round) {
      const plain u = random_tensor(s, 10 + round);
      const auto du = this->put(u);
      auto x = this->poisoned({4, 4, k});
      plan.execute(du, x);
      this->ctx().wait();
      this->expect_ratio("gram", distance(tproduct(u, transpose(u)), this->get(x)),
                         norm(u) * norm(u) * std::sqrt(4 + std::log2(double(k))));
    }
  }
}

}  // namespace
}  // namespace tubal::test
