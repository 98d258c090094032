// Kernels that stand in for several calls, each against the plain form: packed Gram matrices, small
// t-products, sensing steps in one pass.
#include "core/primitives/symmetric_layout.hpp"
#include "cuda/context.hpp"
#include "fixture.hpp"

namespace tubal::test {
namespace {

using detail::sensing_way;

template <class T>
class fused : public testing::Test {
 protected:
  using tensors = std::vector<T>;
  context<cuda> ctx{};
  backend_of<cuda>& gpu = *ctx.backend();
  detail::kernel_choices& choices = gpu.internals().choices;

  void expect_near(const tensors& found, const tensors& expected, double unit) {
    EXPECT_LE(frobenius_distance(found, expected), 30 * eps<T> * unit);
    EXPECT_GT(norm(expected), 0);
  }
  std::int64_t launches_of(const std::function<void()>& work) {
    const auto before = stand_in::count().launches;
    work();
    ctx.wait();
    return stand_in::count().launches - before;
  }
};
using reals = testing::Types<float, double>;
TYPED_TEST_SUITE(fused, reals);

TYPED_TEST(fused, packed_gram) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 2, 5, 6})
    for (const auto& [n, width] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {5, 2}, {9, 9}}) {
      const auto u = from_host(this->ctx, {n, width, k}, random_values<T>(n * width * k, 1));
      half_spectrum<T, cuda> u_hat(this->ctx, u.shape()), x_hat(this->ctx, {n, n, k});
      tube_transform<T, cuda>(this->ctx, u.shape()).forward(u, u_hat);
      const auto packed = [&](bool shorter, bool backwards) {
        auto x = empty<T>(this->ctx, {symmetric_dimension(n, k), 1, 1});
        this->choices.packed_gram = shorter;
        stand_in::run_backwards(backwards);
        constexpr auto blas = static_cast<std::size_t>(stand_in::library::blas);
        const auto calls = stand_in::count().calls[blas];
        const auto launches = this->launches_of(
            [&] { detail::packed_gram<T, cuda>(this->gpu, u_hat, x_hat, x.data()); });
        EXPECT_EQ(launches, 1);
        EXPECT_EQ(stand_in::count().calls[blas] == calls, shorter);
        stand_in::run_backwards(false);
        return to_host(this->ctx, x);
      };
      const auto plain = packed(false, false), found = packed(true, false);
      this->expect_near(found, plain, norm(plain) * std::sqrt(double(width)));
      EXPECT_EQ(packed(true, true), found);
    }
  EXPECT_FALSE(this->gpu.packed_gram(detail::layout_of(65, 1), static_cast<const T*>(nullptr), 1,
                                     static_cast<T*>(nullptr)));
}

TYPED_TEST(fused, small_tproduct) {
  using T = TypeParam;
  const auto check = [&](std::int64_t rows, std::int64_t inner, std::int64_t cols, std::int64_t k,
                         op oa, op ob, T beta) {
    const bool ta = oa == op::transpose, tb = ob == op::transpose;
    const shape a{ta ? inner : rows, ta ? rows : inner, k},
        b{tb ? cols : inner, tb ? inner : cols, k}, c{rows, cols, k};
    const auto da = from_host(this->ctx, a, random_values<T>(a.size(), 1)),
               db = from_host(this->ctx, b, random_values<T>(b.size(), 2));
    tproduct_plan<T, cuda> plan(this->ctx, a, b, {.op_a = oa, .op_b = ob});
    const auto run = [&](bool direct, bool backwards) {
      auto dc = from_host(this->ctx, c,
                          beta == 0 ? std::vector<T>(static_cast<std::size_t>(c.size()), T(NAN))
                                    : random_values<T>(c.size(), 3));
      this->choices.direct_product = direct;
      stand_in::run_backwards(backwards);
      const auto launches = this->launches_of([&] { plan.execute(da, db, dc, T(0.5), beta); });
      EXPECT_EQ(launches == 1, direct);
      stand_in::run_backwards(false);
      return to_host(this->ctx, dc);
    };
    const auto plain = run(false, false), found = run(true, false);
    this->expect_near(found, plain,
                      norm(to_host(this->ctx, da)) * norm(to_host(this->ctx, db)) + norm(plain));
    EXPECT_EQ(run(true, true), found);
  };
  for (const std::int64_t k : {1, 2, 3, 4, 7, 8, 16}) check(3, 5, 2, k, op::none, op::none, 0);
  for (const op oa : {op::none, op::transpose})
    for (const op ob : {op::none, op::transpose}) check(4, 3, 5, 6, oa, ob, T(-2));
  check(32, 9, 17, 5, op::none, op::none, 0);
  check(17, 32, 20, 3, op::transpose, op::none, 1);
  check(1, 1, 1, 1, op::none, op::none, 0);
}

