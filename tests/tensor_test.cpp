// Tensors and views: layout, moving values in and out, ownership.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using tensor_test = operator_test<T>;
TYPED_TEST_SUITE(tensor_test, precisions);

template <class T>
std::vector<T> counting(std::int64_t size, T first = 1) {
  std::vector<T> v(static_cast<std::size_t>(size));
  for (T& x : v) x = first++;
  return v;
}

const std::vector<shape> edge_shapes = {{0, 0, 1},   {0, 3, 4},   {3, 0, 4},   {1, 1, 1},
                                        {2, 3, 4},   {16, 17, 2}, {31, 33, 3}, {65, 1, 5},
                                        {1, 64, 32}, {5, 2, 1021}};

TYPED_TEST(tensor_test, element_i_j_l_is_at_i_plus_rows_j_plus_cols_l) {
  using T = TypeParam;
  const shape s{2, 3, 4};
  EXPECT_EQ(s.slice_size(), 6);
  EXPECT_EQ(s.size(), 24);
  EXPECT_EQ(to_string(s), "2 x 3 x 4");
  const auto x = this->put(s, counting<T>(24));
  // Entry (1, 2, 3), alone in a view of its own: 1 + 2 (2 + 3 * 3) = 23, so the 24th number.
  EXPECT_EQ(this->get(tensor_view<T, space>(x.data() + 1 + 2 * (2 + 3 * 3), {1, 1, 1})),
            std::vector<T>{24});
}

TYPED_TEST(tensor_test, values_go_in_and_out) {
  using T = TypeParam;
  for (const shape& s : edge_shapes) {
    const std::vector<T> values = counting<T>(s.size());
    const auto x = this->put(s, values);
    EXPECT_EQ(x.shape(), s);
    EXPECT_EQ(x.size(), s.size());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(x.data()) % 256, 0u);
    EXPECT_EQ(this->get(x), values) << to_string(s);
    EXPECT_EQ(this->get(from_host(this->ctx(), s, values.data())), values);
    std::vector<T> out(values.size(), T(-1));
    to_host(this->ctx(), x, out.data());
    EXPECT_EQ(out, values);
    const auto nothing = zeros<T>(this->ctx(), s);
    EXPECT_EQ(this->get(nothing), std::vector<T>(values.size())) << to_string(s);
    EXPECT_EQ(empty<T>(this->ctx(), s).shape(), s);
  }
}

TYPED_TEST(tensor_test, copy) {
  using T = TypeParam;
  for (const shape& s : edge_shapes) {
    const auto x = this->put(s, counting<T>(s.size()));
    auto y = this->poisoned(s);
    copy(this->ctx(), x, y);
    EXPECT_EQ(this->get(y), this->get(x)) << to_string(s);
    EXPECT_EQ(this->get(x), counting<T>(s.size())) << "input changed";
  }
}

TYPED_TEST(tensor_test, a_view_is_the_callers_memory) {
  using T = TypeParam;
  const auto x = this->put({2, 3, 4}, counting<T>(24));
  const auto slice = this->put({2, 3, 1}, counting<T>(6, T(100)));
  const tensor_view<T, space> second(x.data() + 6, {2, 3, 1});
  copy(this->ctx(), slice, second);
  std::vector<T> expected = counting<T>(24);
  for (std::size_t i = 0; i < 6; ++i) expected[6 + i] = T(100) + static_cast<T>(i);
  EXPECT_EQ(this->get(x), expected);
  // The same memory under another shape, read-only.
  const tensor_view<const T, space> flat(x.data(), {24, 1, 1});
  EXPECT_EQ(to_host(this->ctx(), flat), expected);
  auto out = this->poisoned({24, 1, 1});
  copy(this->ctx(), flat, out);
  EXPECT_EQ(this->get(out), expected);
}

TYPED_TEST(tensor_test, moving_hands_the_memory_over) {
  using T = TypeParam;
  auto x = this->put({2, 3, 4}, counting<T>(24));
  T* const data = x.data();
  tensor<T, space> y(std::move(x));
  EXPECT_EQ(y.data(), data);
  EXPECT_EQ(x.data(), nullptr);
  EXPECT_EQ(x.size(), 0);
  auto z = this->put({5, 1, 1}, counting<T>(5));
  z = std::move(y);
  EXPECT_EQ(z.data(), data);
  EXPECT_EQ(z.shape(), (shape{2, 3, 4}));
  EXPECT_EQ(this->get(z), counting<T>(24));
  y = this->put({1, 1, 2}, {T(7), T(8)});  // a moved-from tensor takes a new value
  EXPECT_EQ(this->get(y), (std::vector<T>{7, 8}));
  static_assert(!std::is_copy_constructible_v<tensor<T, space>>);
  static_assert(!std::is_copy_assignable_v<tensor<T, space>>);
  static_assert(std::is_nothrow_move_constructible_v<tensor<T, space>>);
}

TYPED_TEST(tensor_test, outlives_its_context) {
  using T = TypeParam;
  tensor<T, space> x;
  {
    context<space> brief;
    x = from_host(brief, {2, 1, 2}, counting<T>(4));
    brief.wait();
  }
  EXPECT_EQ(this->get(x), counting<T>(4));
}

TYPED_TEST(tensor_test, a_context_says_what_computes) {
  const auto d = this->ctx().description();
  EXPECT_FALSE(d.at("device").empty());
  EXPECT_FALSE(d.at("tube_transform").empty());
  this->ctx().wait();  // nothing enqueued: nothing to report
}

}  // namespace
}  // namespace tubal::test
