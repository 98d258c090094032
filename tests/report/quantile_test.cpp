// Quantiles against values found by hand.
#include "report/evaluate/quantile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tubal::report {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

TEST(quantile, is_linear_between_order_statistics) {
  // positions 0, 1, 2, 3; the quantile q is at 3 q
  const std::vector<double> four{7, 1, 3, 2};
  EXPECT_DOUBLE_EQ(quantile(four, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(four, 0.1), 1.3);
  EXPECT_DOUBLE_EQ(quantile(four, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile(four, 0.9), 3 + 0.7 * 4);
  EXPECT_DOUBLE_EQ(quantile(four, 1), 7);
  EXPECT_DOUBLE_EQ(quantile({5}, 0.3), 5);
}

TEST(quantile, leaves_out_what_was_not_measured) {
  EXPECT_DOUBLE_EQ(quantile({nan, 2, nan, 4}, 0.5), 3);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_TRUE(std::isnan(quantile({nan}, 0.5)));
}

TEST(mean, is_that_of_what_was_measured) {
  EXPECT_DOUBLE_EQ(mean({nan, 2, 4, 9}), 5);
  EXPECT_EQ(mean({inf, 1}), inf);
  EXPECT_TRUE(std::isnan(mean({nan})));
}

TEST(quantile, counts_diverged_trials_as_infinite) {
  EXPECT_DOUBLE_EQ(quantile({inf, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({inf, 1, 2}, 0.9), inf);
  EXPECT_EQ(quantile({inf, inf}, 0.1), inf);
}

TEST(quantile, band_holds_eighty_per_cent) {
  std::vector<double> values;
  for (int i = 0; i <= 10; ++i) values.push_back(i);
  const spread s = spread_of(values);
  EXPECT_DOUBLE_EQ(s.low, 1);
  EXPECT_DOUBLE_EQ(s.median, 5);
  EXPECT_DOUBLE_EQ(s.high, 9);
}

}  // namespace
}  // namespace tubal::report
