#include "cli/command.hpp"
#include "io/sample_problem.hpp"

#include <gtest/gtest.h>

namespace tubal::cli_test {
namespace {

TEST(help, tells_subcommands_and_exit_codes) {
  const auto r = tubal({"--help"});
  EXPECT_EQ(r.code, 0);
  for (const char* text : {"recover", "plot", "info", "Exit codes:", "130", "143"})
    EXPECT_NE(r.out.find(text), std::string::npos) << text;
}

TEST(help, of_recover_tells_every_option) {
  const auto r = tubal({"recover", "--help"});
  EXPECT_EQ(r.code, 0);
  for (const char* option : {"--problem",
                             "--n",
                             "--k",
                             "--rank",
                             "--factor-rank",
                             "--measurements",
                             "--alpha",
                             "--step",
                             "--iterations",
                             "--seed",
                             "--record-every",
                             "--train-tolerance",
                             "--progress-window",
                             "--progress-tolerance",
                             "--rank-tolerance",
                             "--noise",
                             "--out",
                             "--device",
                             "--precision",
                             "--threads",
                             "--json",
                             "--quiet"})
    EXPECT_NE(r.out.find(option), std::string::npos) << option;
}

TEST(help, version) {
  for (const char* option : {"--version", "-V"}) {
    const auto r = tubal({option});
    EXPECT_EQ(r.code, 0);
    EXPECT_EQ(r.out.find("tubal "), 0u);
  }
}

TEST(info, tells_about_the_build) {
  const auto r = tubal({"info"});
  EXPECT_EQ(r.code, 0) << r.err;
  for (const char* text : {"back ends", "device host", "device cuda", "HDF5", "blas"})
    EXPECT_NE(r.out.find(text), std::string::npos) << text;
}

TEST(info, tells_about_files) {
  const io_test::scratch_directory scratch;
  io_test::write(scratch / "p.h5", io_test::make_sample());
  const auto problem = tubal({"info", scratch / "p.h5"});
  EXPECT_EQ(problem.code, 0) << problem.err;
  for (const char* text : {"3 x 3 x 2", "N = 12", "degrees of freedom", "m = 20"})
    EXPECT_NE(problem.out.find(text), std::string::npos) << text;
  tubal({"recover", "--problem", scratch / "p.h5", "--quiet", "--out", scratch / "run.h5"});
  const auto run = tubal({"info", scratch / "run.h5"});
  EXPECT_EQ(run.code, 0) << run.err;
  for (const char* text : {"test_error", "3 x 4 x 2", "stop_reason"})
    EXPECT_NE(run.out.find(text), std::string::npos) << text;
}

}  // namespace
}  // namespace tubal::cli_test
