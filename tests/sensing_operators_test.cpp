// Measurement operators: what holds for all of them, and wrong calls.
#include <algorithm>
#include <cmath>

#include "measured.hpp"

namespace tubal::test {
namespace {

template <class T>
class sensing_operators_test : public measured_test<T> {
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
};
TYPED_TEST_SUITE(sensing_operators_test, precisions);

TYPED_TEST(sensing_operators_test, a_wrong_adjoint_is_found) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const shape s{5, 4, 6};
  for (const auto& [name, a] : this->operators(s))
    this->expect_ratio("sensing operators, adjoint error", adjoint_error<T, space>(ctx, *a),
                       std::sqrt(double(s.size())), name);
  const auto right = dense<T>(ctx, s, 30);
  const auto apply = [&](auto& c, auto x, auto y) { right.apply(c, x, y); };
  const custom_sensing<T, space> doubled(s, 30, apply, [&](auto& c, auto y, auto x) {
    right.adjoint(c, y, x);
    copy<T, space>(c, scale(c, 2, x), x);
    c.wait();
  });
  EXPECT_GT((adjoint_error<T, space>(ctx, doubled, 1)), 1e-3);
  const custom_sensing<T, space> none(s, 30, apply, [&](auto& c, auto /*y*/, auto x) {
    copy<T, space>(c, zeros<T>(c, s), x);
    c.wait();
  });
  EXPECT_GT((adjoint_error<T, space>(ctx, none)), 1e-3);
}

TYPED_TEST(sensing_operators_test, adjoints_and_normal_steps) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  unsigned seed = 1;
  for (const shape& s : measured_domains)
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
