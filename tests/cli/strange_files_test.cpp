// Files of strangers: refused in one line, in little time and memory.
#include "cli/command.hpp"
#include "io/array_file.hpp"
#include "io/hdf5.hpp"
#include "io/run_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

namespace tubal::cli_test {
namespace {

const std::string folder = std::string(TUBAL_TEST_DATA) + "/strange/";

/// What the command takes that does nothing; libraries of CUDA, where it is linked, are most of it.
std::size_t peak_at_rest() {
  static const std::size_t peak = tubal({"--version"}).peak;
  return peak;
}

void expect_refused(const std::vector<std::string>& arguments, int code, const std::string& says) {
  const auto begin = std::chrono::steady_clock::now();
  const auto r = tubal(arguments);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(r.code, code) << r.err;
  EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
  EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
  EXPECT_LT(seconds.count(), 20);  // a fraction of a second, where nothing else runs
  EXPECT_LT(r.peak, peak_at_rest() + (std::size_t{180} << 20)) << says;
}

TEST(strange_file, is_refused_in_one_line_and_little_memory) {
  const io_test::scratch_directory scratch;
  const auto out = (scratch / "x.npy").string(), picture = (scratch / "x.png").string();
  expect_refused({"norm", folder + "deflated_three_times.h5:/x"}, 3, "is there twice");
  expect_refused({"norm", folder + "chunk_of_4_GB.h5:/x"}, 3, "more than the file");
  expect_refused({"compress", folder + "text_of_2_GB.png", "--rank", "1", "-o", picture}, 3,
                 "damaged PNG image");
  expect_refused({"compress", folder + "no_data.png", "--rank", "1", "-o", picture}, 3,
                 "damaged PNG image");
  io::write_arrays<double>({{{scratch / "a.npy", ""}, {2, 2, 3}, std::vector<double>(12, 1)}});
  expect_refused(
      {"complete", scratch / "a.npy", "--mask", folder + "black_8192x4096.png", "-o", out}, 3,
      "expected a mask of 2 x 2 x 3 or 2 x 2, found 4096 x 8192 x 3");
  mkfifo((scratch / "pipe").c_str(), 0600);
  expect_refused({"compress", scratch / "pipe", "--rank", "1", "-o", picture}, 3,
                 "expected a regular file");
}

// Crashed the command, where the attributes were listed.
TEST(strange_file, a_run_file_with_one_other_byte_crashes_nothing) {
  EXPECT_GE(tubal({"info", folder + "run_one_byte.h5"}).code, 0);
  const io_test::scratch_directory scratch;
  EXPECT_GE(tubal({"plot", folder + "run_one_byte.h5", "-o", scratch / "x.svg"}).code, 0);
}

TEST(strange_file, texts_show_no_control_characters) {
  const io_test::scratch_directory scratch;
  io::run_data run;
  run.iteration = {0};
  run.attributes["device"] = std::string(
      "\x1b]0;title\x07\nforged line\xc2\x9b"
      "2J\xff");
  io::write_run_file(scratch / "run.h5", run);
  const auto r = tubal({"info", scratch / "run.h5"});
  EXPECT_EQ(r.code, 0) << r.err;
  EXPECT_NE(r.out.find("  device      ]0;title  forged line 2J?\n"), std::string::npos) << r.out;
}

TEST(strange_file, options_allow_what_is_refused_otherwise) {
  const io_test::scratch_directory scratch;
  io::run_data run;
  run.iteration = {0};
  io::write_run_file(scratch / "run.h5", run);
  auto damaged = contents(scratch / "run.h5");
  damaged.back() ^= 1;
  io_test::put(scratch / "run.h5", damaged);
  expect_refused({"info", scratch / "run.h5"}, 3, "its bytes are not those that were written");
  EXPECT_EQ(tubal({"info", scratch / "run.h5", "--unsealed"}).code, 0);
  EXPECT_EQ(tubal({"--unsealed", "info", scratch / "run.h5"}).code, 0);
  {
    const io::file_handle file(H5Fcreate((scratch / "a.h5").c_str(), H5F_ACC_TRUNC, 0, 0));
    H5Lcreate_external("run.h5", "/trajectory/iteration", file, "x", 0, 0);
  }
  expect_refused({"norm", (scratch / "a.h5").string() + ":/x"}, 3, "it is a link to another file");
  EXPECT_EQ(tubal({"norm", (scratch / "a.h5").string() + ":/x", "--follow-links"}).out, "0\n");
  EXPECT_EQ(tubal({"norm", (scratch / "a.h5").string() + ":/x", "--no-limit"}).code, 3);
}

TEST(strange_file, a_run_takes_the_place_of_no_other_file) {
  const io_test::scratch_directory scratch;
  io::write_arrays<double>({{{scratch / "data.h5", "x"}, {2}, {1, 2}}});
  const auto before = contents(scratch / "data.h5");
  expect_refused({"recover", "--iterations", "1", "--out", scratch / "data.h5"}, 4,
                 "it is there and no run file; name a new one");
  EXPECT_EQ(contents(scratch / "data.h5"), before);
}

}  // namespace
}  // namespace tubal::cli_test
