// Completion: what is held out, what is chosen, what is said of the result.
#include <tubal/completion.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/completion/pattern.hpp"
#include "message_of.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

using detail::hold_out;
using detail::missing_pattern;
using detail::unit_kind;

constexpr const char* too_long = "takes half a minute where kernels run thread by thread";

template <class T>
class completion_test : public operator_test<T> {
 protected:
  static constexpr double at_best = sizeof(T) == 8 ? 1e-8 : 1e-3;

  /// Of tubal rank r, with entries near 1.
  plain low_rank(shape s, std::int64_t r, unsigned seed) {
    const auto a = this->put(random_tensor({s.rows, r, s.tube}, seed));
    const auto b = this->put(random_tensor({r, s.cols, s.tube}, seed + 1));
    plain x = this->fetch(tproduct(this->ctx(), a, b));
    const double size =
        std::sqrt(std::inner_product(x.values.begin(), x.values.end(), x.values.begin(), 0.0) /
                  static_cast<double>(s.size()));
    for (double& v : x.values) v /= size;
    return x;
  }
  /// Smooth waves over rows, columns and slices, about 3: of low rank, and not exactly.
  static plain waves(shape s) {
    plain x(s);
    for (std::int64_t e = 0; e < s.size(); ++e) {
      const double i = double(e % s.rows), j = double(e / s.rows % s.cols),
                   l = double(e / s.slice_size());
      x.values[std::size_t(e)] = 3 + std::sin(0.35 * i + 0.2 * l) * std::cos(0.3 * j) +
                                 0.5 * std::cos(0.15 * i + 0.4 * j) + 0.1 * l +
                                 0.05 * std::sin(double(7 * e * e % 1013));
    }
    return x;
  }
  template <class Seen>
  static plain mask_of(shape s, const Seen& seen) {
    plain m(s);
    for (std::int64_t e = 0; e < s.size(); ++e)
      m.values[std::size_t(e)] = seen(e % s.rows, e / s.rows % s.cols, e / s.slice_size()) ? 1 : 0;
    return m;
  }
  static plain random_mask(shape s, double share, std::uint64_t seed) {
    plain m(s);
    for (const auto e : random_subset(s.size(), std::llround(share * double(s.size())), seed))
      m.values[std::size_t(e)] = 1;
    return m;
  }
  /// ||x - truth|| / ||truth|| over what the mask does not see.
  static double error_on_missing(const plain& x, const plain& truth, const plain& mask) {
    double off = 0, all = 0;
    for (std::size_t e = 0; e < mask.values.size(); ++e) {
      if (mask.values[e] != 0) continue;
      off += std::pow(x.values[e] - truth.values[e], 2);
      all += std::pow(truth.values[e], 2);
    }
    return std::sqrt(off / all);
  }
  static double error_of_mean(const plain& truth, const plain& mask) {
    double sum = 0, count = 0;
    for (std::size_t e = 0; e < mask.values.size(); ++e)
      if (mask.values[e] != 0) {
        sum += truth.values[e];
        ++count;
      }
    plain mean(truth.shape);
    mean.values.assign(truth.values.size(), sum / count);
    return error_on_missing(mean, truth, mask);
  }
  /// What is seen, and NaN elsewhere: it must not be looked at.
  plain blinded(const plain& x, const plain& mask) {
    plain b = x;
    for (std::size_t e = 0; e < mask.values.size(); ++e)
      if (mask.values[e] == 0) b.values[e] = std::numeric_limits<double>::quiet_NaN();
    return b;
  }
};
TYPED_TEST_SUITE(completion_test, precisions);

std::vector<char> chars(const plain& mask) {
  std::vector<char> seen;
  for (const double v : mask.values) seen.push_back(v != 0 ? 1 : 0);
  return seen;
}

