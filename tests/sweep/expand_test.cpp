#include "sweep/plan/expand.hpp"

#include "core/primitives/philox.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tubal::sweep {
namespace {

plan parsed(const std::string& toml) { return parse_plan(toml, "p.toml"); }

TEST(points, are_the_product_and_the_last_key_varies_fastest) {
  const auto p = parsed("repetitions = 4\n[vary]\nrank = [1, 2]\nalpha = [0.25, 0.5, 0.75]\n");
  ASSERT_EQ(point_count(p), 6);
  EXPECT_EQ(trial_count(p), 24);
  for (std::int64_t i = 0; i < 6; ++i) {
    EXPECT_EQ(settings_at(p, i).rank, i < 3 ? 1 : 2);
    EXPECT_EQ(settings_at(p, i).alpha, 0.25 * static_cast<double>(1 + i % 3)) << i;
  }
  EXPECT_EQ(varied_at(p, 4), json({{"rank", 2}, {"alpha", 0.5}}));
}

TEST(trials, are_numbered_by_point_and_repetition) {
  const auto p = parsed("repetitions = 4\n[vary]\nrank = [1, 2]\n");
  const auto t = trial_of(p, 6);
  EXPECT_EQ(t.number, 6);
  EXPECT_EQ(t.point, 1);
  EXPECT_EQ(t.repetition, 2);
}

TEST(seeds, are_what_their_definition_says) {
  const auto block = detail::philox4x32_10({{7, 0, 0x74726961, 0}}, 3, 1);
  const std::uint64_t expected = ((std::uint64_t{block.word[1]} << 32) | block.word[0]) >> 1;
  EXPECT_EQ(seed_of_trial((std::int64_t{1} << 32) + 3, 7), expected);
}

// Results of sweeps that are published must stay reproducible.
TEST(seeds, stay_what_they_are) {
  EXPECT_EQ(seed_of_trial(1, 0), 5348950484097209466u);
  EXPECT_EQ(seed_of_trial(1, 1), 1306294701449940914u);
}

TEST(seeds, are_all_different) {
  std::set<std::uint64_t> seen;
  for (std::int64_t seed = 0; seed < 4; ++seed)
    for (std::int64_t i = 0; i < 1000; ++i) {
      seen.insert(seed_of_trial(seed, i));
      seen.insert(seed_of_point(seed, i));
    }
  EXPECT_EQ(seen.size(), 8000u);
  for (const auto seed : seen) EXPECT_LT(seed, std::uint64_t{1} << 63);
}

TEST(seeds, are_the_points_in_a_chain_and_for_a_shared_operator) {
  const std::string rest = "repetitions = 3\n[vary]\nrank = [1, 2]\n";
  const auto own = trial_of(parsed(rest), 4);
  EXPECT_EQ(own.seed, seed_of_trial(1, 4));
  EXPECT_EQ(own.operator_seed, own.seed);
  const auto shared = trial_of(parsed("operator = \"shared\"\n" + rest), 4);
  EXPECT_EQ(shared.seed, own.seed);
  EXPECT_EQ(shared.operator_seed, seed_of_point(1, 1));
  const auto chained = trial_of(parsed("trials = \"chained\"\n" + rest), 4);
  EXPECT_EQ(chained.seed, seed_of_point(1, 1));
  EXPECT_EQ(chained.operator_seed, chained.seed);
}

}  // namespace
}  // namespace tubal::sweep
