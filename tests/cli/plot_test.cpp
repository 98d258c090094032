#include "cli/command.hpp"
#include "io/run_file.hpp"
#include "io/sample_problem.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tubal::cli_test {
namespace {

using io_test::scratch_directory;

class plot : public testing::Test {
 protected:
  plot() {
    if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) has_gnuplot = false;
    tubal({"recover", "--iterations", "4000", "--quiet", "--out", run()});
    setenv("TMPDIR", temporary.path().c_str(), 1);
  }
  ~plot() override { unsetenv("TMPDIR"); }

  std::string run() { return scratch / "run.h5"; }
  result draw(const std::string& name) { return tubal({"plot", run(), "-o", scratch / name}); }
  void expect_nothing_left(const std::set<std::string>& names) {
    EXPECT_EQ(scratch.files(), names);
    EXPECT_TRUE(temporary.files().empty());
  }
  std::string fake_gnuplot(const std::string& script) {
    std::filesystem::create_directory(fake / "bin");
    const auto path = fake / "bin/gnuplot";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0755);
    return (fake / "bin").string() + ":/usr/bin:/bin";
  }

  bool has_gnuplot = true;
  scratch_directory scratch;
  scratch_directory temporary;
  scratch_directory fake;
};

TEST_F(plot, draws_a_png) {
  if (!has_gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  const auto r = draw("a.png");
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(r.out + r.err, "");
  const auto image = contents(scratch / "a.png");
  EXPECT_EQ(image.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(image.substr(image.size() - 8, 4), "IEND");
  EXPECT_GT(image.size(), 20000u);
  expect_nothing_left({"a.png", "run.h5"});
}

TEST_F(plot, draws_an_svg_with_all_curves) {
  if (!has_gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  const auto r = draw("a.SVG");
  ASSERT_EQ(r.code, 0) << r.err;
  const auto image = contents(scratch / "a.SVG");
  EXPECT_NE(image.find("<svg"), std::string::npos);
  EXPECT_NE(image.find("</svg>"), std::string::npos);
  for (const char* text :
       {"test error", "train error", "singular-tube error", "iterate to the truth",
        "signal, smallest", "noise, largest", "growth", "local convergence"})
    EXPECT_NE(image.find(text), std::string::npos) << text;
}

TEST_F(plot, no_name_reaches_a_shell) {
  if (!has_gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  const std::string odd = "a'\"; touch evil; `touch evil` $(touch evil) .svg";
  const auto r = draw(odd);
  EXPECT_EQ(r.code, 0) << r.err;
  expect_nothing_left({odd, "run.h5"});
}

TEST_F(plot, draws_what_a_run_without_truth_has) {
  if (!has_gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  auto p = io_test::make_sample();
  p.datasets.erase("ground_truth");
  p.datasets.erase("ground_truth_factor");
  io_test::write(scratch / "p.h5", p);
  ASSERT_EQ(tubal({"recover", "--problem", scratch / "p.h5", "--quiet", "--out", run()}).code, 0);
  const auto r = draw("a.svg");
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_EQ(contents(scratch / "a.svg").find("test error"), std::string::npos);
}

TEST_F(plot, draws_a_single_record) {
  if (!has_gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  ASSERT_EQ(tubal({"recover", "--iterations", "0", "--quiet", "--out", run()}).code, 0);
  const auto r = draw("a.svg");
  EXPECT_EQ(r.code, 0) << r.err;
}

TEST_F(plot, says_when_gnuplot_is_missing) {
  const auto r =
      tubal({"plot", run(), "-o", scratch / "a.svg"}, [] { setenv("PATH", "/nonexistent", 1); });
  EXPECT_EQ(r.code, 4);
  EXPECT_EQ(r.err, "tubal: gnuplot is not installed or not on PATH\n");
  expect_nothing_left({"run.h5"});
}

TEST_F(plot, says_when_gnuplot_fails) {
  for (const std::string script :
       {"echo '\"script\", line 3: no such thing' >&2; exit 1", "exit 0", "kill -9 $$",
        "echo half > picture; echo 'no terminal' >&2; exit 1"}) {
    const auto path = fake_gnuplot(script);
    const auto r =
        tubal({"plot", run(), "-o", scratch / "a.svg"}, [&] { setenv("PATH", path.c_str(), 1); });
    EXPECT_EQ(r.code, 4) << r.err;
    EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
    EXPECT_NE(r.err.find("gnuplot failed"), std::string::npos) << r.err;
    expect_nothing_left({"run.h5"});
  }
}

TEST_F(plot, ends_with_its_signal_and_leaves_nothing) {
  const auto path = fake_gnuplot("exec sleep 20");
  {
    process running({"plot", run(), "-o", scratch / "a.svg"},
                    [&] { setenv("PATH", path.c_str(), 1); });
    usleep(300000);
    running.signal(SIGTERM);
    EXPECT_EQ(running.wait().code, 143);
  }
  expect_nothing_left({"run.h5"});
}

TEST_F(plot, wants_a_run_file_and_a_place_to_write) {
  io_test::write(scratch / "p.h5", io_test::make_sample());
  EXPECT_EQ(tubal({"plot", scratch / "p.h5", "-o", scratch / "a.svg"}).code, 3);
  EXPECT_EQ(tubal({"plot", scratch / "none.h5", "-o", scratch / "a.svg"}).code, 3);
  EXPECT_EQ(tubal({"plot", run(), "-o", scratch / "none/a.svg"}).code, 4);
  expect_nothing_left({"p.h5", "run.h5"});
}

}  // namespace
}  // namespace tubal::cli_test
