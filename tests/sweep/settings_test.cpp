#include "sweep/plan/settings.hpp"

#include <gtest/gtest.h>

namespace tubal::sweep {
namespace {

TEST(settings, are_known_by_their_names) {
  settings s;
  EXPECT_EQ(assign(s, *find_setting("alpha"), 0.5), "");
  EXPECT_EQ(assign(s, *find_setting("rank"), 3), "");
  EXPECT_EQ(s.alpha, 0.5);
  EXPECT_EQ(s.rank, 3);
  EXPECT_EQ(find_setting("rnk"), nullptr);
  EXPECT_EQ(assign(s, *find_setting("rank"), 2.5), "a whole number");
  EXPECT_EQ(assign(s, *find_setting("truth"), 1), "a text");
  EXPECT_EQ(assign(s, *find_setting("multi-rank"), {1, 0.5}), "a list of whole numbers");
}

TEST(settings, a_whole_number_is_a_real_one_too) {
  settings s;
  EXPECT_EQ(assign(s, *find_setting("alpha"), 1), "");
  EXPECT_EQ(value_of(s, *find_setting("alpha")).dump(), "1.0");
}

TEST(settings, a_multi_rank_is_left_out_unless_given) {
  settings s;
  EXPECT_FALSE(to_json(s).contains("multi-rank"));
  s.multi_rank = {2, 1, 2, 1};
  EXPECT_EQ(to_json(s)["multi-rank"], json({2, 1, 2, 1}));
  EXPECT_EQ(to_json(s, "problem").size(), 8u);
  EXPECT_EQ(to_json(s, "descent").size(), 7u);
}

TEST(settings, degrees_of_freedom_of_a_multi_rank_add_up_over_slices) {
  settings s{.n = 5, .k = 4, .rank = 2, .multi_rank = {2, 2, 2, 2}};
  settings plain = s;
  plain.multi_rank.clear();
  EXPECT_EQ(degrees_of_freedom_of(s), degrees_of_freedom_of(plain));
  s.multi_rank = {2, 1, 0, 1};
  // real: n r - r (r - 1) / 2 = 9, and 0; complex: 2 n r - r^2 = 9
  EXPECT_EQ(degrees_of_freedom_of(s), 18);
  s.k = 3;
  s.multi_rank = {1, 2, 2};
  EXPECT_EQ(degrees_of_freedom_of(s), 5 + 16);
}

}  // namespace
}  // namespace tubal::sweep
