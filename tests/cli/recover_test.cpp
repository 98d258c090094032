#include "cli/command.hpp"
#include "io/run_file.hpp"
#include "io/sample_problem.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

namespace tubal::cli_test {
namespace {

using io_test::make_sample;
using io_test::scratch_directory;
using nlohmann::json;

class recover : public testing::Test {
 protected:
  result run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "recover");
    return tubal(arguments);
  }
  json report(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const auto r = run(arguments);
    EXPECT_EQ(r.code, 0) << r.err;
    EXPECT_EQ(r.err, "");
    return json::parse(r.out);
  }
  std::string sample(const std::function<void(io_test::sample_problem&)>& change = {}) {
    auto p = make_sample();
    if (change) change(p);
    io_test::write(scratch / "p.h5", p);
    return scratch / "p.h5";
  }
  io::run_data written() { return io::read_run_file(scratch / "run.h5"); }
  std::string out() { return scratch / "run.h5"; }

  scratch_directory scratch;
};

TEST_F(recover, by_default_is_the_synthetic_protocol) {
  const auto r = report({"--iterations", "20"});
  EXPECT_EQ(r["problem"]["file"], nullptr);
  EXPECT_EQ(r["problem"]["n"], 10);
  EXPECT_EQ(r["problem"]["k"], 4);
  EXPECT_EQ(r["problem"]["tubal_rank"], 2);
  EXPECT_EQ(r["problem"]["factor_rank"], 100);
  EXPECT_EQ(r["problem"]["measurements"], 254);
  EXPECT_EQ(r["problem"]["symmetric_dimension"], 210);
  EXPECT_EQ(r["problem"]["over_determined"], true);
  EXPECT_EQ(r["options"]["step_size"], 5.08e-3);
  EXPECT_EQ(r["options"]["init_scale"], 1e-7);
  EXPECT_EQ(r["options"]["seed"], 1);
  EXPECT_EQ(r["iterations"], 20);
  EXPECT_EQ(r["stop_reason"], "iterations");
  EXPECT_EQ(r["final"].size(), 9u);
}

TEST_F(recover, takes_whole_numbers_with_an_exponent_and_every_name_of_the_output) {
  for (const char* name : {"-o", "--output", "--out"}) {
    EXPECT_EQ(report({"--iterations", "1e1", name, out()})["iterations"], 10);
    EXPECT_EQ(written().iteration.back(), 10);
    std::filesystem::remove(out());
  }
}

TEST_F(recover, recovers) {
  const auto r = report({"--threads", "1"});
  EXPECT_LT(r["final"]["test_error"], 4e-4);
  EXPECT_LT(r["smallest"]["angle_to_spectral_subspace"]["value"], 0.03);
  EXPECT_LT(r["stages"]["growth"], r["stages"]["convergence"]);
}

TEST_F(recover, takes_everything_from_the_file) {
  const auto r = report({"--problem", sample()});
  EXPECT_EQ(r["problem"]["n"], 3);
  EXPECT_EQ(r["problem"]["factor_rank"], 4);
  EXPECT_EQ(r["options"]["initial_factor"], "file");
  EXPECT_EQ(r["options"]["step_size"], 0.1 / 20);
  EXPECT_EQ(r["iterations"], 50);
}

TEST_F(recover, options_override_the_file) {
  const auto r = report({"--problem", sample(), "--measurements", "15", "--factor-rank", "2",
                         "--alpha", "1e-2", "--step", "1e-3", "--iterations", "7", "--rank", "2"});
  EXPECT_EQ(r["problem"]["measurements"], 15);
  EXPECT_EQ(r["problem"]["factor_rank"], 2);
  EXPECT_EQ(r["problem"]["tubal_rank"], 2);
  EXPECT_EQ(r["options"]["initial_factor"], "drawn");
  EXPECT_EQ(r["options"]["init_scale"], 1e-2);
  EXPECT_EQ(r["options"]["step_size"], 1e-3);
  EXPECT_EQ(r["iterations"], 7);
}

TEST_F(recover, draws_the_initial_factor_that_a_file_lacks) {
  const auto problem = sample([](auto& p) { p.datasets.erase("initial_factor"); });
  const auto one = report({"--problem", problem});
  EXPECT_EQ(one["options"]["initial_factor"], "drawn");
  EXPECT_EQ(one["final"], report({"--problem", problem, "--seed", "1"})["final"]);
  EXPECT_NE(one["final"], report({"--problem", problem, "--seed", "2"})["final"]);
}

TEST_F(recover, leaves_out_rows_that_need_a_missing_truth) {
  const auto problem = sample([](auto& p) {
    p.datasets.erase("ground_truth");
    p.datasets.erase("ground_truth_factor");
  });
  const auto r = report({"--problem", problem, "--out", out()});
  EXPECT_TRUE(r["final"].contains("train_error"));
  EXPECT_FALSE(r["final"].contains("test_error"));
  const auto run = written();
  EXPECT_NE(run.row("train_error"), nullptr);
  EXPECT_EQ(run.row("test_error"), nullptr);
  EXPECT_EQ(run.row("singular_tube_error"), nullptr);
}

TEST_F(recover, knows_the_truth_by_its_factor_alone) {
  const auto both = report({"--problem", sample()});
  const auto one = report({"--problem", sample([](auto& p) { p.datasets.erase("ground_truth"); })});
  EXPECT_NEAR(both["final"]["test_error"].get<double>(), one["final"]["test_error"].get<double>(),
              1e-12);
}

