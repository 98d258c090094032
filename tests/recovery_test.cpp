// Gradient descent in packed spectral coordinates against its formula in the tensor domain.
#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "reference_recovery.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
class recovery_test : public operator_test<T> {
 protected:
  packed_sensing<T, space> sensing_of(const plain_problem& p) {
    packed_sensing<T, space> a(this->ctx(), p.n, p.k, p.m);
    a.assign(this->ctx(), 0, this->put(p.tensors));
    return a;
  }
};

enum class form { plain, gram, gram_with_truth };
constexpr form forms[] = {form::plain, form::gram, form::gram_with_truth};

template <class T>
recovery_options<T, space> options_of(form f, tensor_view<const T, space> truth) {
  if (f != form::gram_with_truth) truth = {};
  return {.gram_form = f != form::plain, .truth = truth};
}

TYPED_TEST_SUITE(recovery_test, precisions);

TYPED_TEST(recovery_test, by_hand) {
  // n = k = 1, A = 2, y = 8: u <- u - mu 2 (2 u^2 - 8) u. From u = 1 with mu = 1/32: 1 + 12/32.
  packed_sensing<TypeParam, space> a(this->ctx(), 1, 1, 1);
  a.assign(this->ctx(), 0, this->put({1, 1, 1}, {2}));
  recovery r(this->ctx(), a, this->put({1, 1, 1}, {8}), this->put({1, 1, 1}, {1}), 1.0 / 32);
  r.evaluate();
  EXPECT_NEAR(this->get(r.residual())[0], -6, 100 * this->eps);
  EXPECT_EQ(r.iteration(), 0);
  r.step();
  EXPECT_EQ(r.iteration(), 1);
  EXPECT_NEAR(this->get(r.factor())[0], 1.375, 100 * this->eps);
  EXPECT_NEAR(this->get(r.product())[0], 1.375 * 1.375, 100 * this->eps);
  for (int i = 0; i < 100; ++i) r.step();
  EXPECT_NEAR(this->get(r.factor())[0], 2, 100 * this->eps);
}

TYPED_TEST(recovery_test, one_and_fifty_steps_are_the_formula) {
  const double mu = 0.2;
  unsigned seed = 1;
  for (const std::int64_t k : {1, 2, 3, 4, 5})
    for (const std::int64_t columns : {2, 3, 7}) {  // R < n, R = n, R > n
      const std::int64_t n = 3;
      const form f = forms[seed % 3];
      const plain_problem p = random_problem(n, k, 15, columns, 1, 0.3, seed++);
      const std::string where = "k = " + std::to_string(k) + ", R = " + std::to_string(columns) +
                                ", form " + std::to_string(static_cast<int>(f));
      const auto a = this->sensing_of(p);
      const auto y = this->put(p.y), initial = this->put(p.initial), truth = this->put(p.truth);
      recovery r(this->ctx(), a, y, initial, mu, options_of<TypeParam>(f, truth));
      EXPECT_EQ(r.gram_form(), f != form::plain && 2 * p.m > a.dimension());
      EXPECT_EQ(r.factor_rank(), columns);
      EXPECT_EQ(r.step_size(), mu);
      EXPECT_NEAR(r.data_norm(), norm(p.y), 30 * this->eps * norm(p.y));
      this->expect_ratio("recovery, initial factor", distance(p.initial, this->get(r.factor())),
                         norm(p.initial), where);
      plain u = p.initial;
      for (int t = 1; t <= 50; ++t) {
        r.step();
        u = p.step(u, mu);
        if (t != 1 && t != 50) continue;
        const double unit = norm(u) * std::sqrt(double(t)) + norm(p.initial);
        const auto factor = r.factor(), product = r.product();
        ASSERT_EQ(factor.shape(), p.initial.shape);
        ASSERT_EQ(product.shape(), p.truth.shape);
        this->expect_ratio("recovery, factor", distance(u, this->get(factor)), unit, where);
        this->expect_ratio("recovery, product",
                           distance(tproduct(u, transpose(u)), this->get(product)), unit * norm(u),
                           where);
      }
      EXPECT_GT(distance(u, p.initial), 0.1 * norm(p.initial)) << "the steps did something";
      EXPECT_EQ(r.iteration(), 50);
      EXPECT_EQ(this->get(initial), p.initial.template as<TypeParam>()) << "input changed";
      EXPECT_EQ(this->get(y), p.y.template as<TypeParam>()) << "input changed";
    }
}