TYPED_TEST(completion_test, what_is_missing_whole_is_found) {
  const shape s{6, 5, 4};
  // row 2, column 1, slice 3, the tube (0, 0), column 2 of slice 0, and one entry
  const plain mask = this->mask_of(s, [](auto i, auto j, auto l) {
    return !(i == 2 || j == 1 || l == 3 || (i == 0 && j == 0) || (j == 2 && l == 0) ||
             (i == 5 && j == 4 && l == 1));
  });
  const missing_pattern p(s, chars(mask));
  EXPECT_EQ(p.unseen(unit_kind::row), (std::vector<std::int64_t>{2}));
  EXPECT_EQ(p.unseen(unit_kind::column), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(p.unseen(unit_kind::slice), (std::vector<std::int64_t>{3}));
  EXPECT_EQ(p.missing(unit_kind::row), 5 * 4);
  EXPECT_EQ(p.missing(unit_kind::column), 5 * 4);
  EXPECT_EQ(p.missing(unit_kind::slice), 5 * 4);
  EXPECT_EQ(p.missing(unit_kind::tube), 3);
  EXPECT_EQ(p.missing(unit_kind::column_of_slice), 5);
  EXPECT_EQ(p.missing(unit_kind::entry), 1);
  EXPECT_EQ(p.missing() + p.seen(), s.size());
}

TYPED_TEST(completion_test, entries_missing_at_random_are_no_tubes) {
  const shape s{40, 30, 3};
  const missing_pattern p(s, chars(this->random_mask(s, 0.4, 1)));
  EXPECT_EQ(p.missing(unit_kind::entry), p.missing());
  EXPECT_FALSE(p.clustered(unit_kind::entry));
}

TYPED_TEST(completion_test, whole_units_are_held_out_as_they_are_missing) {
  const shape s{24, 30, 4};
  const auto pattern_of = [&](auto seen) {
    return missing_pattern(s, chars(this->mask_of(s, seen)));
  };
  const auto held_in = [&](const missing_pattern& p) {
    std::vector<char> held(std::size_t(s.size()));
    const auto set = hold_out(p, 0.1, 1);
    EXPECT_GT(set.entries.size(), 0u);
    EXPECT_LT(double(set.entries.size()), 0.35 * double(p.seen()));
    for (const auto e : set.entries) {
      EXPECT_NE(p.is_seen()[std::size_t(e)], 0);
      held[std::size_t(e)] = 1;
    }
    return held;
  };
  const auto whole = [&](const missing_pattern& p, unit_kind k) {
    const auto held = held_in(p);
    std::vector<int> in(std::size_t(p.where().units(k))), of(in.size());
    for (std::int64_t e = 0; e < s.size(); ++e) {
      const auto u = std::size_t(p.where().unit_of(k, e));
      in[u] += held[std::size_t(e)];
      of[u] += p.is_seen()[std::size_t(e)];
    }
    for (std::size_t u = 0; u < in.size(); ++u) EXPECT_TRUE(in[u] == 0 || in[u] == of[u]);
  };
  whole(pattern_of([](auto, auto j, auto) { return j % 5 != 2; }), unit_kind::column);
  whole(pattern_of([](auto i, auto, auto) { return i * 7 % 4 != 1; }), unit_kind::row);
  whole(pattern_of([](auto i, auto j, auto) { return (i * i + 3 * j * j) % 7 > 2; }),
        unit_kind::tube);
  whole(pattern_of([](auto, auto j, auto l) { return (j * j + l) % 5 != 0; }),
        unit_kind::column_of_slice);
}

TYPED_TEST(completion_test, exactly_low_rank_is_found_exactly) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  for (const shape s : {shape{30, 25, 6}, shape{40, 40, 1}}) {
    const plain truth = this->low_rank(s, 2, 5), mask = this->random_mask(s, 0.7, 2);
    const auto found =
        complete(this->ctx(), this->put(this->blinded(truth, mask)), this->put(mask));
    EXPECT_TRUE(found.converged) << name(found.reason);
    if (this->is_double) {
      EXPECT_EQ(found.factor_rank, 2);
    }
    EXPECT_EQ(found.tubes, tube_direction::tube);
    const plain x = this->fetch(found.x);
    EXPECT_LT(this->error_on_missing(x, truth, mask), this->at_best);
  }
}

TYPED_TEST(completion_test, seen_entries_stay_to_the_bit_and_inputs_as_they_are) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  using T = TypeParam;
  const shape s{20, 16, 3};
  const plain truth = this->waves(s), mask = this->random_mask(s, 0.6, 3);
  const auto x = this->put(truth), m = this->put(mask);
  const auto found = complete(this->ctx(), x, m);
  const auto after = this->get(found.x);
  const auto given = truth.template as<T>();
  for (std::size_t e = 0; e < given.size(); ++e)
    if (mask.values[e] != 0) {
      EXPECT_EQ(after[e], given[e]);
    }
  EXPECT_EQ(this->get(x), given);
  EXPECT_EQ(this->get(m), mask.template as<T>());
}