TEST_F(recover, writes_every_iterate_and_the_last) {
  report({"--problem", sample(), "--record-every", "1", "--out", out()});
  auto run = written();
  ASSERT_EQ(run.iteration.size(), 51u);
  for (std::size_t i = 0; i < 51; ++i) EXPECT_EQ(run.iteration[i], static_cast<std::int64_t>(i));
  EXPECT_EQ(run.rows.size(), 9u);
  EXPECT_EQ(run.factor_sizes, (io::extents{3, 4, 2}));
  report({"--problem", sample(), "--record-every", "20", "--out", out()});
  EXPECT_EQ(written().iteration, (std::vector<std::int64_t>{0, 20, 40, 50}));
  report({"--problem", sample(), "--iterations", "0", "--out", out()});
  EXPECT_EQ(written().iteration, (std::vector<std::int64_t>{0}));
}

TEST_F(recover, keeps_options_versions_and_outcome_in_the_file) {
  const auto r = report({"--problem", sample(), "--out", out(), "--seed", "5", "--noise", "0.1"});
  const auto attributes = written().attributes;
  for (const char* name : {"problem",
                           "n",
                           "k",
                           "tubal_rank",
                           "factor_rank",
                           "measurements",
                           "step_size",
                           "init_scale",
                           "iterations",
                           "record_every",
                           "seed",
                           "noise",
                           "train_tolerance",
                           "progress_window",
                           "progress_tolerance",
                           "rank_tolerance",
                           "device",
                           "precision",
                           "threads",
                           "tubal_version",
                           "hdf5_version",
                           "stop_reason",
                           "final_test_error",
                           "device_blas",
                           "run_seconds"})
    EXPECT_TRUE(attributes.contains(name)) << name;
  EXPECT_EQ(std::get<std::int64_t>(attributes.at("seed")), 5);
  EXPECT_EQ(std::get<double>(attributes.at("noise")), 0.1);
  EXPECT_EQ(std::get<double>(attributes.at("final_test_error")), r["final"]["test_error"]);
}

TEST_F(recover, is_the_same_on_any_number_of_threads) {
  auto bits = [&](const char* threads) {
    run({"--iterations", "300", "--threads", threads, "--quiet", "--out", out()});
    return std::make_pair(written().rows, io::read_final_factor(out()));
  };
  EXPECT_EQ(bits("1"), bits("3"));
}

TEST_F(recover, runs_in_single_precision) {
  const auto r = report({"--problem", sample(), "--precision", "float", "--out", out()});
  const auto d = report({"--problem", sample()});
  EXPECT_NEAR(r["final"]["test_error"].get<double>(), d["final"]["test_error"].get<double>(), 1e-3);
}

TEST_F(recover, stops_at_the_train_error_asked_for) {
  const auto r = report({"--train-tolerance", "0.5"});
  EXPECT_EQ(r["stop_reason"], "train_error");
  EXPECT_LE(r["final"]["train_error"], 0.5);
  EXPECT_LT(r["iterations"], 10000);
}

TEST_F(recover, noise_is_relative_to_the_measurements) {
  const auto r = report({"--noise", "0.05", "--iterations", "8000", "--measurements", "400"});
  EXPECT_GT(r["final"]["train_error"], 0.02);
  EXPECT_LT(r["final"]["train_error"], 0.06);
}

TEST_F(recover, tells_m_beside_the_dimensions) {
  auto text = [&](const char* m) { return run({"--iterations", "1", "--measurements", m}).out; };
  EXPECT_NE(text("254").find("m = 254 >= N: over-determined"), std::string::npos);
  EXPECT_NE(text("150").find("m = 150 < N: under-determined"), std::string::npos);
  EXPECT_NE(text("50").find("m = 50 < degrees of freedom"), std::string::npos);
}

TEST_F(recover, is_quiet_when_asked) {
  const auto r = run({"--iterations", "5", "--quiet"});
  EXPECT_EQ(r.code, 0);
  EXPECT_EQ(r.out + r.err, "");
}

TEST_F(recover, writes_nothing_but_the_file_asked_for) {
  run({"--iterations", "5", "--out", out()});
  EXPECT_EQ(scratch.files(), std::set<std::string>{"run.h5"});
}

TEST_F(recover, numbers_that_are_not_finite_are_null_in_json) {
  const auto r = run({"--step", "1e3", "--alpha", "10", "--json", "--out", out()});
  EXPECT_EQ(r.code, 6);
  const auto report = json::parse(r.out);
  EXPECT_EQ(report["stop_reason"], "not_finite");
  EXPECT_EQ(report["final"]["train_error"], nullptr);
  EXPECT_FALSE(written().iteration.empty());
}

class interrupted : public recover, public testing::WithParamInterface<int> {};

TEST_P(interrupted, writes_what_there_is) {
  process running(
      {"recover", "--iterations", "2000000000", "--record-every", "100", "--out", out()});
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  running.signal(GetParam());
  const auto r = running.wait();
  EXPECT_EQ(r.code, 128 + GetParam());
  EXPECT_NE(r.out.find("interrupted"), std::string::npos) << r.out;
  const auto run = written();
  EXPECT_EQ(std::get<std::string>(run.attributes.at("stop_reason")), "interrupted");
  EXPECT_GE(run.iteration.size(), 1u);
  EXPECT_FALSE(run.factor_sizes.empty());
  EXPECT_EQ(scratch.files(), std::set<std::string>{"run.h5"});
}

INSTANTIATE_TEST_SUITE_P(by, interrupted, testing::Values(SIGINT, SIGTERM),
                         [](const auto& instance) {
                           return std::string(instance.param == SIGINT ? "SIGINT" : "SIGTERM");
                         });

}  // namespace
}  // namespace tubal::cli_test
