// The folder of a sweep: read back, gone on from, with torn and damaged files.
#include "io/scratch.hpp"
#include "sweep/execute.hpp"

#include <tubal/problem.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <iterator>

namespace tubal::sweep {
namespace {

namespace fs = std::filesystem;

using io_test::contents;
using io_test::message_of;
using io_test::put;

class folder : public testing::Test {
 protected:
  static std::string toml(const std::string& head = "") {
    return head + R"(
      repetitions = 3
      [problem]
      n = 3
      k = 2
      rank = 1
      measurements = 12
      [descent]
      factor-rank = 4
      step = 0.1
      iterations = 25
      [measure]
      every = 10
      first-below = [0.9]
      [vary]
      alpha = [1e-1, 1e-3]
    )";
  }
  sweep_result run(const std::string& text, const sweep_watch& watch = {}) {
    const auto p = parse_plan(text, "p.toml");
    folder_writer writer(dir(), p, where);
    return execute(p, writer, where, watch);
  }
  fs::path dir() const { return scratch / "sweep"; }

  io_test::scratch_directory scratch;
  machine where{.threads = 2};
};

TEST_F(folder, holds_plan_lines_curves_and_quantiles) {
  const auto result = run(toml());
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.ran, 6);
  EXPECT_EQ(read_plan_json(dir())["repetitions"], 3);
  const auto lines = read_trials(dir());
  ASSERT_EQ(lines.trials.size(), 6u);
  EXPECT_EQ(lines.bytes, fs::file_size(trials_path(dir())));
  for (const auto& t : lines.trials) {
    EXPECT_EQ(t.iterations, 25);
    EXPECT_EQ(t.stop, "iterations");
    EXPECT_EQ(t.success, t.final_of("test_error") < 1e-2);
    const auto c = read_curves(curves_path(dir(), t.point));
    EXPECT_EQ(c.iteration, (std::vector<std::int64_t>{0, 10, 20, 25}));
    EXPECT_EQ(c.values_of("", t.trial, {"test_error"}).back(), t.final_of("test_error"));
  }
  EXPECT_TRUE(fs::exists(quantiles_path(dir())));
}

TEST_F(folder, a_line_that_the_file_ends_within_is_cut_off_and_its_trial_runs_again) {
  run(toml());
  const auto whole = contents(trials_path(dir()));
  const auto third = whole.find('\n', whole.find('\n') + 1) + 1;
  const auto length = whole.find('\n', third) - third;
  for (const std::size_t kept : {std::size_t{1}, std::size_t{12}, length}) {
    put(trials_path(dir()), whole.substr(0, third + kept));
    EXPECT_EQ(read_trials(dir()).trials.size(), 2u);
    EXPECT_EQ(run(toml()).ran, 4);
    EXPECT_EQ(read_trials(dir()).trials.size(), 6u);
  }
}

TEST_F(folder, nothing_else_is_cut_off) {
  run(toml());
  const auto whole = contents(trials_path(dir()));
  const auto third = whole.find('\n', whole.find('\n') + 1) + 1;
  for (const std::string& end : {std::string("notes"), std::string("{}\n{\"tri\n"),
                                 std::string("{\"trial\":3}\n"), std::string(10, '\0') + "\n"}) {
    const auto text = whole.substr(0, third) + end;
    put(trials_path(dir()), text);
    EXPECT_NE(message_of([&] { run(toml()); }).find("trials.jsonl: line 3: "), std::string::npos);
    EXPECT_EQ(contents(trials_path(dir())), text);
  }
}

TEST_F(folder, whole_numbers_of_a_line_are_whole) {
  run(toml());
  const auto text = contents(trials_path(dir()));
  for (const std::string number : {"0.7", "1e300", "-1", "\"0\"", "99999999999999999999"}) {
    auto damaged = text;
    const auto at = damaged.find("\"trial\":") + 8;
    damaged.replace(at, damaged.find(',', at) - at, number);
    put(trials_path(dir()), damaged);
    EXPECT_NE(
        message_of([&] { run(toml()); }).find("line 1: trial: expected a whole number from 0"),
        std::string::npos)
        << number;
  }
}