TYPED_TEST(completion_test, the_units_of_the_data_do_not_matter) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  using T = TypeParam;
  const shape s{24, 20, 3};
  const plain truth = this->waves(s), mask = this->random_mask(s, 0.5, 4);
  const auto error_at = [&](double scale) {
    plain scaled = truth;
    for (double& v : scaled.values) v *= scale;
    const auto found = complete(this->ctx(), this->put(scaled), this->put(mask));
    EXPECT_TRUE(found.converged);
    return this->error_on_missing(this->fetch(found.x), scaled, mask);
  };
  const double one = error_at(1);
  EXPECT_LT(one, 0.08);
  const double far = sizeof(T) == 8 ? 1e150 : 1e15;
  for (const double scale : {1e-12, far, 1 / far}) EXPECT_NEAR(error_at(scale), one, 0.02 * one);
}

TYPED_TEST(completion_test, the_reported_error_is_that_on_what_is_missing) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  const shape s{48, 40, 4};
  const plain truth = this->waves(s);
  const auto columns = random_subset(s.cols, 30, 3), tubes = random_subset(s.slice_size(), 1000, 4);
  const std::vector<plain> masks = {this->random_mask(s, 0.4, 5),
                                    this->mask_of(s,
                                                  [&](auto i, auto j, auto) {
                                                    return std::count(tubes.begin(), tubes.end(),
                                                                      i + s.rows * j) > 0;
                                                  }),
                                    this->mask_of(s, [&](auto, auto j, auto) {
                                      return std::count(columns.begin(), columns.end(), j) > 0;
                                    })};
  for (const plain& mask : masks) {
    const auto found = complete(this->ctx(), this->put(truth), this->put(mask));
    EXPECT_TRUE(found.converged) << name(found.reason);
    const double error = this->error_on_missing(this->fetch(found.x), truth, mask);
    EXPECT_LT(error, 0.7 * this->error_of_mean(truth, mask));
    if (!std::isnan(found.held_out_error)) {
      EXPECT_NEAR(found.held_out_error, error, 0.25 * error) << &mask - masks.data();
    }
  }
}

TYPED_TEST(completion_test, what_was_never_seen_is_named_and_filled_about_the_mean) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  const shape s{40, 24, 4};
  const plain truth = this->waves(s);
  const plain mask = this->mask_of(
      s, [](auto i, auto j, auto l) { return j % 8 != 3 && (i * 5 + j * 3 + l * l * 7) % 9 > 2; });
  const auto found = complete(this->ctx(), this->put(truth), this->put(mask));
  EXPECT_TRUE(found.converged) << name(found.reason);
  EXPECT_EQ(found.unseen_cols, (std::vector<std::int64_t>{3, 11, 19}));
  EXPECT_TRUE(found.unseen_rows.empty());
  EXPECT_EQ(found.tubes, tube_direction::cols);
  EXPECT_LT(this->error_on_missing(this->fetch(found.x), truth, mask),
            this->error_of_mean(truth, mask));
}

TYPED_TEST(completion_test, each_direction_alone_with_rows_missing_is_not_black) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  const shape s{30, 28, 3};
  const plain truth = this->waves(s);
  const plain mask = this->mask_of(s, [](auto i, auto, auto) { return i < 10 || i > 13; });
  for (const auto d : {tube_direction::tube, tube_direction::cols, tube_direction::rows}) {
    const auto found = complete(this->ctx(), this->put(truth), this->put(mask), {.tubes = d});
    EXPECT_EQ(found.tubes, d);
    EXPECT_LT(this->error_on_missing(this->fetch(found.x), truth, mask),
              1.001 * this->error_of_mean(truth, mask))
        << name(d);
  }
}

TYPED_TEST(completion_test, noise_alone_is_not_called_completed) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  const shape s{30, 30, 3};
  for (const unsigned seed : {3u, 5u, 8u}) {
    const plain noise = random_tensor(s, seed), mask = this->random_mask(s, 0.5, seed);
    const auto found = complete(this->ctx(), this->put(noise), this->put(mask));
    EXPECT_FALSE(found.converged) << seed;
    EXPECT_NE(found.reason, completion_reason::done);
    EXPECT_LT(this->error_on_missing(this->fetch(found.x), noise, mask), 1.02);
  }
}

