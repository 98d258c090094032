#include "io/run_file.hpp"

#include "io/atomic_file.hpp"
#include "io/sample_problem.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace tubal::io_test {
namespace {

using io::run_data;

run_data make_run(std::size_t records = 5) {
  run_data run;
  for (std::size_t i = 0; i < records; ++i) {
    run.iteration.push_back(static_cast<std::int64_t>(10 * i));
  }
  run.rows.emplace_back("test_error", std::vector<double>(records, 0.25));
  run.rows.emplace_back("train_error", std::vector<double>(records, std::nan("")));
  run.factor_sizes = {2, 3, 2};
  for (int i = 0; i < 12; ++i) run.final_factor.push_back(i);
  run.attributes["seed"] = std::int64_t{7};
  run.attributes["step_size"] = 0.1;
  run.attributes["device"] = std::string("host");
  run.attributes["nothing"] = std::string();
  return run;
}

TEST(run_file, comes_back_as_it_was) {
  const scratch_directory scratch;
  const auto run = make_run();
  io::write_run_file(scratch / "run.h5", run);
  const auto back = io::read_run_file(scratch / "run.h5");
  EXPECT_EQ(back.iteration, run.iteration);
  ASSERT_NE(back.row("test_error"), nullptr);
  EXPECT_EQ(*back.row("test_error"), run.rows[0].second);
  ASSERT_NE(back.row("train_error"), nullptr);
  EXPECT_TRUE(std::isnan((*back.row("train_error"))[4]));
  EXPECT_EQ(back.row("iteration"), nullptr);
  EXPECT_EQ(back.factor_sizes, run.factor_sizes);
  EXPECT_EQ(back.attributes, run.attributes);
  EXPECT_EQ(io::read_final_factor(scratch / "run.h5"), run.final_factor);
  EXPECT_EQ(io::kind_of(scratch / "run.h5"), io::file_kind::run);
  EXPECT_EQ(scratch.files(), std::set<std::string>{"run.h5"});
}

TEST(run_file, factor_has_matlab_order) {
  const scratch_directory scratch;
  io::write_run_file(scratch / "run.h5", make_run());
  const io::file_handle file(H5Fopen((scratch / "run.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const io::dataset_handle factor(H5Dopen2(file, "final_factor", H5P_DEFAULT));
  const io::space_handle space(H5Dget_space(factor));
  hsize_t dims[3] = {};
  ASSERT_EQ(H5Sget_simple_extent_dims(space, dims, nullptr), 3);
  EXPECT_EQ(dims[0], 2u);  // k
  EXPECT_EQ(dims[1], 3u);  // R
  EXPECT_EQ(dims[2], 2u);  // n
}

TEST(run_file, replaces_an_older_one_and_follows_links) {
  const scratch_directory scratch;
  io::write_run_file(scratch / "run.h5", make_run(2));
  std::filesystem::create_symlink("run.h5", scratch / "link.h5");
  io::write_run_file(scratch / "link.h5", make_run(3));
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link.h5"));
  EXPECT_EQ(io::read_run_file(scratch / "run.h5").iteration.size(), 3u);
  EXPECT_EQ(scratch.files().size(), 2u);
}

TEST(run_file, has_the_permissions_of_any_new_file) {
  const scratch_directory scratch;
  const auto mask = umask(022);
  io::write_run_file(scratch / "run.h5", make_run());
  umask(mask);
  struct stat status = {};
  ASSERT_EQ(stat((scratch / "run.h5").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0644u);
}

TEST(run_file, bad_targets_are_refused_and_nothing_is_left) {
  const scratch_directory scratch;
  std::filesystem::create_directory(scratch / "dir");
  mkfifo((scratch / "pipe").c_str(), 0600);
  const auto before = scratch.files();
  const std::map<std::string, std::string> targets = {
      {(scratch / "dir").string(), "cannot write: it is a directory"},
      {(scratch / "pipe").string(), "cannot write: it is not a regular file"},
      {"/dev/null", "cannot write: it is not a regular file"},
      {(scratch / "none/run.h5").string(), "cannot write: No such file or directory"},
      {"/proc/run.h5", "cannot write: "}};
  for (const auto& [path, says] : targets) {
    const auto early = message_of<io::file_error>([&] { io::require_writable(path); });
    EXPECT_EQ(early.find(path + ": " + says), 0u) << early;
    const auto late = message_of<io::file_error>([&] { io::write_run_file(path, make_run()); });
    EXPECT_EQ(late.find(path + ": " + says), 0u) << late;
  }
  EXPECT_EQ(scratch.files(), before);
}

TEST(run_file, a_check_leaves_nothing) {
  const scratch_directory scratch;
  EXPECT_NO_THROW(io::require_writable(scratch / "run.h5"));
  EXPECT_TRUE(scratch.files().empty());
}

// A limit on file sizes fails a write at any byte, as a full disk does.
TEST(run_file, a_failed_write_keeps_the_old_file_and_leaves_nothing) {
  const scratch_directory scratch;
  io::write_run_file(scratch / "run.h5", make_run(2));
  const auto bytes = std::filesystem::file_size(scratch / "run.h5");
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old = {};
  getrlimit(RLIMIT_FSIZE, &old);
  for (rlim_t allowed = 0; allowed < bytes; allowed += bytes / 50) {
    const rlimit limit = {allowed, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto message =
        message_of<io::file_error>([&] { io::write_run_file(scratch / "run.h5", make_run(2)); });
    setrlimit(RLIMIT_FSIZE, &old);
    EXPECT_EQ(message, (scratch / "run.h5").string() + ": cannot write: File too large");
    EXPECT_EQ(scratch.files(), std::set<std::string>{"run.h5"});
  }
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(io::read_run_file(scratch / "run.h5").iteration.size(), 2u);
}

TEST(run_file, a_problem_file_is_not_one) {
  const scratch_directory scratch;
  write(scratch / "p.h5", make_sample());
  EXPECT_EQ(io::kind_of(scratch / "p.h5"), io::file_kind::problem);
  EXPECT_EQ(
      message_of<io::file_error>([&] { io::read_run_file(scratch / "p.h5"); }),
      (scratch / "p.h5").string() + ": dataset 'trajectory/iteration': expected, but missing");
}

TEST(run_file, rows_of_another_length_are_refused) {
  const scratch_directory scratch;
  sample_problem p;
  p.groups = {};
  write(scratch / "r.h5", p);
  {
    const io::file_handle file(H5Fopen((scratch / "r.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const io::group_handle group(
        H5Gcreate2(file, "trajectory", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    write_dataset(file, "trajectory/iteration", {{3}, {0, 1, 2}});
    write_dataset(file, "trajectory/test_error", {{2}, {1, 1}});
  }
  const auto message = message_of<io::file_error>([&] { io::read_run_file(scratch / "r.h5"); });
  EXPECT_NE(message.find("dataset 'trajectory/test_error': expected shape 3"), std::string::npos)
      << message;
}

}  // namespace
}  // namespace tubal::io_test
