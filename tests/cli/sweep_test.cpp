// tubal sweep as a process: from a plan to a folder, stopped and gone on with.
#include "cli/command.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace tubal::cli_test {
namespace {

namespace fs = std::filesystem;
using io_test::scratch_directory;
using nlohmann::json;

std::vector<json> lines_of(const fs::path& path) {
  std::vector<json> lines;
  std::istringstream text(contents(path));
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  return lines;
}

class sweep : public testing::Test {
 protected:
  std::string plan(const std::string& head = "repetitions = 3\n",
                   const std::string& iterations = "40", const std::string& every = "10") {
    std::ofstream(scratch / "plan.toml") << head << R"(
      [problem]
      n = 4
      k = 2
      rank = 1
      measurements = 25
      [descent]
      factor-rank = 6
      step = 0.1
      iterations = )" << iterations << R"(
      [measure]
      every = )" << every << R"(
      [vary]
      alpha = [1e-1, 1e-3]
    )";
    return scratch / "plan.toml";
  }
  std::string dir() const { return scratch / "out"; }
  std::size_t line_count() const {
    const auto text = contents(scratch / "out" / "trials.jsonl");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  result run(std::vector<std::string> more = {}) {
    std::vector<std::string> all = {"sweep", (scratch / "plan.toml").string(), "-o", dir()};
    all.insert(all.end(), more.begin(), more.end());
    return tubal(all);
  }
  /// Waits until the sweep that runs has more finished trials.
  void wait_for_lines(std::size_t more_than) const {
    for (int i = 0; i < 3000 && line_count() <= more_than; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_GT(line_count(), more_than);
  }

  scratch_directory scratch;
};

void expect_error(const result& r, int code, const std::string& says) {
  EXPECT_EQ(r.code, code) << r.err;
  EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
  EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
}

TEST_F(sweep, runs_a_plan_into_a_folder) {
  plan();
  const auto r = run();
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(r.err, "");
  EXPECT_NE(r.out.find("points       2: 2 alpha\n"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("finished     6 trials"), std::string::npos) << r.out;
  const auto lines = lines_of(scratch / "out" / "trials.jsonl");
  ASSERT_EQ(lines.size(), 6u);
  for (const auto& line : lines) {
    EXPECT_EQ(line["settings"]["alpha"], line["point"] == 0 ? 1e-1 : 1e-3);
    EXPECT_EQ(line["trial"], 3 * line["point"].get<int>() + line["repetition"].get<int>());
    EXPECT_EQ(line["symmetric_dimension"], 20);
    EXPECT_EQ(line["degrees_of_freedom"], 8);
    EXPECT_EQ(line["m_over_dof"], 25 / 8.0);
  }
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir()))
    files.insert(entry.path().filename());
  EXPECT_EQ(files, (std::set<std::string>{"plan.json", "trials.jsonl", "quantiles.csv", "lock",
                                          "curves", "point-0000.h5", "point-0001.h5"}));
}

TEST_F(sweep, runs_the_example) {
  const auto r = tubal({"sweep", TUBAL_EXAMPLES "/plans/small.toml", "-o", dir(), "--json"});
  EXPECT_EQ(r.code, 0) << r.err;
  const auto report = json::parse(r.out);
  EXPECT_EQ(report["trials"], 48);
  EXPECT_EQ(report["ran"], 48);
}

TEST_F(sweep, a_trial_is_what_recover_does_with_its_seed) {
  plan();
  run({"--quiet"});
  const auto line = lines_of(scratch / "out" / "trials.jsonl").back();
  const auto& s = line["settings"];
  const auto r = tubal({"recover",
                        "--json",
                        "--n",
                        s["n"].dump(),
                        "--k",
                        s["k"].dump(),
                        "--rank",
                        s["rank"].dump(),
                        "--measurements",
                        s["measurements"].dump(),
                        "--factor-rank",
                        s["factor-rank"].dump(),
                        "--alpha",
                        s["alpha"].dump(),
                        "--step",
                        s["step"].dump(),
                        "--iterations",
                        s["iterations"].dump(),
                        "--seed",
                        line["seed"].dump()});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(json::parse(r.out)["final"]["test_error"], line["final"]["test_error"]);
}

TEST_F(sweep, a_dry_run_tells_the_cost_and_makes_nothing) {
  plan();
  const auto before = scratch.files();
  const auto r = tubal({"sweep", scratch / "plan.toml", "--dry-run"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_NE(r.out.find("trials       6, 3 for each point\niterations   240 "), std::string::npos)
      << r.out;
  EXPECT_EQ(run({"--dry-run", "--json"}).code, 0);
  EXPECT_EQ(scratch.files(), before);
}

TEST_F(sweep, that_is_done_has_nothing_to_do) {
  plan();
  run();
  const auto lines = contents(scratch / "out" / "trials.jsonl");
  const auto r = run();
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_NE(r.out.find("0 are to be run"), std::string::npos) << r.out;
  EXPECT_EQ(contents(scratch / "out" / "trials.jsonl"), lines);
}

TEST_F(sweep, is_the_same_on_any_number_of_threads) {
  plan("repetitions = 20\n");
  const auto bytes = [&](const std::string& threads) {
    EXPECT_EQ(run({"--threads", threads}).code, 0);
    const auto all = contents(scratch / "out" / "curves" / "point-0000.h5") +
                     contents(scratch / "out" / "curves" / "point-0001.h5") +
                     contents(scratch / "out" / "quantiles.csv");
    fs::remove_all(dir());
    return all;
  };
  EXPECT_EQ(bytes("1"), bytes("3"));
}

TEST_F(sweep, runs_in_single_precision) {
  plan();
  EXPECT_EQ(run({"--precision", "float"}).code, 0);
  expect_error(run(), 2, "precision is \"float\" there, \"double\" now");
}

class stopped_sweep : public sweep, public testing::WithParamInterface<int> {};

TEST_P(stopped_sweep, keeps_finished_trials_and_goes_on) {
  plan("repetitions = 100000\n", "2000");
  std::string before;
  for (int round = 0; round < 2; ++round) {
    process running({"sweep", scratch / "plan.toml", "-o", dir()});
    wait_for_lines(line_count());
    running.signal(GetParam());
    const auto r = running.wait();
    expect_error(r, 128 + GetParam(), "the same command goes on with the rest");
    EXPECT_NE(r.err.find(std::to_string(line_count()) + " of 200000 trials"), std::string::npos);
    const auto now = contents(scratch / "out" / "trials.jsonl");
    EXPECT_EQ(now.rfind(before, 0), 0u);
    before = now;
  }
}

INSTANTIATE_TEST_SUITE_P(by, stopped_sweep, testing::Values(SIGINT, SIGTERM),
                         [](const auto& instance) {
                           return std::string(instance.param == SIGINT ? "SIGINT" : "SIGTERM");
                         });

TEST_F(sweep, a_second_one_in_the_folder_is_refused) {
  plan("repetitions = 100000\n", "2000");
  process running({"sweep", scratch / "plan.toml", "-o", dir()});
  wait_for_lines(0);
  expect_error(run(), 4, "/out/lock: another sweep runs in this folder");
  running.signal(SIGINT);
  EXPECT_EQ(running.wait().code, 130);
}

TEST_F(sweep, a_changed_plan_is_refused_with_the_differences) {
  plan();
  run();
  plan("repetitions = 4\n", "50");
  const auto r = run();
  expect_error(r, 2, "descent.iterations is 40 there, 50 now; repetitions is 3 there, 4 now");
}

TEST_F(sweep, wrong_plans_and_options_end_with_a_code) {
  plan("sed = 1\n");
  expect_error(run(), 2, "line 1: sed: unknown key; did you mean 'seed'?");
  plan("seed = = 1\n");
  expect_error(run(), 3, "plan.toml: line 1, column 8: ");
  expect_error(tubal({"sweep", scratch / "no.toml", "-o", dir()}), 3, "no such file");
  plan();
  expect_error(tubal({"sweep", scratch / "plan.toml"}), 2, "--out is required");
  expect_error(run({"--threads", "-1"}), 2, "--threads");
  EXPECT_FALSE(fs::exists(dir()));
}

TEST_F(sweep, a_folder_that_cannot_be_written_ends_with_code_4) {
  const auto at = plan();
  for (const std::string& target : {std::string("/proc/sweep"), at, std::string("/dev/null/x")})
    expect_error(tubal({"sweep", at, "-o", target}), 4, target + ": cannot make the folder: ");
}

/// Runs with files limited to so many bytes, as if the disk were full.
result run_limited(const std::string& plan, const std::string& dir, rlim_t bytes) {
  return tubal({"sweep", plan, "-o", dir, "--quiet"}, [bytes] {
    const rlimit limit = {bytes, bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
  });
}

TEST_F(sweep, a_write_that_fails_leaves_a_folder_that_goes_on) {
  const auto at = plan("repetitions = 100\n", "10");
  expect_error(run_limited(at, dir(), 500), 4, "/out/plan.json: cannot write: File too large");
  expect_error(run_limited(at, dir(), 4000), 4, ".h5: cannot write: File too large");
  expect_error(run_limited(at, dir(), 30000), 4, "/out/trials.jsonl: cannot write: File too large");
  const auto text = contents(scratch / "out" / "trials.jsonl");
  EXPECT_GT(line_count(), 0u);
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(contents(scratch / "out" / "trials.jsonl").rfind(text, 0), 0u);
  EXPECT_EQ(line_count(), 200u);
}

}  // namespace
}  // namespace tubal::cli_test
