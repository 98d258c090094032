#include "io/run_file.hpp"

#include "io/atomic_file.hpp"
#include "io/sample_problem.hpp"
#include "io/scratch.hpp"
#include "io/temporary_file.hpp"
#include "io/warning.hpp"

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

TEST(run_file, every_changed_byte_is_found_unless_that_is_not_asked) {
  const scratch_directory scratch;
  io::write_run_file(scratch / "run.h5", make_run());
  const auto whole = contents(scratch / "run.h5");
  for (std::size_t i = 0; i < whole.size(); i += i + 200 < whole.size() ? 7 : 1) {
    auto damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    put(scratch / "run.h5", damaged);
    ASSERT_THROW(io::read_run_file(scratch / "run.h5"), io::file_error) << "byte " << i;
  }
  auto damaged = whole;
  damaged[whole.size() - 1] ^= 1;
  put(scratch / "run.h5", damaged);
  io::rules().unsealed = true;
  EXPECT_NO_THROW(io::read_run_file(scratch / "run.h5"));
  io::rules() = {};
}

TEST(run_file, takes_the_place_of_no_other_kind) {
  const scratch_directory scratch;
  put(scratch / "text", "precious");
  write(scratch / "p.h5", make_sample());
  io::write_run_file(scratch / "run.h5", make_run());
  for (const char* name : {"text", "p.h5"})
    EXPECT_NE(message_of<io::write_error>([&] {
                io::require_replaceable(scratch / name);
              }).find("it is there and no run file"),
              std::string::npos);
  EXPECT_NO_THROW(io::require_replaceable(scratch / "run.h5"));
  EXPECT_NO_THROW(io::require_replaceable(scratch / "none.h5"));
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(replaced_file, keeps_its_mode_and_its_owner) {
  const scratch_directory scratch;
  for (const mode_t mode : {0600, 0640, 0666, 0755}) {
    put(scratch / "x", "old");
    ASSERT_EQ(chmod((scratch / "x").c_str(), mode), 0);
    io::write_atomically(scratch / "x", "new", 3);
    EXPECT_EQ(contents(scratch / "x"), "new");
    EXPECT_EQ(mode_of(scratch / "x"), mode);
  }
  if (geteuid() != 0) return;
  ASSERT_EQ(chown((scratch / "x").c_str(), 65534, 65534), 0);
  io::write_atomically(scratch / "x", "new", 3);
  struct stat status = {};
  stat((scratch / "x").c_str(), &status);
  EXPECT_EQ(status.st_uid, 65534u);
  EXPECT_EQ(status.st_gid, 65534u);
}

TEST(replaced_file, with_other_names_is_told_of) {
  const scratch_directory scratch;
  put(scratch / "x", "old");
  std::filesystem::create_hard_link(scratch / "x", scratch / "y");
  std::string heard;
  io::listen_to_warnings([&](const std::string& text) { heard += text; });
  io::write_atomically(scratch / "x", "new", 3);
  io::write_atomically(scratch / "x", "new", 3);
  io::listen_to_warnings({});
  EXPECT_EQ(heard,
            (scratch / "x").string() +
                ": was one of 2 names of a file (hard links); the others keep the old contents");
  EXPECT_EQ(contents(scratch / "y"), "old");
}

TEST(replaced_file, of_a_writer_that_lives_is_no_leftover) {
  const scratch_directory scratch;
  put(scratch / ".tubal-notes", "mine");
  put(scratch / ".tubal-x-abcdef", "left by one that was killed");
  io::temporary_file alive(scratch / "x");
  alive.write("new", 3);
  io::remove_leftovers_of(scratch / "x");
  io::remove_leftovers(scratch.path());
  EXPECT_EQ(scratch.files().size(), 2u);
  alive.become_target();
  EXPECT_EQ(scratch.files(), (std::set<std::string>{".tubal-notes", "x"}));
}

TEST(replaced_file, links_are_followed_where_nobody_else_can_have_laid_them) {
  const scratch_directory scratch;
  std::filesystem::create_symlink("new", scratch / "dangling");
  io::write_atomically(scratch / "dangling", "1", 1);
  EXPECT_EQ(contents(scratch / "new"), "1");
  std::filesystem::create_symlink("loop", scratch / "loop");
  EXPECT_EQ(message_of<io::write_error>([&] { io::write_atomically(scratch / "loop", "1", 1); }),
            (scratch / "loop").string() + ": cannot write: Too many levels of symbolic links");
  if (geteuid() != 0) return;
  chmod(scratch.path().c_str(), 01777);
  put(scratch / "mine", "old");
  std::filesystem::create_symlink("mine", scratch / "trap");
  ASSERT_EQ(lchown((scratch / "trap").c_str(), 65534, 65534), 0);
  for (const char* name : {"trap", "trap/x"})
    EXPECT_NE(message_of<io::write_error>([&] {
                io::write_atomically(scratch / name, "1", 1);
              }).find("trap: is a link of another user, in a folder that all can write to"),
              std::string::npos);
  EXPECT_EQ(contents(scratch / "mine"), "old");
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

TEST(run_file, iterations_that_are_no_whole_numbers_are_refused) {
  const scratch_directory scratch;
  {
    const io::file_handle file(H5Fcreate((scratch / "r.h5").c_str(), H5F_ACC_TRUNC, 0, 0));
    const io::group_handle group(H5Gcreate2(file, "trajectory", 0, 0, 0));
    write_dataset(file, "trajectory/iteration", {{3}, {0, 0.7, 2}});
  }
  EXPECT_EQ(message_of<io::file_error>([&] { io::read_run_file(scratch / "r.h5"); }),
            (scratch / "r.h5").string() +
                ": dataset 'trajectory/iteration': expected whole numbers, found 0.7");
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