TEST_F(folder, a_damaged_line_before_whole_ones_is_an_error) {
  run(toml());
  auto text = contents(trials_path(dir()));
  text[text.find("\"seed\"") + 1] = 'S';
  put(trials_path(dir()), text);
  EXPECT_NE(
      message_of([&] { run(toml()); }).find("trials.jsonl: line 1: 'seed' expected, but missing"),
      std::string::npos);
}

TEST_F(folder, a_plan_json_of_another_kind_is_an_error) {
  run(toml());
  const std::string head = "{\"format\": \"tubal sweep 1\"";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "found an empty file"},
      {"[]", "expected an object, found []"},
      {"{", "damaged JSON: "},
      {"{\"format\": 1}", "format: expected a text, found 1"},
      {"{\"format\": \"tubal sweep 9\"}", "expected one of tubal sweep 1"},
      {head + ", \"vary\": 1}", "vary: expected a list, found 1"},
      {head + ", \"vary\": [1]}", "vary: 1: expected an object, found 1"},
      {head + ", \"vary\": [{}]}", "vary: 1: 'key' expected, but missing"},
      {head + ", \"vary\": [{\"key\": 1}]}", "vary: 1: key: expected a text, found 1"},
      {head + ", \"vary\": [{\"key\": \"n\", \"values\": 2}]}", "values: expected a list"},
      {head + ", \"title\": " + std::string(100000, '[') + std::string(100000, ']') + "}",
       "nested at most 64 deep"}};
  for (const auto& [text, says] : cases) {
    put(plan_path(dir()), text);
    const auto said = message_of([&] { run(toml()); });
    EXPECT_NE(said.find("plan.json: "), std::string::npos) << said;
    EXPECT_NE(said.find(says), std::string::npos) << said;
  }
}

TEST_F(folder, a_line_twice_or_of_another_plan_is_an_error) {
  run(toml());
  const auto text = contents(trials_path(dir()));
  put(trials_path(dir()), text + text);
  EXPECT_NE(message_of([&] { run(toml()); }).find("is there twice"), std::string::npos);
  auto other = text;
  char& digit = other[other.find("\"seed\":") + 7];
  digit = digit == '1' ? '2' : '1';
  put(trials_path(dir()), other);
  EXPECT_NE(message_of([&] { run(toml()); }).find("is none of the plan"), std::string::npos);
}

TEST_F(folder, missing_curves_of_a_finished_trial_are_an_error) {
  run(toml());
  const auto text = contents(trials_path(dir()));
  put(trials_path(dir()), text.substr(0, text.find('\n') + 1));
  const auto point = read_trials(dir()).trials.front().point;
  fs::remove(curves_path(dir(), point));
  EXPECT_NE(message_of([&] { run(toml()); }).find("no such file"), std::string::npos);
}

TEST_F(folder, curves_without_lines_are_replaced) {
  run(toml());
  const auto curves = contents(curves_path(dir(), 1));
  fs::remove(trials_path(dir()));
  run(toml());
  EXPECT_EQ(contents(curves_path(dir(), 1)), curves);
}

TEST_F(folder, a_changed_plan_is_refused_and_a_changed_title_taken) {
  run(toml());
  const auto said = message_of([&] { run(toml("seed = 2")); });
  EXPECT_NE(said.find("seed is 1 there, 2 now"), std::string::npos) << said;
  EXPECT_EQ(run(toml("title = \"new\"")).ran, 0);
  EXPECT_EQ(read_plan_json(dir())["title"], "new");
}

TEST_F(folder, a_changed_success_is_judged_again) {
  run(toml());
  auto text = toml();
  text.insert(text.find("every"), "success = 1e9\n");
  run(text);
  for (const auto& t : read_trials(dir()).trials) EXPECT_TRUE(t.success);
}

TEST_F(folder, stops_when_asked_and_goes_on) {
  std::atomic<int> left = 20;
  const auto first = run(toml(), {[&] { return left-- <= 0; }, [](auto&) {}});
  EXPECT_FALSE(first.complete());
  EXPECT_FALSE(fs::exists(quantiles_path(dir())));
  const auto second = run(toml());
  EXPECT_EQ(first.finished + second.ran, 6);
  EXPECT_TRUE(second.complete());
}