/// Errors included, until far below where M x - A^T y would have cancelled.
TYPED_TEST(recovery_test, all_forms_measure_the_same) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 4, 5}) {
    const auto p = make_synthetic_problem<T>(this->ctx(), {.n = 4,
                                                           .k = k,
                                                           .tubal_rank = 1,
                                                           .factor_rank = 1,
                                                           .measurements = 120,
                                                           .init_scale = 0.01,
                                                           .seed = 3});
    const auto& truth = p.ground_truth;
    std::vector<record> found[3];
    for (const form f : forms) {
      recovery r(this->ctx(), p.sensing, p.measurements, p.initial_factor, 0.2,
                 options_of<T>(f, truth));
      ASSERT_EQ(r.gram_form(), f != form::plain);
      auto packed = this->poisoned(r.packed_product().shape());
      pack_symmetric(this->ctx(), this->spectrum_of(this->fetch(truth)), packed);
      monitor<T, space> watch(r, truth, {.measures = {measure::train_error, measure::test_error}});
      EXPECT_FALSE(f != form::gram_with_truth && r.has_errors_for(packed));
      run(r, watch, {.iterations = 150, .record_every = 25}, [&](const record& x) {
        found[static_cast<int>(f)].push_back(x);
        return true;
      });
    }
    EXPECT_LT(found[0].back()[measure::test_error], 1e-4 * found[0][0][measure::test_error]);
    for (const int f : {1, 2})
      for (std::size_t i = 0; i < found[0].size(); ++i)
        for (const measure m : {measure::train_error, measure::test_error})
          this->expect_ratio("recovery, forms", std::abs(found[f][i][m] - found[0][i][m]),
                             10 * (found[0][i][m] + 1), "k = " + std::to_string(k));
  }
}

TYPED_TEST(recovery_test, another_truth_is_measured_in_plain_form) {
  using T = TypeParam;
  const plain_problem p = random_problem(4, 3, 60, 6, 1, 0.5, 3);
  const plain other = random_problem(4, 3, 60, 6, 1, 0.5, 8).truth;
  const auto a = this->sensing_of(p);
  const auto y = this->put(p.y), initial = this->put(p.initial);
  const auto truth = this->put(p.truth), another = this->put(other);
  recovery with(this->ctx(), a, y, initial, 0.5, {.truth = truth});
  recovery without(this->ctx(), a, y, initial, 0.5, {.gram_form = false});
  const monitor_options errors{.measures = {measure::train_error, measure::test_error}};
  monitor<T, space> one(with, another, errors), two(without, another, errors);
  with.steps(20);
  without.steps(20);
  const record x = one.observe(), wanted = two.observe();
  for (const measure m : {measure::train_error, measure::test_error})
    this->expect_ratio("recovery, another truth", std::abs(x[m] - wanted[m]), 10 * wanted[m]);
}

