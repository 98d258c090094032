// tubal recover --checkpoint: what is stopped goes on to the same bits.
#include "cli/command.hpp"
#include "io/checkpoint_file.hpp"
#include "io/sample_problem.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

namespace tubal::cli_test {
namespace {

using io_test::scratch_directory;
using nlohmann::json;

class checkpoint : public testing::Test {
 protected:
  std::string state() const { return scratch / "state.h5"; }
  std::string out() const { return scratch / "run.h5"; }
  result run(std::vector<std::string> more) const {
    std::vector<std::string> all = {"recover", "--checkpoint", state()};
    all.insert(all.end(), more.begin(), more.end());
    return tubal(all);
  }
  void expect_refused(const std::vector<std::string>& more, int code, const std::string& says) {
    const auto before = contents(state());
    const auto r = run(more);
    EXPECT_EQ(r.code, code) << r.err;
    EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
    EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
    EXPECT_EQ(contents(state()), before);
  }
  /// Trajectories and factor of the run file.
  auto bits() const {
    const auto found = io::read_run_file(out());
    return std::make_tuple(found.iteration, found.rows, io::read_final_factor(out()));
  }

  scratch_directory scratch;
};

TEST_F(checkpoint, changes_nothing_and_can_be_run_again) {
  EXPECT_EQ(tubal({"recover", "--iterations", "300", "--quiet", "--out", out()}).code, 0);
  const auto alone = bits();
  EXPECT_EQ(run({"--iterations", "300", "--quiet", "--out", out()}).code, 0);
  EXPECT_EQ(bits(), alone);
  const auto again = run({"--iterations", "300", "--json", "--out", out()});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(json::parse(again.out)["resumed_at"], 300);
  EXPECT_EQ(bits(), alone);
  EXPECT_EQ(scratch.files(), (std::set<std::string>{"run.h5", "state.h5"}));
}

TEST_F(checkpoint, takes_a_recovery_further_to_the_same_bits) {
  for (const std::string precision : {"double", "float"}) {
    const std::vector<std::string> same = {"--precision", precision, "--quiet", "--out", out()};
    const auto up_to = [&](const std::string& iterations, const std::string& threads) {
      auto all = same;
      all.insert(all.end(), {"--iterations", iterations, "--threads", threads});
      return run(all).code;
    };
    EXPECT_EQ(up_to("500", "1"), 0);
    const auto alone = bits();
    std::filesystem::remove(state());
    EXPECT_EQ(up_to("120", "1"), 0);
    EXPECT_EQ(up_to("330", "2"), 0);
    EXPECT_EQ(up_to("500", "1"), 0);
    EXPECT_EQ(bits(), alone) << precision;
    std::filesystem::remove(state());
  }
}

TEST_F(checkpoint, of_a_problem_file_goes_on_and_knows_the_file) {
  const auto problem = (scratch / "p.h5").string();
  io_test::write(problem, io_test::make_sample());
  const std::vector<std::string> same = {"--problem", problem, "--out", out(), "--iterations"};
  const auto up_to = [&](const std::string& iterations) {
    auto all = same;
    all.push_back(iterations);
    return all;
  };
  EXPECT_EQ(run(up_to("50")).code, 0);
  const auto alone = bits();
  std::filesystem::remove(state());
  EXPECT_EQ(run(up_to("20")).code, 0);
  EXPECT_EQ(run(up_to("50")).code, 0);
  EXPECT_EQ(bits(), alone);
  auto other = io_test::make_sample();
  other.datasets["measurements"].values[3] += 1e-9;
  io_test::write(problem, other);
  expect_refused(up_to("60"), 2, "problem_checksum is ");
}

TEST_F(checkpoint, of_another_recovery_is_refused_with_the_differences) {
  EXPECT_EQ(run({"--iterations", "50", "--quiet"}).code, 0);
  expect_refused({"--iterations", "60", "--seed", "4", "--step", "0.25"}, 2,
                 "is of another recovery: seed is 1 there, 4 now; step_size is ");
  expect_refused({"--iterations", "60", "--precision", "float"}, 2,
                 "precision is double there, float now");
  expect_refused({"--iterations", "40"}, 2, "--iterations: expected at least the 50 of ");
}

TEST_F(checkpoint, that_is_damaged_or_none_ends_with_code_3) {
  EXPECT_EQ(run({"--iterations", "50", "--quiet"}).code, 0);
  auto text = contents(state());
  text[text.size() / 2] ^= 4;
  std::ofstream(state(), std::ios::binary) << text;
  expect_refused({"--iterations", "50"}, 3, "damaged: its bytes are not those that were written");
  std::ofstream(state()) << "my notes";
  expect_refused({"--iterations", "50"}, 3, "expected a checkpoint");
}

TEST_F(checkpoint, wrong_options_end_with_a_code) {
  expect_refused({"--checkpoint-every", "-1"}, 2, "--checkpoint-every: expected 0 or more seconds");
  expect_refused({"--out", state()}, 2, "--checkpoint: would overwrite the output file");
  const auto r = tubal({"recover", "--checkpoint", scratch / "no/state.h5"});
  EXPECT_EQ(r.code, 4) << r.err;
  EXPECT_NE(r.err.find("cannot write: No such file or directory"), std::string::npos) << r.err;
}

TEST_F(checkpoint, of_a_recovery_that_diverges_is_the_last_finite_one) {
  const auto r = run({"--step", "1e3", "--alpha", "10", "--checkpoint-every", "0", "--quiet"});
  EXPECT_EQ(r.code, 6) << r.err;
  const auto found = io::read_checkpoint(state());
  EXPECT_TRUE(std::isfinite(found.run.row("train_error")->back()));
}

class stopped_by : public checkpoint, public testing::WithParamInterface<int> {};

TEST_P(stopped_by, a_signal_it_goes_on) {
  const std::vector<std::string> forever = {"recover",      "--iterations",   "2000000000",
                                            "--checkpoint", state(),          "--out",
                                            out(),          "--record-every", "100"};
  std::int64_t reached = 0;
  for (int round = 0; round < 2; ++round) {
    process running(forever);
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    running.signal(GetParam());
    const auto r = running.wait();
    EXPECT_EQ(r.code, 128 + GetParam()) << r.err;
    EXPECT_NE(r.out.find("from which the same command goes on"), std::string::npos) << r.out;
    const auto found = io::read_checkpoint(state());
    EXPECT_EQ(found.run.iteration, io::read_run_file(out()).iteration) << "nothing is lost";
    EXPECT_GT(found.run.iteration.back(), reached);
    reached = found.run.iteration.back();
  }
}

INSTANTIATE_TEST_SUITE_P(checkpoint, stopped_by, testing::Values(SIGINT, SIGTERM),
                         [](const auto& instance) {
                           return std::string(instance.param == SIGINT ? "SIGINT" : "SIGTERM");
                         });

}  // namespace
}  // namespace tubal::cli_test
