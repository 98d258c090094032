// Exit codes, one line of error, nothing left behind.
#include "cli/command.hpp"
#include "io/damaged_files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

namespace tubal::cli_test {
namespace {

using io_test::damage;
using io_test::make_sample;
using io_test::scratch_directory;

void expect_error(const result& r, int code, const std::string& says) {
  EXPECT_EQ(r.code, code) << r.err;
  EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
  EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
  EXPECT_EQ(r.out, "");
}

class damaged : public testing::TestWithParam<damage> {};

TEST_P(damaged, ends_with_code_3) {
  const scratch_directory scratch;
  GetParam().make(scratch / "p.h5");
  const auto before = scratch.files();
  const auto problem = (scratch / "p.h5").string();
  const auto r = tubal({"recover", "--problem", problem, "--out", scratch / "run.h5"});
  expect_error(r, 3, GetParam().says);
  EXPECT_EQ(r.err.find("tubal: " + problem + ": "), 0u) << r.err;
  EXPECT_EQ(scratch.files(), before);
}

INSTANTIATE_TEST_SUITE_P(problem_file, damaged, testing::ValuesIn(io_test::damaged_files()),
                         [](const auto& instance) { return instance.param.name; });

struct misuse {
  std::vector<std::string> arguments;
  std::string says;
};

TEST(usage, wrong_options_end_with_code_2) {
  const std::vector<misuse> cases = {
      {{}, "expected a subcommand, see tubal --help"},
      {{"--nonsense"}, "unknown option --nonsense"},
      {{"--json", "recover"}, "--json: expected after the subcommand, see tubal recover --help"},
      {{"recoverr"}, "see tubal --help; did you mean 'recover'?"},
      {{"nonsense"}, "unknown subcommand 'nonsense', see tubal --help"},
      {{"recover", "--nonsense"}, "unknown option --nonsense"},
      {{"recover", "-rank", "2"}, "unknown option -rank; did you mean '--rank'?"},
      {{"recover", "--rnak=2"}, "unknown option --rnak; did you mean '--rank'?"},
      {{"plot", "run.h5", "--ouput", "a.svg"}, "unknown option --ouput; did you mean '--output'?"},
      {{"recover", "extra"}, "unexpected argument 'extra'"},
      {{"recover", "--n"}, "--n"},
      {{"recover", "--n", "ten"}, "--n: expected a whole number, got ten"},
      {{"recover", "--n", "2.5"}, "--n: expected a whole number, got 2.5"},
      {{"recover", "--n", "1e300"}, "--n: expected a whole number, got 1e300"},
      {{"recover", "--alpha", "a"}, "--alpha: expected a number, got a"},
      {{"recover", "--n", "99999999999999999999"}, "more memory than any machine has"},
      {{"recover", "--n", "0"}, "--n: expected a positive size, got 0"},
      {{"recover", "--n", "-3"}, "--n: expected a positive size, got -3"},
      {{"recover", "--k", "0"}, "--k: expected a positive size, got 0"},
      {{"recover", "--rank", "0"}, "--rank: expected 1 to n = 10, got 0"},
      {{"recover", "--rank", "11"}, "--rank: expected 1 to n = 10, got 11"},
      {{"recover", "--factor-rank", "1"},
       "--factor-rank: expected at least the tubal rank 2, got 1"},
      {{"recover", "--measurements", "0"}, "--measurements: expected a positive number, got 0"},
      {{"recover", "--n", "1000000000", "--k", "1000000000"}, "more memory than any machine has"},
      {{"recover", "--factor-rank", "9000000000000000000"}, "more memory than any machine has"},
      {{"recover", "--alpha", "0"}, "--alpha: expected a positive number, got 0"},
      {{"recover", "--alpha", "nan"}, "--alpha: expected a positive number, got nan"},
      {{"recover", "--alpha", "1e999"}, "--alpha"},
      {{"recover", "--step", "-1"}, "--step: expected a positive number, got -1"},
      {{"recover", "--step", "inf"}, "--step: expected a positive number, got inf"},
      {{"recover", "--iterations", "-1"}, "--iterations: expected 0 or more, got -1"},
      {{"recover", "--seed", "-1"}, "--seed: expected 0 to 2^63 - 2, got -1"},
      {{"recover", "--seed", "99999999999999999999"}, "--seed: expected 0 to 2^63 - 2"},
      {{"recover", "--record-every", "0"}, "--record-every: expected 1 or more, got 0"},
      {{"recover", "--train-tolerance", "-1"}, "--train-tolerance: expected 0 or more, got -1"},
      {{"recover", "--progress-window", "-1"}, "--progress-window: expected 0 or more, got -1"},
      {{"recover", "--progress-tolerance", "1"}, "--progress-tolerance: expected 0 or more"},
      {{"recover", "--rank-tolerance", "nan"}, "--rank-tolerance: expected 0 or more"},
      {{"recover", "--noise", "-1"}, "--noise: expected 0 or more, got -1"},
      {{"recover", "--threads", "-1"}, "--threads: expected 0 to 1024, got -1"},
      {{"recover", "--device", "tpu"}, "--device"},
      {{"recover", "--precision", "half"}, "--precision"},
      {{"plot"}, "RUN is required"},
      {{"plot", "run.h5"}, "--output is required"},
      {{"plot", "run.h5", "-o", "picture.gif"}, "expected a name that ends in .svg or .png"},
      {{"info", "a", "b"}, "b"},
  };
  for (const auto& c : cases) {
    const auto r = tubal(c.arguments);
    expect_error(r, 2, c.says);
  }
}

TEST(usage, options_must_fit_the_problem_file) {
  const scratch_directory scratch;
  const auto problem = (scratch / "p.h5").string();
  io_test::write(problem, make_sample());
  const std::vector<misuse> cases = {
      {{"--n", "4"}, "--n: expected 3 as in the problem file, got 4"},
      {{"--k", "3"}, "--k: expected 2 as in the problem file, got 3"},
      {{"--measurements", "21"}, "--measurements: expected at most the 20 of the problem file"},
      {{"--rank", "4"}, "--rank: expected 1 to n = 3, got 4"},
      {{"--out", problem}, "--out: would overwrite the problem file"}};
  const auto before = contents(problem);
  for (const auto& c : cases) {
    std::vector<std::string> arguments = {"recover", "--problem", problem};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    expect_error(tubal(arguments), 2, c.says);
  }
  EXPECT_EQ(contents(problem), before);
}

TEST(output, that_cannot_be_written_is_found_before_the_run) {
  const scratch_directory scratch;
  for (const std::string& target :
       {scratch.path().string(), (scratch / "no/run.h5").string(), std::string("/dev/null"),
        std::string("/proc/run.h5"), std::string()})
    expect_error(tubal({"recover", "--iterations", "1000000000", "--out", target}), 4,
                 "cannot write");
  EXPECT_TRUE(scratch.files().empty());
}

TEST(output, a_write_that_fails_leaves_nothing) {
  const scratch_directory scratch;
  const auto r = tubal({"recover", "--iterations", "100", "--out", scratch / "run.h5"}, [] {
    const rlimit limit = {1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
  });
  expect_error(r, 4, (scratch / "run.h5").string() + ": cannot write: File too large");
  EXPECT_TRUE(scratch.files().empty());
}

TEST(output, a_full_standard_output_is_noticed) {
  const auto r = tubal({"recover", "--iterations", "1", "--json"},
                       [] { dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO); });
  expect_error(r, 4, "standard output: cannot write");
}

TEST(recovery, that_diverges_ends_with_code_6) {
  const auto r = tubal({"recover", "--step", "1e3", "--alpha", "10", "--iterations", "1000"});
  EXPECT_EQ(r.code, 6) << r.err;
  EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
  EXPECT_NE(r.err.find("diverged"), std::string::npos) << r.err;
  EXPECT_NE(r.out.find("not finite"), std::string::npos) << r.out;
}

TEST(device, that_is_not_there_ends_with_code_5) {
  const auto info = tubal({"info"});
  if (info.out.find("device cuda  available") != std::string::npos) GTEST_SKIP() << "has a GPU";
  const scratch_directory scratch;
  expect_error(tubal({"recover", "--device", "cuda", "--out", scratch / "run.h5"}), 5, "cuda");
  EXPECT_TRUE(scratch.files().empty());
}

TEST(info, of_what_is_no_file_of_ours_ends_with_code_3) {
  const scratch_directory scratch;
  std::ofstream(scratch / "text") << "hello";
  io_test::write(scratch / "other.h5", {});
  expect_error(tubal({"info", scratch / "text"}), 3, "expected an HDF5 file");
  expect_error(tubal({"info", scratch / "other.h5"}), 3, "expected a problem or run file");
  expect_error(tubal({"info", ""}), 3, "no such file");
}

}  // namespace
}  // namespace tubal::cli_test