TYPED_TEST(fused, small_tproduct_without_columns_to_sum_over) {
  using T = TypeParam;
  const auto a = empty<T>(this->ctx, {3, 0, 4}), b = empty<T>(this->ctx, {0, 2, 4});
  auto c = from_host(this->ctx, {3, 2, 4}, std::vector<T>(24, T(NAN)));
  tproduct<T, cuda>(this->ctx, a, b, c);
  EXPECT_EQ(to_host(this->ctx, c), std::vector<T>(24));
}

/// As the plain form: the argument is named, and Inf that arises is not kept to itself.
TYPED_TEST(fused, small_tproduct_reports_what_is_not_finite) {
  using T = TypeParam;
  const shape s{3, 3, 4};
  tproduct_plan<T, cuda> plan(this->ctx, s, s);
  const auto message = [&](T in_a, T in_b, T in_c, T beta) -> std::string {
    auto a = random_values<T>(36, 1), b = random_values<T>(36, 2), c = random_values<T>(36, 3);
    a[7] = in_a;
    b[35] = in_b;
    c[0] = in_c;
    const auto da = from_host(this->ctx, s, a), db = from_host(this->ctx, s, b);
    auto dc = from_host(this->ctx, s, c);
    plan.execute(da, db, dc, T(1), beta);
    try {
      this->ctx.wait();
    } catch (const nonfinite_error& e) {
      return e.what();
    }
    return "";
  };
  const T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity(),
          huge = std::numeric_limits<T>::max();
  EXPECT_NE(message(nan, 1, 1, 0).find("tproduct: a"), std::string::npos);
  EXPECT_NE(message(1, -inf, 1, 0).find("tproduct: b"), std::string::npos);
  EXPECT_NE(message(1, 1, inf, 1).find("tproduct: c"), std::string::npos);
  EXPECT_NE(message(huge, huge, 1, 0).find("overflowed"), std::string::npos);
  EXPECT_EQ(message(1, 1, nan, 0), "");
}

TYPED_TEST(fused, sensing_in_one_pass) {
  using T = TypeParam;
  for (const auto& [m, n] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {1, 1}, {5, 40}, {300, 3}, {30, 1030}, {533, 7}}) {
    const auto values = random_values<T>(m * n, 12), of_x = random_values<T>(n, 13),
               of_y = random_values<T>(m, 14);
    const array<T, cuda> a(this->gpu, values), x(this->gpu, of_x);
    const auto sense = [&](sensing_way way, bool in_place, bool backwards) {
      this->choices.sensing = way;
      const array<T, cuda> y(this->gpu, of_y), r(this->gpu, std::vector<T>(of_y.size(), T(NAN))),
          z(this->gpu, std::vector<T>(of_x.size(), T(NAN)));
      typename backend_of<cuda>::template sensing_plan<T> plan(this->gpu, m, n);
      EXPECT_EQ(plan.workspace_bytes() > 0, way != sensing_way::two_products);
      stand_in::run_backwards(backwards);
      plan.execute(a.data(), x.data(), y.data(), in_place ? y.data() : r.data(), z.data());
      this->ctx.wait();
      stand_in::run_backwards(false);
      EXPECT_TRUE(in_place || y.values() == of_y);
      return std::pair(in_place ? y.values() : r.values(), z.values());
    };
    const auto plain = sense(sensing_way::two_products, false, false);
    for (const sensing_way way : {sensing_way::rows, sensing_way::strips}) {
      const auto found = sense(way, false, false);
      const double unit = norm(values) * norm(of_x) + norm(of_y);
      this->expect_near(found.first, plain.first, unit);
      this->expect_near(found.second, plain.second, unit * norm(values));
      EXPECT_EQ(sense(way, false, true), found) << "the order of threads shows";
      EXPECT_EQ(sense(way, true, false), found) << "residual in place of y";
    }
  }
}