TYPED_TEST(completion_test, every_solver_completes) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  const shape s{24, 20, 3};
  const plain truth = this->waves(s), mask = this->random_mask(s, 0.6, 7);
  for (const auto solver : {completion_solver::alternating, completion_solver::scaled,
                            completion_solver::gradient, completion_solver::nuclear_norm}) {
    const auto found = complete(this->ctx(), this->put(truth), this->put(mask), {.solver = solver});
    EXPECT_TRUE(found.converged) << name(solver) << ", " << name(found.reason);
    EXPECT_EQ(found.solver, solver);
    EXPECT_LT(this->error_on_missing(this->fetch(found.x), truth, mask), 0.09) << name(solver);
  }
}

TYPED_TEST(completion_test, nothing_to_do_is_done) {
  using T = TypeParam;
  const shape s{4, 3, 2};
  const plain x = random_tensor(s, 9);
  const auto whole = complete(this->ctx(), this->put(x));
  EXPECT_TRUE(whole.converged);
  EXPECT_EQ(whole.reason, completion_reason::nothing_missing);
  EXPECT_EQ(this->get(whole.x), x.template as<T>());
  const auto zero = complete(this->ctx(), zeros<T>(this->ctx(), s),
                             this->put(this->mask_of(s, [](auto i, auto, auto) { return i < 2; })));
  EXPECT_TRUE(zero.converged);
  EXPECT_EQ(zero.reason, completion_reason::all_zero);
  plain constant({20, 20, 2});
  constant.values.assign(800, 2.5);
  const auto mean =
      complete(this->ctx(), this->put(constant), this->put(this->random_mask({20, 20, 2}, 0.5, 1)));
  EXPECT_TRUE(mean.converged);
  for (const T v : this->get(mean.x)) EXPECT_NEAR(v, 2.5, 1e-5);
}

TYPED_TEST(completion_test, few_entries_are_filled_and_not_vouched_for) {
  const shape s{4, 3, 2};
  const plain x = random_tensor(s, 9);
  const auto found =
      complete(this->ctx(), this->put(x),
               this->put(this->mask_of(s, [](auto i, auto j, auto) { return i != j; })));
  EXPECT_FALSE(found.converged);
  EXPECT_EQ(found.reason, completion_reason::not_checked);
  EXPECT_TRUE(std::isnan(found.held_out_error));
  for (const auto v : this->get(found.x)) EXPECT_TRUE(std::isfinite(v));
}

TYPED_TEST(completion_test, nan_is_missing_and_masks_agree) {
  if (fewer_cases()) GTEST_SKIP() << too_long;
  using T = TypeParam;
  const shape s{18, 16, 2};
  const plain truth = this->waves(s), mask = this->random_mask(s, 0.6, 11);
  const auto by_nan = complete(this->ctx(), this->put(this->blinded(truth, mask)));
  const auto by_mask = complete(this->ctx(), this->put(truth), this->put(mask));
  const auto by_entries = complete(this->ctx(), this->put(truth),
                                   entry_mask<T, space>::from_mask(this->ctx(), this->put(mask)));
  EXPECT_EQ(this->get(by_nan.x), this->get(by_mask.x));
  EXPECT_EQ(this->get(by_entries.x), this->get(by_mask.x));
}

TYPED_TEST(completion_test, the_observer_stops_it) {
  const shape s{18, 16, 2};
  const auto found =
      complete(this->ctx(), this->put(this->waves(s)), this->put(this->random_mask(s, 0.6, 11)), {},
               [](const record& r) { return r.iteration < 3; });
  EXPECT_FALSE(found.converged);
  EXPECT_EQ(found.reason, completion_reason::stopped);
}

TYPED_TEST(completion_test, bad_arguments_are_refused) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const shape s{6, 5, 2};
  const plain x = random_tensor(s, 1);
  const auto a = this->put(x), nothing = zeros<T>(ctx, s);
  EXPECT_THROW(complete(ctx, a, this->put(plain({6, 5, 3}))), shape_error);
  EXPECT_THROW(complete(ctx, a, nothing), argument_error);
  EXPECT_THROW(complete(ctx, a, a, {.factor_rank = 6}), argument_error);
  EXPECT_THROW(complete(ctx, a, a, {.factor_rank = 0}), argument_error);
  plain bad = x;
  bad.values[3] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(complete(ctx, this->put(bad)), nonfinite_error);
  EXPECT_THROW(complete(ctx, tensor_view<const T, space>(nullptr, s)), argument_error);
  plain unknown = x;
  unknown.values[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(complete(ctx, a, this->put(unknown)), nonfinite_error);
}

}  // namespace
}  // namespace tubal::test