TYPED_TEST(recovery_test, step_is_along_the_gradient_of_the_loss) {
  // Along a line the loss is a polynomial of degree 4, for which this difference is exact:
  // (l(-2h) - 8 l(-h) + 8 l(h) - l(2h)) / 12h.
  unsigned seed = 50;
  for (const std::int64_t k : {1, 2, 3, 4, 5})
    for (const std::int64_t columns : {2, 3, 7}) {
      const plain_problem p = random_problem(3, k, 15, columns, 1, 1, seed++);
      const auto a = this->sensing_of(p);
      const auto y = this->put(p.y);
      const plain direction = random_tensor(p.initial.shape, seed++);
      const double h = 0.25, mu = 0.5;
      double largest = 0;
      const auto loss = [&](double t) {
        plain u = plus(p.initial, t, direction);
        recovery at(this->ctx(), a, y, this->put(u), mu);
        at.evaluate();
        const double r = norm(this->fetch(at.residual()));
        largest = std::max(largest, r * r / 4);
        return r * r / 4;
      };
      const double slope = (loss(-2 * h) - 8 * loss(-h) + 8 * loss(h) - loss(2 * h)) / (12 * h);
      recovery r(this->ctx(), a, y, this->put(p.initial), mu);
      r.step();
      const plain moved = plus(this->fetch(r.factor()), -1, p.initial);
      this->expect_ratio("recovery, gradient", std::abs(slope + dot(moved, direction) / mu),
                         largest / h + norm(p.initial) * norm(direction) / mu);
    }
}

TYPED_TEST(recovery_test, evaluating_does_not_change_the_steps) {
  using T = TypeParam;
  const plain_problem p = random_problem(4, 3, 20, 6, 2, 0.5, 7);
  const auto a = this->sensing_of(p);
  const auto y = this->put(p.y), initial = this->put(p.initial);
  recovery plainly(this->ctx(), a, y, initial, 0.1), watched(this->ctx(), a, y, initial, 0.1);
  for (int t = 0; t < 10; ++t) {
    const plain u = this->fetch(watched.factor());
    watched.evaluate();
    watched.evaluate();
    // What it leaves is that of U_t.
    auto x = this->poisoned(watched.packed_product().shape());
    pack_symmetric(this->ctx(), this->spectrum_of(tproduct(u, transpose(u))), x);
    this->expect_ratio("recovery, packed product",
                       distance(this->fetch(x), this->fetch(watched.packed_product())),
                       norm(u) * norm(u));
    this->expect_ratio("recovery, residual", distance(p.residual(u), this->get(watched.residual())),
                       norm(p.tensors) * norm(u) * norm(u));
    (void)watched.product();
    plainly.step();
    watched.step();
  }
  EXPECT_EQ(this->get(watched.factor()), this->get(plainly.factor()));
  // sym(A^T y), and that a moved recovery goes on
  auto back = this->poisoned({4, 4, 3});
  tube_transform<T, space>(this->ctx(), {4, 4, 3}).inverse(plainly.backprojection(), back);
  this->expect_ratio("recovery, backprojection", distance(p.backproject(p.y), this->get(back)),
                     norm(p.tensors) * norm(p.y));
  recovery moved(std::move(plainly));
  moved.step();
  watched.step();
  EXPECT_EQ(moved.iteration(), 11);
  EXPECT_EQ(this->get(moved.factor()), this->get(watched.factor()));
}

TYPED_TEST(recovery_test, columns_beyond_n_change_nothing) {
  // U_0 with zero columns added runs compressed, U_0 itself does not: same iterates.
  unsigned seed = 90;
  for (const std::int64_t k : {1, 2, 3, 4, 5}) {
    const std::int64_t n = 4;
    const plain_problem p = random_problem(n, k, 20, n, 2, 0.3, seed++);
    plain wide({n, n + 3, k});
    for (std::int64_t l = 0; l < k; ++l)
      for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) wide(i, j + 1, l) = p.initial(i, j, l);
    const auto a = this->sensing_of(p);
    const auto y = this->put(p.y);
    recovery narrow(this->ctx(), a, y, this->put(p.initial), 0.2);
    recovery compressed(this->ctx(), a, y, this->put(wide), 0.2);
    EXPECT_EQ(compressed.spectral_factor().shape(), (shape{n, n, k}));
    for (int t = 0; t < 50; ++t) narrow.step(), compressed.step();
    const plain one = this->fetch(narrow.factor()), two = this->fetch(compressed.factor());
    ASSERT_EQ(two.shape, wide.shape);
    plain inner({n, n, k});
    double outside = 0;
    for (std::int64_t l = 0; l < k; ++l)
      for (std::int64_t j = 0; j < n + 3; ++j)
        for (std::int64_t i = 0; i < n; ++i)
          if (j >= 1 && j <= n)
            inner(i, j - 1, l) = two(i, j, l);
          else
            outside += std::abs(two(i, j, l));
    const double unit = norm(one) * std::sqrt(50.0);
    this->expect_ratio("recovery, compressed factor", distance(one, inner) + outside, unit);
    this->expect_ratio("recovery, compressed product",
                       distance(this->fetch(narrow.product()), this->fetch(compressed.product())),
                       unit * norm(one));
  }
}

