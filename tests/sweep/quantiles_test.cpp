#include "sweep/folder/quantiles.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tubal::sweep {
namespace {

TEST(quantile, is_linear_between_order_statistics) {
  EXPECT_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({4, 1, 2, 3}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({0, 10}, 0.1), 1);
  EXPECT_EQ(quantile({5}, 0.9), 5);
  EXPECT_EQ(quantile({1, 2}, 1), 2);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(quantile, leaves_out_nan_and_takes_infinity) {
  EXPECT_EQ(quantile({NAN, 1, 2}, 0.5), 1.5);
  EXPECT_EQ(quantile({INFINITY, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({INFINITY, 1}, 0.5), INFINITY);
  EXPECT_EQ(quantile({INFINITY, INFINITY}, 0.1), INFINITY);
  EXPECT_TRUE(std::isnan(quantile({NAN, NAN}, 0.1)));
}

TEST(quantiles_csv, has_a_line_for_every_point_with_trials) {
  const auto p = parse_plan("repetitions = 2\n[vary]\nmulti-rank = [[1,1,1,1], [2,1,1,1]]\n", "p");
  finished_trial t;
  t.point = 1;
  t.success = true;
  t.final = {{"train_error", 0.5}, {"test_error", 1}};
  EXPECT_EQ(quantiles_csv(p, {t}),
            "point,multi-rank,trials,success_rate,train_error_q10,train_error_median,"
            "train_error_q90,test_error_q10,test_error_median,test_error_q90\n"
            "1,\"[2,1,1,1]\",1,1,0.5,0.5,0.5,1,1,1\n");
}

TEST(quantiles_csv, counts_what_diverged_as_infinite) {
  const auto p = parse_plan("repetitions = 2", "p");
  finished_trial t;
  t.stop = "not_finite";
  t.final = {{"train_error", NAN}, {"test_error", NAN}};
  const auto text = quantiles_csv(p, {t});
  EXPECT_EQ(text.substr(text.find('\n') + 1), "0,1,0,inf,inf,inf,inf,inf,inf\n");
}

}  // namespace
}  // namespace tubal::sweep
