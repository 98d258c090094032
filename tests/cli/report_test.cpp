// tubal report as a process, on folders of tubal sweep.
#include "cli/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tubal::cli_test {
namespace {

namespace fs = std::filesystem;
using io_test::scratch_directory;

class report : public testing::Test {
 protected:
  void make_sweep(const std::string& bound = "10") {
    std::ofstream(scratch / "plan.toml") << R"(
      title = "Errors <of> a \"small\" & quick sweep"
      text = "O'Neill; set output '/tmp/x' \\ e\u0301"
      repetitions = 3
      [problem]
      n = 4
      k = 2
      rank = 1
      measurements = 25
      [descent]
      factor-rank = 6
      step = 0.1
      iterations = 40
      [vary]
      alpha = [1e-1, 1e-3]
      measurements = [20, 30]
      [[figure]]
      kind = "curves"
      title = "A title with 'quotes', \"quotes\" and \\"
      group = "alpha"
      rows = ["test_error", "train_error"]
      [[figure]]
      kind = "final"
      x = "alpha"
      group = "measurements"
      power = 1.3125
      [[figure]]
      kind = "heatmap"
      x = "m/dof"
      y = "alpha"
      value = "success"
      [[figure]]
      kind = "table"
      [[expect]]
      text = "the error is not large"
      where = { alpha = 1e-1, measurements = 30 }
      between = [0, )" << bound << "]\n";
    const auto swept = tubal({"sweep", (scratch / "plan.toml").string(), "-o", dir()});
    ASSERT_EQ(swept.code, 0) << swept.err;
  }
  std::string dir() const { return scratch / "out"; }
  std::string page() const { return scratch / "report.html"; }
  result run(std::vector<std::string> more = {}) {
    std::vector<std::string> all = {"report", dir(), "-o", page()};
    all.insert(all.end(), more.begin(), more.end());
    return tubal(all);
  }
  static std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
  }

  scratch_directory scratch;
};

TEST_F(report, is_one_page_with_its_pictures) {
  make_sweep();
  const auto r = run({"--pictures", scratch / "pictures"});
  ASSERT_EQ(r.code, 0) << r.err;
  EXPECT_NE(r.out.find("1 of 1 expectations hold"), std::string::npos) << r.out;
  const std::string html = contents(page());
  EXPECT_EQ(count(html, "<svg"), count(html, "</svg>"));
  EXPECT_GE(count(html, "<svg"), 4u);
  EXPECT_NE(html.find("name=\"viewport\""), std::string::npos);
  EXPECT_NE(html.find("Content-Security-Policy\" content=\"default-src 'none'"), std::string::npos);
  EXPECT_NE(html.find("Errors &lt;of&gt; a"), std::string::npos);
  EXPECT_EQ(html.find("Errors <of>"), std::string::npos);
  for (const char* outside : {"<script", "src=\"http", "href=\"http", "url(http"})
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
  std::size_t svg = 0, csv = 0;
  for (const auto& file : fs::directory_iterator(scratch / "pictures")) {
    svg += file.path().extension() == ".svg";
    csv += file.path().extension() == ".csv";
    EXPECT_GT(file.file_size(), 0u);
  }
  EXPECT_GE(svg, 4u);
  EXPECT_GE(csv, 4u);
}

TEST_F(report, tells_of_claims_that_fail) {
  make_sweep("1e-30");
  EXPECT_EQ(run().code, 0);
  const auto r = run({"--check"});
  EXPECT_EQ(r.code, 7);
  EXPECT_NE(r.out.find("0 of 1 expectations hold"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("the error is not large"), std::string::npos) << r.out;
}

TEST_F(report, of_half_a_sweep_says_what_is_missing) {
  make_sweep();
  const auto path = scratch / "out" / "trials.jsonl";
  std::string lines = contents(path);
  // five of twelve lines, and the beginning of one
  std::size_t end = 0;
  for (int i = 0; i < 5; ++i) end = lines.find('\n', end) + 1;
  std::ofstream(path, std::ios::trunc) << lines.substr(0, end + 20);
  const auto r = run();
  ASSERT_EQ(r.code, 0) << r.err;
  const std::string html = contents(page());
  EXPECT_NE(html.find("missing"), std::string::npos);
}

TEST_F(report, refuses_damaged_folders) {
  make_sweep();
  const auto trials = scratch / "out" / "trials.jsonl";
  const std::string good = contents(trials);
  std::ofstream(trials, std::ios::trunc) << "{\"trial\": 99}\n" << good;
  EXPECT_EQ(run().code, 3);
  std::ofstream(trials, std::ios::trunc) << "not JSON\n" << good;
  const auto r = run();
  EXPECT_EQ(r.code, 3);
  EXPECT_NE(r.err.find("trials.jsonl"), std::string::npos) << r.err;
  std::ofstream(trials, std::ios::trunc) << good;
  std::ofstream(scratch / "out" / "plan.json", std::ios::trunc) << "{}";
  EXPECT_EQ(run().code, 3);
  for (const std::string& text :
       {std::string("[]"), std::string("{\"format\": \"tubal sweep 1\", \"vary\": [1]}"),
        "{\"format\": \"tubal sweep 1\", \"title\": " + std::string(100000, '[') + "}"}) {
    std::ofstream(scratch / "out" / "plan.json", std::ios::trunc) << text;
    const auto refused = run();
    EXPECT_EQ(refused.code, 3) << refused.err;
    EXPECT_NE(refused.err.find("plan.json: "), std::string::npos) << refused.err;
  }
  EXPECT_EQ(tubal({"report", scratch / "nowhere", "-o", page()}).code, 3);
  EXPECT_FALSE(fs::exists(page()));
}

}  // namespace
}  // namespace tubal::cli_test