/// FNV-1a
std::uint64_t hash_of(const void* data, std::size_t bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < bytes; ++i)
    hash = (hash ^ static_cast<const unsigned char*>(data)[i]) * 0x100000001b3;
  return hash;
}

/// Whole recoveries with all diagnostics, TUBAL_REPEATS of them: the same bits each time.
TYPED_TEST(recovery_test, same_bits_again) {
  using T = TypeParam;
  const char* wanted = std::getenv("TUBAL_REPEATS");
  const int repeats = wanted ? std::atoi(wanted) : 3;
  synthetic_options o;
  o.factor_rank = 20;
  const auto p = make_synthetic_problem<T>(this->ctx(), o);
  std::vector<T> factor;
  std::array<double, measure_count> last{};
  for (int i = 0; i < repeats; ++i) {
    recovery descent(this->ctx(), p.sensing, p.measurements, p.initial_factor, 5.08e-3);
    monitor watch(descent, p.ground_truth, {o.tubal_rank});
    const run_result result = run(descent, watch, {.iterations = 40});
    const std::vector<T> found = this->get(descent.factor());
    if (i == 0) {
      factor = found;
      last = result.last.values;
    }
    ASSERT_EQ(std::memcmp(found.data(), factor.data(), found.size() * sizeof(T)), 0) << i;
    ASSERT_EQ(std::memcmp(result.last.values.data(), last.data(), sizeof last), 0) << i;
  }
  std::printf("%d recoveries in %s with one hash: %016" PRIx64 "\n", repeats,
              this->is_double ? "double" : "float",
              hash_of(factor.data(), factor.size() * sizeof(T)));
}

TYPED_TEST(recovery_test, rounded_entries) {
  using T = TypeParam;
  const std::int64_t n = 4, k = 3, m = 60;
  const auto op = [&](entry_precision p) {
    return packed_sensing<T, space>::gaussian(this->ctx(), n, k, m, 3, p);
  };
  const auto full = op(entry_precision::working), rounded = op(entry_precision::single);
  const auto y = this->put(random_tensor({m, 1, 1}, 4)),
             start = this->put(random_tensor({n, 2, k}, 5));
  recovery one(this->ctx(), full, y, start, 1e-3), other(this->ctx(), rounded, y, start, 1e-3);
  EXPECT_EQ(other.gram_form(), (std::is_same_v<T, float>)) << "m > N/2, but there is no Gram form";
  one.steps(20);
  other.steps(20);
  // the residual is that of the entries as they are
  other.evaluate();
  auto residual = this->poisoned({m, 1, 1});
  rounded.apply(this->ctx(), other.packed_product(), residual);
  const plain of_operator = this->fetch(residual), data = this->fetch(y);
  this->expect_ratio("recovery, rounded, residual",
                     distance(plus(of_operator, -1, data), this->get(other.residual())),
                     norm(of_operator) + norm(data));
  const plain wanted = this->fetch(one.factor());
  EXPECT_LT(distance(wanted, this->get(other.factor())), 1e-6 * norm(wanted));
  if (!std::is_same_v<T, float>) {
    ensemble<T, space> all(this->ctx(),
                           {.n = n, .k = k, .width = 2, .measurements = m, .trials = 1});
    EXPECT_THROW(all.add(rounded, y, {}, start, 1e-3), argument_error);
  }
}

}  // namespace
}  // namespace tubal::test