TEST_F(folder, with_other_things_in_it_is_left_alone) {
  fs::create_directory(dir());
  put(dir() / "thesis.tex", "years of work");
  EXPECT_NE(message_of([&] { run(toml()); }).find("holds 'thesis.tex' and no plan.json"),
            std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir()), {}), 1);
}

TEST_F(folder, what_diverges_is_kept_as_such) {
  auto text = toml();
  text.replace(text.find("0.1"), 3, "1e9");
  EXPECT_TRUE(run(text).complete());
  for (const auto& t : read_trials(dir()).trials) {
    EXPECT_EQ(t.stop, "not_finite");
    EXPECT_TRUE(std::isnan(t.final_of("test_error")));
    EXPECT_FALSE(t.success);
  }
  EXPECT_NE(contents(quantiles_path(dir())).find("inf"), std::string::npos);
}

/// The descent of a trial, from the library alone.
record last_record(const synthetic_options& o, const settings& s) {
  context<host> ctx({.threads = 1});
  const auto given = make_synthetic_problem<double>(ctx, o);
  recovery<double, host> descent(ctx, given.sensing, given.measurements, given.initial_factor,
                                 s.step, {.truth = given.ground_truth});
  monitor<double, host> watch(descent, given.ground_truth, {});
  return tubal::run(descent, watch, {.iterations = s.iterations}).last;
}

TEST_F(folder, trials_are_those_of_the_library) {
  for (const std::string kind : {"own", "shared"}) {
    const auto text = toml("operator = \"" + kind + "\"");
    const auto p = parse_plan(text, "p.toml");
    folder_writer writer(scratch / kind, p, where);
    execute(p, writer, where, {});
    for (const auto& t : writer.finished()) {
      const auto s = settings_at(p, t.point);
      const auto operator_seed = kind == "own" ? t.seed : seed_of_point(1, t.point);
      EXPECT_EQ(t.seed, seed_of_trial(1, t.trial));
      const auto last = last_record({.n = s.n,
                                     .k = s.k,
                                     .tubal_rank = s.rank,
                                     .factor_rank = s.factor_rank,
                                     .measurements = s.measurements,
                                     .init_scale = s.alpha,
                                     .seed = t.seed,
                                     .operator_seed = operator_seed},
                                    s);
      EXPECT_EQ(t.final_of("test_error"), last[measure::test_error]);
      EXPECT_EQ(t.final_of("train_error"), last[measure::train_error]);
    }
  }
}

TEST_F(folder, a_chained_trial_starts_where_the_last_one_ended) {
  run(toml("trials = \"chained\""));
  for (const std::int64_t point : {0, 1}) {
    const auto c = read_curves(curves_path(dir(), point));
    for (const std::int64_t j : {1, 2}) {
      const auto before = c.values_of("", 3 * point + j - 1, {"test_error"});
      const auto after = c.values_of("", 3 * point + j, {"test_error"});
      EXPECT_NEAR(after.front(), before.back(), 1e-12);
      EXPECT_NE(after.back(), before.back());
    }
  }
}

TEST_F(folder, a_chain_goes_on_from_its_middle) {
  const auto text = toml("trials = \"chained\"");
  run(text);
  const auto whole = contents(curves_path(dir(), 1));
  auto lines = read_trials(dir()).trials;
  std::string kept;
  for (const auto& t : lines)
    if (t.trial == 3) kept += to_line(t);
  put(trials_path(dir()), kept);
  EXPECT_EQ(run(text).ran, 5);
  EXPECT_EQ(contents(curves_path(dir(), 1)), whole);
}

TEST_F(folder, trials_do_not_depend_on_the_size_of_chunks) {
  const auto p = parse_plan(toml(), "p.toml");
  const auto bytes = [&](const std::string& name, double seconds, int threads) {
    folder_writer writer(scratch / name, p, where);
    execute(p, writer, {.threads = threads}, {}, seconds);
    return contents(curves_path(scratch / name, 0)) + contents(curves_path(scratch / name, 1));
  };
  const auto one = bytes("one", 1e-9, 1);
  EXPECT_EQ(one, bytes("large", 1e9, 1));
  EXPECT_EQ(one, bytes("several", 1e-9, 3));
}

}  // namespace
}  // namespace tubal::sweep
