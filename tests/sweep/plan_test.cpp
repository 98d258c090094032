// Reading plans: what they say, and what is wrong with bad ones.
#include "io/file_error.hpp"
#include "sweep/plan/expand.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace tubal::sweep {
namespace {

plan parsed(const std::string& toml) { return parse_plan(toml, "p.toml"); }
json read(const std::string& text) { return io::parse_json(text, "expected"); }

TEST(a_plan, has_the_defaults_of_recover) {
  const auto p = parsed("");
  EXPECT_EQ(p.title, "p");
  EXPECT_EQ(p.repetitions, 1);
  EXPECT_EQ(p.base, settings{});
  EXPECT_EQ(p.measured.rows, (std::vector{measure::train_error, measure::test_error}));
  EXPECT_EQ(p.measured.every, 10);
  EXPECT_EQ(trial_count(p), 1);
}

TEST(a_plan, says_everything) {
  const auto p = parsed(R"(
    title = "T"
    text = "about"
    seed = 5
    repetitions = 3
    trials = "chained"
    operator = "shared"
    [problem]
    n = 6
    k = 3
    rank = 2
    measurements = 40
    noise = 0.1
    truth = "gaussian"
    multi-rank = [2, 1, 1]
    [descent]
    factor-rank = 8
    alpha = 1
    step = 0.25
    iterations = 30
    train-tolerance = 1e-3
    progress-window = 20
    progress-tolerance = 1e-2
    [measure]
    rows = ["signal", "test_error"]
    every = 5
    success = 0.5
    first-below = [0.5, 0.25]
  )");
  EXPECT_EQ(p.title, "T");
  EXPECT_EQ(p.text, "about");
  EXPECT_EQ(p.seed, 5);
  EXPECT_EQ(p.trials, trial_kind::chained);
  EXPECT_EQ(p.sensing, operator_kind::shared);
  EXPECT_EQ(p.base,
            (settings{6, 3, 2, 40, 0.1, "gaussian", 1, {2, 1, 1}, 8, 1, 0.25, 30, 1e-3, 20, 1e-2}));
  EXPECT_EQ(p.measured.rows,
            (std::vector{measure::train_error, measure::test_error, measure::signal}));
  EXPECT_EQ(p.measured.first_below, (std::vector{0.5, 0.25}));
}

TEST(a_plan, varies_in_the_order_in_which_it_is_written) {
  const auto p = parsed("[vary]\nstep = [0.1, 0.2]\nalpha = [1, 2, 3]\n");
  ASSERT_EQ(p.vary.size(), 2u);
  EXPECT_EQ(p.vary[0].key, "step");
  EXPECT_EQ(p.vary[1].key, "alpha");
  EXPECT_EQ(p.vary[1].values, (std::vector<json>{1.0, 2.0, 3.0}));
}

TEST(a_plan, takes_the_rank_from_the_multi_rank) {
  EXPECT_EQ(parsed("[problem]\nmulti-rank = [3, 1, 3, 1]").base.rank, 3);
  const auto p = parsed("[vary]\nmulti-rank = [[3, 1, 3, 1], [1, 1, 1, 1]]");
  EXPECT_EQ(settings_at(p, 0).rank, 3);
  EXPECT_EQ(settings_at(p, 1).rank, 1);
}

TEST(a_plan, fills_in_figures_and_expectations) {
  const auto p = parsed(R"(
    [measure]
    first-below = [0.5]
    [vary]
    alpha = [1e-1, 1e-3]
    rank = [1, 2]
    [[figure]]
    kind = "curves"
    group = "alpha"
    [[figure]]
    kind = "final"
    x = "alpha"
    value = "first-below 0.50"
    where = { rank = 2 }
    [[figure]]
    kind = "heatmap"
    x = "m/dof"
    y = "rank"
    [[expect]]
    text = "ratio"
    where = { alpha = 0.001 }
    over = { alpha = 0.1 }
    at = 10
    at-least = 2
  )");
  EXPECT_EQ(p.figures.elements()[0],
            read(R"({"kind": "curves", "title": "", "rows": ["test_error"], "group": "alpha",
                            "individual": false, "mean": false, "theory": false, "where": {}})"));
  EXPECT_EQ(*p.figures.elements()[1].find("value"), "first-below 0.5");
  EXPECT_EQ(*p.figures.elements()[1].find("where"), json({{"rank", 2}}));
  EXPECT_EQ(*p.figures.elements()[2].find("value"), "success");
  EXPECT_EQ(p.expects.elements()[0],
            read(R"({"text": "ratio", "where": {"alpha": 0.001}, "over": {"alpha": 0.1},
                            "at": 10, "row": "test_error", "quantile": 0.5, "at-least": 2.0})"));
}

struct bad_plan {
  std::string toml;
  std::string key;
  std::string says;
};

class bad : public testing::TestWithParam<bad_plan> {};

TEST_P(bad, is_told_with_key_and_line) {
  try {
    parsed(GetParam().toml);
    FAIL() << "taken: " << GetParam().toml;
  } catch (const plan_error& e) {
    EXPECT_EQ(e.key, GetParam().key) << e.what();
    EXPECT_NE(std::string(e.what()).find(GetParam().says), std::string::npos) << e.what();
    EXPECT_EQ(std::string(e.what()).find("p.toml: "), 0u) << e.what();
  }
}

const std::string two = "[vary]\nalpha = [1e-1, 1e-3]\nrank = [1, 2]\n";

INSTANTIATE_TEST_SUITE_P(
    plan, bad,
    testing::Values(
        bad_plan{"sed = 1", "sed", "line 1: sed: unknown key; did you mean 'seed'?"},
        bad_plan{"\n[problm]\n", "problm", "line 2: problm: unknown key; did you mean 'problem'?"},
        bad_plan{"[problem]\nmeasurments = 3", "problem.measurments",
                 "did you mean 'measurements'?"},
        bad_plan{"[descent]\nalhpa = 3", "descent.alhpa", "did you mean 'alpha'?"},
        bad_plan{"[measure]\nevrey = 3", "measure.evrey", "did you mean 'every'?"},
        bad_plan{"[vary]\nstpe = [3]", "vary.stpe", "did you mean 'step'?"},
        bad_plan{"[[figure]]\nkind = \"table\"\nrow = []", "figure 1.row", "did you mean 'rows'?"},
        bad_plan{"problem = 3", "problem", "expected a table, got 3"},
        bad_plan{"[figure]\nkind = \"table\"", "figure", "[[figure]]"},
        bad_plan{"title = 3", "title", "expected a text, got 3"},
        bad_plan{"seed = -1", "seed", "expected 0 to 2^63 - 1, got -1"},
        bad_plan{"seed = 1.5", "seed", "expected a whole number, got 1.5"},
        bad_plan{"repetitions = 0", "repetitions", "expected 1 or more, got 0"},
        bad_plan{"trials = \"old\"", "trials", "expected 'fresh' or 'chained', got 'old'"},
        bad_plan{"operator = \"none\"", "operator", "expected 'own' or 'shared'"},
        bad_plan{"[problem]\nn = 0", "problem.n", "line 2: problem.n: expected a positive size"},
        bad_plan{"[problem]\nn = 2.5", "problem.n", "expected a whole number, got 2.5"},
        bad_plan{"[problem]\nk = 0", "problem.k", "expected a positive size, got 0"},
        bad_plan{"[problem]\nrank = 11", "problem.rank", "expected 1 to n = 10, got 11"},
        bad_plan{"[problem]\nmeasurements = 0", "problem.measurements", "a positive number"},
        bad_plan{"[problem]\nnoise = -1", "problem.noise", "expected 0 or more, got -1"},
        bad_plan{"[problem]\nnoise = nan", "problem.noise", "expected 0 or more"},
        bad_plan{"[problem]\ntruth = \"unit\"", "problem.truth", "'orthonormal' or 'gaussian'"},
        bad_plan{"[problem]\ncondition = 0.5", "problem.condition", "expected 1 or more"},
        bad_plan{"[problem]\nrank = 1\ncondition = 2", "problem.condition", "1 with rank 1"},
        bad_plan{"[problem]\ntruth = \"gaussian\"\ncondition = 2", "problem.condition",
                 "1 with a gaussian truth"},
        bad_plan{"[problem]\nmulti-rank = [2, 2]", "problem.multi-rank", "k = 4 entries"},
        bad_plan{"[problem]\nmulti-rank = [1, 2, 1, 1]", "problem.multi-rank", "entry k - f"},
        bad_plan{"[problem]\nmulti-rank = [1, -2, 1, -2]", "problem.multi-rank", "entries 0 to n"},
        bad_plan{"[problem]\nmulti-rank = [0, 0, 0, 0]", "problem.rank", "expected 1 to n"},
        bad_plan{"[problem]\nrank = 2\nmulti-rank = [1, 1, 1, 1]", "problem.multi-rank",
                 "the rank, 2, as its largest entry"},
        bad_plan{"[problem]\nn = 1000000000\nk = 1000000000", "problem.n", "memory"},
        bad_plan{"[descent]\nfactor-rank = 0", "descent.factor-rank", "a positive number"},
        bad_plan{"[descent]\nalpha = 0", "descent.alpha", "expected a positive number, got 0.0"},
        bad_plan{"[descent]\nstep = inf", "descent.step", "expected a positive number"},
        bad_plan{"[descent]\niterations = -1", "descent.iterations", "expected 0 or more, got -1"},
        bad_plan{"[descent]\ntrain-tolerance = -1", "descent.train-tolerance", "0 or more"},
        bad_plan{"[descent]\nprogress-window = -1", "descent.progress-window", "0 or more"},
        bad_plan{"[descent]\nprogress-tolerance = 1", "descent.progress-tolerance", "under 1"},
        bad_plan{"[measure]\nrows = [\"test_eror\"]", "measure.rows", "did you mean 'test_error'?"},
        bad_plan{"[measure]\nrows = []", "measure.rows", "expected a list of texts"},
        bad_plan{"[measure]\nevery = 0", "measure.every", "expected 1 or more, got 0"},
        bad_plan{"[measure]\nsuccess = 0", "measure.success", "expected a positive number"},
        bad_plan{"[measure]\nfirst-below = [0.5, 0.5]", "measure.first-below",
                 "0.5 is there twice"},
        bad_plan{"[vary]\nalpha = 3", "vary.alpha", "expected a list of values, got 3"},
        bad_plan{"[vary]\nalpha = []", "vary.alpha", "expected a list of values"},
        bad_plan{"[vary]\nalpha = [\"a\"]", "vary.alpha", "expected a number, got \"a\""},
        bad_plan{"[vary]\nalpha = [1, 2, 1.0]", "vary.alpha", "1.0 is there twice"},
        bad_plan{"[vary]\nrank = [1, 11]", "vary.rank", "got 11 at {\"rank\":11}"},
        bad_plan{"repetitions = 10000001", "", "expected at most 10000000 trials"},
        bad_plan{two + "[[figure]]\nkind = \"pie\"", "figure 1.kind", "line 5: figure 1.kind"},
        bad_plan{two + "[[figure]]\nkind = \"curves\"\nrows = [\"noise\"]", "figure 1.rows",
                 "expected one of 'train_error', 'test_error', got 'noise'"},
        bad_plan{two + "[[figure]]\nkind = \"curves\"\ngroup = \"n\"", "figure 1.group",
                 "expected one of 'alpha', 'rank', got 'n'"},
        bad_plan{two + "[[figure]]\nkind = \"table\"\nwhere = { n = 3 }", "figure 1.where.n",
                 "does not vary"},
        bad_plan{two + "[[figure]]\nkind = \"table\"\nwhere = { rank = 3 }", "figure 1.where.rank",
                 "expected one of the values in [vary], [1,2], got 3"},
        bad_plan{two + "[[figure]]\nkind = \"final\"", "figure 1.x", "line 4: figure 1.x"},
        bad_plan{two + "[[figure]]\nkind = \"final\"\nx = \"rank\"\ngroup = \"rank\"",
                 "figure 1.group", "another key than that of x"},
        bad_plan{two + "[[figure]]\nkind = \"final\"\nx = \"rank\"\nvalue = \"first-below 0.5\"",
                 "figure 1.value", "one of measure.first-below"},
        bad_plan{two + "[[figure]]\nkind = \"heatmap\"\nx = \"rank\"\ny = \"alpha\"\nvalue = \"x\"",
                 "figure 1.value", "expected one of 'success'"},
        bad_plan{"[[figure]]\nkind = \"curves\"\ngroup = \"n\"", "figure 1.group",
                 "nothing varies"},
        bad_plan{two + "[[expect]]\nbetween = [0, 1]", "expect 1.text", "line 4: expect 1.text"},
        bad_plan{two + "[[expect]]\ntext = \"a\"", "expect 1.between", "expected [low, high]"},
        bad_plan{two + "[[expect]]\ntext = \"a\"\nbetween = [1, 0]", "expect 1.between",
                 "[low, high]"},
        bad_plan{two + "[[expect]]\ntext = \"a\"\nat-least = 1", "expect 1.over", "go together"},
        bad_plan{two + "[[expect]]\ntext = \"a\"\nbetween = [0, 1]\nat = 7", "expect 1.at",
                 "a multiple of 10, or the last one, 10000, got 7"},
        bad_plan{two + "[[expect]]\ntext = \"a\"\nbetween = [0, 1]\nat = \"end\"", "expect 1.at",
                 "'final', 'smallest'"},
        bad_plan{two + "[[expect]]\ntext = \"a\"\nbetween = [0, 1]\nquantile = 2",
                 "expect 1.quantile", "expected 0 to 1"},
        bad_plan{two + "[[expect]]\ntext = \"a\"\nbetween = [0, 1]\nquantile = \"most\"",
                 "expect 1.quantile", "expected 0 to 1, or 'mean', got 'most'"}));

TEST(a_plan, may_write_whole_numbers_with_an_exponent) {
  const auto p = parsed(
      "repetitions = 1e1\n[descent]\niterations = 1e4\n[measure]\nevery = 1e2\n"
      "[vary]\nmeasurements = [2e2, 300]\n"
      "[[expect]]\ntext = \"a\"\nbetween = [0, 1]\nat = 1e3\nwhere = { measurements = 3e2 }");
  EXPECT_EQ(p.repetitions, 10);
  EXPECT_EQ(p.base.iterations, 10000);
  EXPECT_EQ(p.measured.every, 100);
  EXPECT_EQ(json(p.vary[0].values).dump(), "[200,300]");
  EXPECT_EQ(p.expects.elements()[0].find("at")->dump(), "1000");
}

TEST(a_plan, of_many_values_is_read_at_once) {
  std::string values = "1";
  for (int i = 2; i <= 100000; ++i) values += "," + std::to_string(i);
  EXPECT_EQ(point_count(parsed("[vary]\nalpha = [" + values + "]")), 100000);
}

TEST(a_plan, may_have_a_text_of_many_sentences) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "It is so. ";
  EXPECT_EQ(parsed("text = \"" + text + "\"").text, text);
}

