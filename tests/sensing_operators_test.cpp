// Measurement operators: each against its definition, its adjoint, and one normal step.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "spaces.hpp"

namespace tubal::test {
namespace {

const shape domains[] = {{1, 1, 1}, {3, 2, 4}, {4, 5, 1}, {2, 3, 5}, {5, 4, 6}, {17, 2, 3}};

template <class T>
class sensing_operators_test : public operator_test<T> {
 protected:
  using any = std::unique_ptr<sensing_operator<T, space>>;

  template <class Operator>
  static any make(Operator&& a) {
    return std::make_unique<std::remove_cvref_t<Operator>>(std::move(a));
  }
  /// One of every kind, with names.
  std::vector<std::pair<std::string, any>> operators(const shape& s) {
    auto& ctx = this->ctx();
    std::vector<std::pair<std::string, any>> all;
    const auto add = [&](const char* name, auto&& a) {
      all.emplace_back(std::string(name) + " of " + to_string(s), make(std::move(a)));
    };
    using mask = entry_mask<T, space>;
    add("identity", identity_sensing<T, space>(s));
    add("mask", mask::random(ctx, s, 0.4, 1));
    add("tubes", mask::random_tubes(ctx, s, 0.5, 2));
    add("frontal slices", mask::random_slices(ctx, s, slice_kind::frontal, 0.5, 3));
    add("lateral slices", mask::random_slices(ctx, s, slice_kind::lateral, 0.5, 3));
    add("horizontal slices", mask::random_slices(ctx, s, slice_kind::horizontal, 0.5, 3));
    for (const auto law : {ensemble_law::gaussian, ensemble_law::rademacher}) {
      add("dense", dense_sensing<T, space>::random(ctx, s, 7, law, 4));
      add("generated", generated_sensing<T, space>(ctx, s, 7, law, 4));
    }
    add("fast transform", fast_transform_sensing<T, space>(ctx, s, (s.size() + 1) / 2, 5));
    using custom = custom_sensing<T, space>;
    const std::int64_t n = s.size();
    add("custom", custom(
                      s, 2 * n,
                      [n](auto& c, auto x, auto y) {  // every entry twice
                        for (int i : {0, 1})
                          copy<T, space>(c, {x.data(), {n, 1, 1}}, {y.data() + i * n, {n, 1, 1}});
                      },
                      [n, s](auto& c, auto y, auto x) {
                        std::vector<T> v = to_host(c, y), sum(static_cast<std::size_t>(n));
                        for (std::size_t i = 0; i < sum.size(); ++i)
                          sum[i] = v[i] + v[i + sum.size()];
                        copy(c, from_host<T, space>(c, s, sum), x);
                        c.wait();
                      }));
    return all;
  }

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
TYPED_TEST_SUITE(sensing_operators_test, precisions);

TYPED_TEST(sensing_operators_test, adjoints_and_normal_steps) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  unsigned seed = 1;
  for (const shape& s : domains)
    for (const auto& [name, a] : this->operators(s)) {
      ASSERT_EQ(a->domain(), s);
      const shape data{a->measurements(), 1, 1};
      const plain x = random_tensor(s, seed++), y = random_tensor(data, seed++);
      const auto dx = this->put(x), dy = this->put(y);
      auto ax = this->poisoned(data), back = this->poisoned(s);
      a->apply(ctx, dx, ax);
      a->adjoint(ctx, dy, back);
      const double size = operator_norm<T, space>(ctx, *a, {});
      this->expect_ratio("sensing operators, adjoint identity",
                         std::abs(dot(this->fetch(ax), y) - dot(x, this->fetch(back))),
                         std::max(size, 1.0) * norm(x) * norm(y) * std::sqrt(double(s.size())),
                         name);
      EXPECT_LE(norm(this->fetch(ax)), 1.1 * size * norm(x)) << name;
      // residual = A x - y, z = A^T residual
      auto residual = this->poisoned(data), z = this->poisoned(s), expected = this->poisoned(s);
      a->normal_step(ctx, dx, dy, residual, z);
      const double unit = std::max(size, 1.0) * (size * norm(x) + norm(y)) * 4;
      this->expect_ratio("sensing operators, residual",
                         distance(plus(this->fetch(ax), -1, y), this->get(residual)), unit, name);
      a->adjoint(ctx, residual, expected);
      this->expect_ratio("sensing operators, normal step",
                         distance(this->fetch(expected), this->get(z)), std::max(size, 1.0) * unit,
                         name);
      EXPECT_EQ(this->get(dx), x.template as<T>()) << name << ": input changed";
      EXPECT_EQ(this->get(dy), y.template as<T>()) << name << ": input changed";
    }
}

TYPED_TEST(sensing_operators_test, masks_see_what_they_say) {
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

TYPED_TEST(sensing_operators_test, random_subsets) {
  EXPECT_EQ(random_subset(5, 5, 1), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(random_subset(5, 0, 1).empty());
  EXPECT_EQ(random_subset(50, 20, 3), random_subset(50, 20, 3));
  EXPECT_NE(random_subset(50, 20, 3), random_subset(50, 20, 4));
  std::vector<int> count(10);
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    for (const std::int64_t i : random_subset(10, 3, seed)) ++count[static_cast<std::size_t>(i)];
  for (const int c : count) EXPECT_NEAR(c, 300, 5 * std::sqrt(1000 * 0.3 * 0.7));
}

TYPED_TEST(sensing_operators_test, generated_numbers_are_the_stored_ones) {
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

TYPED_TEST(sensing_operators_test, generated_in_several_blocks) {
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

TYPED_TEST(sensing_operators_test, fast_transform_is_orthogonal) {
  using T = TypeParam;
  for (const shape& s : domains) {
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

TYPED_TEST(sensing_operators_test, norms) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const shape s{3, 4, 2};
  EXPECT_NEAR((operator_norm<T, space>(ctx, entry_mask<T, space>::random(ctx, s, 0.5, 1))), 1,
              1e-5);
  const fast_transform_sensing<T, space> fast(ctx, s, 6, 1);
  EXPECT_NEAR((operator_norm<T, space>(ctx, fast)), 2, 1e-5);
  const auto dense = dense_sensing<T, space>::random(ctx, s, 10, ensemble_law::gaussian, 1);
  const double exact = spectral_norm(ctx, dense.matrix());
  const double found =
      operator_norm<T, space>(ctx, dense, {.iterations = 1000, .tolerance = 1e-7, .seed = 2});
  EXPECT_LE(found, exact * (1 + 1e-5));
  EXPECT_GE(found, exact * (1 - 1e-3));
  const auto packed = packed_sensing<T, space>::gaussian(ctx, 3, 2, 5, 1);
  EXPECT_LE((operator_norm<T, space>(ctx, packed)),
            spectral_norm(ctx, packed.matrix()) * (1 + 1e-5));
}

TYPED_TEST(sensing_operators_test, noise_has_the_level_asked_for) {
  using T = TypeParam;
  const plain y = random_tensor({4000, 1, 1}, 1);
  const auto noisy = this->put(y);
  add_noise(this->ctx(), noisy, 0.1, 5);
  EXPECT_NEAR(distance(y, this->get(noisy)) / norm(y), 0.1, 0.1 * 5 / std::sqrt(8000.0));
  const auto same = this->put(y);
  add_noise(this->ctx(), same, 0, 5);
  EXPECT_EQ(this->get(same), y.as<T>());
  EXPECT_THROW(add_noise(this->ctx(), same, -1, 5), argument_error);
}

/// Expects the error, with the text in its message.
template <class Error, class F>
void expect_error(const char* text, F&& f) {
  try {
    f();
    ADD_FAILURE() << "no error: " << text;
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(text), std::string::npos) << e.what();
  }
}

TYPED_TEST(sensing_operators_test, bad_calls) {
  using T = TypeParam;
  using mask = entry_mask<T, space>;
  auto& ctx = this->ctx();
  const shape s{3, 4, 2};
  const auto bad = [](const char* text, auto&& f) { expect_error<argument_error>(text, f); };
  bad("indices is empty", [&] { mask(ctx, s, {}); });
  bad("holds 24, but the domain is 3 x 4 x 2", [&] { mask(ctx, s, {0, 24}); });
  bad("holds -1", [&] { mask(ctx, s, {-1}); });
  bad("holds 5 twice", [&] { mask(ctx, s, {5, 2, 5}); });
  bad("0 x 4 x 2", [&] { mask::random(ctx, {0, 4, 2}, 0.5, 1); });
  for (const double share : {0.0, -1.0, 1.5, double(this->nan)}) {
    bad("share is", [&] { mask::random(ctx, s, share, 1); });
    bad("share is", [&] { mask::random_tubes(ctx, s, share, 1); });
    bad("share is", [&] { mask::random_slices(ctx, s, slice_kind::frontal, share, 1); });
  }
  bad("mask is zero everywhere", [&] { mask::from_mask(ctx, zeros<T>(ctx, s)); });
  expect_error<nonfinite_error>("mask", [&] { mask::from_mask(ctx, this->poisoned(s)); });
  for (const std::int64_t m : {-1, 0, 25})
    bad("m is", [&] { fast_transform_sensing<T, space>(ctx, s, m, 1); });
  for (const std::int64_t m : {-1, 0}) {
    bad("m is", [&] { generated_sensing<T, space>(ctx, s, m, ensemble_law::gaussian, 1); });
    bad("m is", [&] { dense_sensing<T, space>::random(ctx, s, m, ensemble_law::gaussian, 1); });
    bad("m is", [&] {
      custom_sensing<T, space>(
          s, m, [](auto&, auto, auto) {}, [](auto&, auto, auto) {});
    });
  }
  bad("adjoint is empty", [&] { custom_sensing<T, space>(s, 3, [](auto&, auto, auto) {}, {}); });
  const auto a = mask::random(ctx, s, 0.5, 1);
  auto x = zeros<T>(ctx, s), y = zeros<T>(ctx, {12, 1, 1}), z = zeros<T>(ctx, s);
  const auto wrong = [](const char* text, auto&& f) { expect_error<shape_error>(text, f); };
  wrong("entry_mask::apply: x is 4 x 3 x 2, but the operator asks for 3 x 4 x 2", [&] {
    a.apply(ctx, tensor_view<T, space>(x.data(), {4, 3, 2}), y);
  });
  wrong("entry_mask::adjoint: y is 6 x 1 x 1", [&] {
    a.adjoint(ctx, tensor_view<T, space>(y.data(), {6, 1, 1}), x);
  });
  wrong("entry_mask::normal_step: z is 12 x 1 x 1", [&] { a.normal_step(ctx, x, y, y, y); });
  expect_error<alias_error>("residual", [&] { a.normal_step(ctx, x, y, y, z); });
  bad("iterations", [&] { operator_norm<T, space>(ctx, a, {.iterations = 0}); });
  expect_error<nonfinite_error>("x", [&] {
    a.apply(ctx, this->poisoned(s), y);
    ctx.wait();
  });
}

}  // namespace
}  // namespace tubal::test