using fused_in_double = fused<double>;
TEST_F(fused_in_double, sensing_of_rounded_entries) {
  using T = double;
  const std::int64_t m = 30, n = 1030;
  const auto rounded = random_values<float>(m * n, 12);
  const std::vector<T> values(rounded.begin(), rounded.end());
  const array<T, cuda> full(this->gpu, values), x(this->gpu, random_values<T>(n, 13)),
      y(this->gpu, random_values<T>(m, 14));
  const array<float, cuda> a(this->gpu, rounded);
  for (const sensing_way way :
       {sensing_way::two_products, sensing_way::rows, sensing_way::strips}) {
    this->choices.sensing = way;
    const std::vector<T> nan(static_cast<std::size_t>(n), T(NAN));
    const auto sense = [&](auto& plan, const auto* entries) {
      const array<T, cuda> r(this->gpu, nan), z(this->gpu, nan);
      plan.execute(entries, x.data(), y.data(), r.data(), z.data());
      this->ctx.wait();
      auto found = r.values();
      found.resize(static_cast<std::size_t>(m));
      const auto more = z.values();
      found.insert(found.end(), more.begin(), more.end());
      return found;
    };
    typename backend_of<cuda>::template sensing_plan<T> plain(this->gpu, m, n);
    typename backend_of<cuda>::template sensing_plan<T, float> plan(this->gpu, m, n);
    const auto wanted = sense(plain, full.data());
    this->expect_near(sense(plan, a.data()), wanted, std::pow(norm(values), 2) * 30);
  }
}

/// The limit is the kernel's: a smaller plan made later does not take it from a larger one.
TYPED_TEST(fused, plans_do_not_take_shared_memory_from_each_other) {
  using T = TypeParam;
  this->choices.sensing = sensing_way::rows;
  const std::int64_t wide = 44000 / static_cast<std::int64_t>(sizeof(T));
  const array<T, cuda> a(this->gpu, random_values<T>(wide, 1)), y(this->gpu, std::vector<T>{1}),
      z(this->gpu, std::vector<T>(static_cast<std::size_t>(wide)));
  typename backend_of<cuda>::template sensing_plan<T> large(this->gpu, 1, wide),
      small(this->gpu, 1, 1);
  large.execute(a.data(), a.data(), y.data(), y.data(), z.data());
  EXPECT_NO_THROW(this->ctx.wait());
}

/// Recoveries with every saving on and off are the same to rounding.
TYPED_TEST(fused, recovery_is_that_of_the_plain_form) {
  using T = TypeParam;
  const auto factor = [&](bool shorter, sensing_way way) {
    this->choices.packed_gram = this->choices.direct_product = shorter;
    this->choices.sensing = way;
    const auto op = packed_sensing<T, cuda>::gaussian(this->ctx, 4, 5, 60, 1);
    const auto y = from_host(this->ctx, {60, 1, 1}, random_values<T>(60, 2)),
               start = from_host(this->ctx, {4, 2, 5}, random_values<T>(40, 3));
    recovery descent(this->ctx, op, y, start, 1e-2, {.gram_form = false});
    descent.steps(3);
    EXPECT_GE(descent.workspace_bytes(), sizeof(T) * (60 * 2 + 3 * 100));
    return to_host(this->ctx, descent.factor());
  };
  const auto plain = factor(false, sensing_way::two_products);
  for (const sensing_way way : {sensing_way::by_size, sensing_way::rows, sensing_way::strips})
    this->expect_near(factor(true, way), plain, 30 * norm(plain));
}

}  // namespace
}  // namespace tubal::test