TEST(a_file, with_a_key_of_very_many_parts_is_refused) {
  std::string key = "a";
  for (int i = 0; i < 100000; ++i) key += ".a";
  for (const auto& toml : {key + " = 1", "[" + key + "]", "[[" + key + "]]", "b = {" + key + "=1}",
                           "\n\n" + key + "\t=\t1"})
    try {
      parsed(toml);
      ADD_FAILURE() << "taken";
    } catch (const io::file_error& e) {
      EXPECT_NE(std::string(e.what()).find("expected keys of at most 64 parts"), std::string::npos);
    }
  EXPECT_THROW(parsed(key), io::file_error);
}

TEST(a_plan, may_claim_something_of_the_mean) {
  const auto p = parsed("[[expect]]\ntext = \"a\"\nbetween = [0, 1]\nquantile = \"mean\"");
  EXPECT_EQ(*p.expects.elements()[0].find("quantile"), "mean");
}

TEST(a_file, that_is_no_toml_is_told_with_line_and_column) {
  try {
    parsed("seed = 1\nalpha = = 2\n");
    FAIL();
  } catch (const io::file_error& e) {
    EXPECT_EQ(std::string(e.what()).find("p.toml: line 2, column 9: "), 0u) << e.what();
  }
  EXPECT_THROW(read_plan("/nowhere/p.toml"), io::file_error);
}

TEST(plans, differ_in_what_changes_results) {
  const auto as_json = [](const std::string& toml) {
    return to_json(parsed(toml), "host", "double");
  };
  const auto before = as_json(two + "[measure]\nevery = 10\nsuccess = 0.1");
  const auto same = as_json("title = \"x\"\ntext = \"y\"\n" + two +
                            "[measure]\nevery = 10\nsuccess = 0.2\n[[figure]]\nkind = \"table\"");
  EXPECT_TRUE(differences(before, same).empty());
  const auto other = as_json("seed = 2\n[problem]\nn = 9\n[vary]\nrank = [1, 2]\nalpha = [1e-1]\n");
  std::vector<std::string> keys;
  for (const auto& d : differences(before, other)) keys.push_back(d.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"problem.n", "seed", "vary, in order", "vary.alpha"}));
  EXPECT_EQ(differences(before, to_json(parsed(two), "host", "float")).front().key, "precision");
}

}  // namespace
}  // namespace tubal::sweep
