// Masks, random measurements and fast transforms, each against its definition.
#include <cmath>
#include <numeric>
#include <set>

#include "measured.hpp"

namespace tubal::test {
namespace {

template <class T>
class sensing_kinds_test : public measured_test<T> {
 protected:
  /// Row i of the result is the operator's answer to the i-th unit tensor.
  std::vector<std::vector<T>> columns(const sensing_operator<T, space>& a) {
    std::vector<std::vector<T>> all;
    for (std::int64_t e = 0; e < a.domain().size(); ++e) {
      std::vector<T> unit(static_cast<std::size_t>(a.domain().size()));
      unit[static_cast<std::size_t>(e)] = 1;
      auto y = this->poisoned({a.measurements(), 1, 1});
      a.apply(this->ctx(), this->put(a.domain(), unit), y);
      all.push_back(this->get(y));
    }
    return all;
  }
};
TYPED_TEST_SUITE(sensing_kinds_test, precisions);

TYPED_TEST(sensing_kinds_test, masks_see_what_they_say) {
  using T = TypeParam;
  using mask = entry_mask<T, space>;
  const shape s{3, 4, 5};
  std::vector<T> numbers(60);
  std::iota(numbers.begin(), numbers.end(), T(0));
  const auto x = this->put(s, numbers);
  const auto seen = [&](const mask& a) {
    auto y = this->poisoned({a.measurements(), 1, 1});
    a.apply(this->ctx(), x, y);
    std::vector<std::int64_t> entries;
    for (const T v : this->get(y)) entries.push_back(static_cast<std::int64_t>(v));
    EXPECT_EQ(entries, to_host(this->ctx(), a.indices()));
    return entries;
  };
  using list = std::vector<std::int64_t>;
  EXPECT_EQ(seen(mask(this->ctx(), s, {59, 0, 7})), (list{59, 0, 7}));
  std::vector<T> given(60);
  given[3] = 1;
  given[40] = T(-0.5);
  EXPECT_EQ(seen(mask::from_mask(this->ctx(), this->put(s, given))), (list{3, 40}));
  EXPECT_EQ(seen(mask::random(this->ctx(), s, 0.25, 1)).size(), 15u);
  EXPECT_EQ(seen(mask::random(this->ctx(), s, 1, 1)).size(), 60u);
  EXPECT_EQ(seen(mask::random(this->ctx(), s, 1e-9, 1)).size(), 1u);

  std::set<std::int64_t> tubes, frontal, lateral, horizontal;
  const list of_tubes = seen(mask::random_tubes(this->ctx(), s, 0.5, 2));
  for (const std::int64_t e : of_tubes) tubes.insert(e % 12);
  EXPECT_EQ(of_tubes.size(), 30u);
  EXPECT_EQ(tubes.size(), 6u);
  for (const std::int64_t e :
       seen(mask::random_slices(this->ctx(), s, slice_kind::frontal, 0.4, 2)))
    frontal.insert(e / 12);
  for (const std::int64_t e :
       seen(mask::random_slices(this->ctx(), s, slice_kind::lateral, 0.5, 2)))
    lateral.insert(e / 3 % 4);
  for (const std::int64_t e :
       seen(mask::random_slices(this->ctx(), s, slice_kind::horizontal, 0.7, 2)))
    horizontal.insert(e % 3);
  EXPECT_EQ(frontal.size(), 2u);
  EXPECT_EQ(lateral.size(), 2u);
  EXPECT_EQ(horizontal.size(), 2u);
  EXPECT_EQ(mask::random_slices(this->ctx(), s, slice_kind::lateral, 0.5, 2).measurements(), 30);
}

TYPED_TEST(sensing_kinds_test, random_subsets) {
  EXPECT_EQ(random_subset(5, 5, 1), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(random_subset(5, 0, 1).empty());
  EXPECT_EQ(random_subset(50, 20, 3), random_subset(50, 20, 3));
  EXPECT_NE(random_subset(50, 20, 3), random_subset(50, 20, 4));
  std::vector<int> count(10);
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    for (const std::int64_t i : random_subset(10, 3, seed)) ++count[static_cast<std::size_t>(i)];
  for (const int c : count) EXPECT_NEAR(c, 300, 5 * std::sqrt(1000 * 0.3 * 0.7));
}

TYPED_TEST(sensing_kinds_test, generated_numbers_are_the_stored_ones) {
  using T = TypeParam;
  const shape s{3, 2, 2};
  for (const auto law : {ensemble_law::gaussian, ensemble_law::rademacher}) {
    const auto stored = dense_sensing<T, space>::random(this->ctx(), s, 9, law, 6);
    const auto columns = this->columns(generated_sensing<T, space>(this->ctx(), s, 9, law, 6));
    const std::vector<T> matrix = this->get(stored.matrix());
    for (std::size_t e = 0; e < 12; ++e)
      for (std::size_t i = 0; i < 9; ++i) ASSERT_EQ(columns[e][i], matrix[12 * i + e]);
    if (law == ensemble_law::gaussian) continue;
    for (const T v : matrix) EXPECT_EQ(std::abs(v), static_cast<T>(1 / 3.0));
  }
  const auto other = dense_sensing<T, space>::random(this->ctx(), s, 9, ensemble_law::gaussian, 7);
  EXPECT_NE(
      this->get(other.matrix()),
      this->get(
          dense_sensing<T, space>::random(this->ctx(), s, 9, ensemble_law::gaussian, 6).matrix()));
}

TYPED_TEST(sensing_kinds_test, generated_in_several_blocks) {
  using T = TypeParam;
  if (sizeof(T) == 4) return;  // one block
  const shape s{8, 8, 8};
  const std::int64_t m = 600;
  const auto law = ensemble_law::rademacher;
  const auto stored = dense_sensing<T, space>::random(this->ctx(), s, m, law, 6);
  const generated_sensing<T, space> a(this->ctx(), s, m, law, 6);
  ASSERT_LT(a.bytes(), stored.bytes());
  const plain x = random_tensor(s, 1), y = random_tensor({m, 1, 1}, 2);
  const auto dx = this->put(x), dy = this->put(y);
  auto r = this->poisoned(y.shape), r2 = this->poisoned(y.shape), z = this->poisoned(s),
       z2 = this->poisoned(s);
  stored.normal_step(this->ctx(), dx, dy, r, z);
  a.normal_step(this->ctx(), dx, dy, r2, z2);
  const double unit = 4 * (norm(x) + norm(y));
  this->expect_ratio("generated sensing, blocks", distance(this->fetch(r), this->get(r2)), unit);
  this->expect_ratio("generated sensing, blocks", distance(this->fetch(z), this->get(z2)),
                     4 * unit);
  a.adjoint(this->ctx(), r, z2);
  this->expect_ratio("generated sensing, blocks", distance(this->fetch(z), this->get(z2)),
                     4 * unit);
}

TYPED_TEST(sensing_kinds_test, fast_transform_is_orthogonal) {
  using T = TypeParam;
  for (const shape& s : measured_domains) {
    const std::int64_t n = s.size();
    const fast_transform_sensing<T, space> whole(this->ctx(), s, n, 3);
    const plain x = random_tensor(s, 1);
    auto y = this->poisoned({n, 1, 1}), back = this->poisoned(s);
    whole.apply(this->ctx(), this->put(x), y);
    whole.adjoint(this->ctx(), y, back);
    const double unit = norm(x) * (std::log2(double(n)) + 1);
    this->expect_ratio("fast transform, inverse", distance(x, this->get(back)), unit, to_string(s));
    EXPECT_NEAR(norm(this->fetch(y)), norm(x), 100 * this->eps * unit);
    // A A^T = (N/m) I of a subset
    const std::int64_t m = (n + 1) / 2;
    const fast_transform_sensing<T, space> a(this->ctx(), s, m, 3);
    const plain data = random_tensor({m, 1, 1}, 2);
    auto again = this->poisoned({m, 1, 1});
    a.adjoint(this->ctx(), this->put(data), back);
    a.apply(this->ctx(), back, again);
    const double ratio = double(n) / double(m);
    this->expect_ratio("fast transform, rows are orthogonal",
                       distance(plus(plain(data.shape), ratio, data), this->get(again)),
                       ratio * norm(data) * (std::log2(double(n)) + 1), to_string(s));
  }
  // Every coordinate sees every entry: |column entries| are of the size 1/sqrt(N).
  const shape s{4, 3, 5};
  const fast_transform_sensing<T, space> a(this->ctx(), s, 60, 1);
  for (const auto& column : this->columns(a))
    for (const T v : column) EXPECT_LT(std::abs(v), std::sqrt(8 / 60.0) + 1e-6);
}

}  // namespace
}  // namespace tubal::test
