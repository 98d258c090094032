#include "text/number.hpp"
#include "text/nearest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tubal::text {
namespace {

TEST(whole, numbers_may_have_an_exponent) {
  EXPECT_EQ(parse_whole("12"), 12);
  EXPECT_EQ(parse_whole("-12"), -12);
  EXPECT_EQ(parse_whole("010"), 10);
  EXPECT_EQ(parse_whole("1e4"), 10000);
  EXPECT_EQ(parse_whole("2.5e1"), 25);
  EXPECT_EQ(parse_whole("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
}

TEST(whole, numbers_beyond_64_bits_count_as_the_nearest) {
  EXPECT_EQ(parse_whole("99999999999999999999"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_whole("-99999999999999999999"), std::numeric_limits<std::int64_t>::min());
}

TEST(whole, other_texts_are_none) {
  for (const char* text :
       {"", " 1", "1 ", "ten", "2.5", "1e-1", "1e300", "nan", "inf", "1,5", "--1"})
    EXPECT_EQ(parse_whole(text), std::nullopt) << text;
}

TEST(real, numbers_are_read_whole) {
  EXPECT_EQ(parse_real("0.5"), 0.5);
  EXPECT_EQ(parse_real("-1e-7"), -1e-7);
  EXPECT_EQ(parse_real("1e999"), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*parse_real("nan")));
  for (const char* text : {"", " 1", "1x", "x", "1,5"})
    EXPECT_EQ(parse_real(text), std::nullopt) << text;
}

TEST(shortest, decimals_mean_the_number) {
  EXPECT_EQ(shortest(0.5), "0.5");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1e-7), "1e-07");
}

TEST(nearest, has_the_smallest_edit_distance) {
  EXPECT_EQ(nearest("rnak", {"seed", "rank", "step"}), "rank");
  EXPECT_EQ(nearest("-rank", {"--n", "--rank"}), "--rank");
  EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace tubal::text
