// Checkpoints: come back as they were, and show every damage.
#include "io/checkpoint_file.hpp"

#include "io/allocations.hpp"
#include "io/sample_problem.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>

namespace tubal::io_test {
namespace {

io::checkpoint small_checkpoint() {
  io::checkpoint state;
  state.run.iteration = {0, 10};
  state.run.rows.emplace_back("train_error", std::vector<double>{1, 0.5});
  state.run.rows.emplace_back("test_error", std::vector<double>{1, std::nan("")});
  state.run.attributes["seed"] = std::int64_t{7};
  state.run.attributes["step_size"] = 0.1;
  state.spectral_factor = {1, -2.5, 0, 1e-300};
  return state;
}

class checkpoint : public testing::Test {
 protected:
  void SetUp() override { io::write_checkpoint(path(), small_checkpoint()); }
  std::filesystem::path path() const { return scratch / "state.h5"; }
  /// What reading says, "" when it says nothing.
  std::string message() const {
    return message_of<io::file_error>([&] { io::read_checkpoint(path()); });
  }

  scratch_directory scratch;
};

TEST_F(checkpoint, comes_back_as_it_was) {
  const auto wanted = small_checkpoint();
  const auto found = io::read_checkpoint(path());
  EXPECT_EQ(found.spectral_factor, wanted.spectral_factor);
  EXPECT_EQ(found.run.iteration, wanted.run.iteration);
  EXPECT_EQ(found.run.attributes, wanted.run.attributes);
  EXPECT_EQ(*found.run.row("train_error"), *wanted.run.row("train_error"));
  EXPECT_TRUE(std::isnan(found.run.row("test_error")->back()));
  EXPECT_EQ(io::kind_of(path()), io::file_kind::run) << "and other programs read it";
  EXPECT_EQ(scratch.files(), std::set<std::string>{"state.h5"});
}

TEST_F(checkpoint, every_changed_byte_is_found) {
  const auto whole = contents(path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    put(path(), damaged);
    const auto one_bit = message();
    damaged[i] = static_cast<char>(~whole[i]);
    put(path(), damaged);
    ASSERT_EQ(one_bit.find(path().string() + ": "), 0u) << "bit in byte " << i;
    ASSERT_EQ(message().find(path().string() + ": "), 0u) << "byte " << i;
  }
  RecordProperty("bytes", static_cast<int>(whole.size()));
}

TEST_F(checkpoint, every_missing_end_is_found) {
  const auto whole = contents(path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    put(path(), whole.substr(0, i));
    ASSERT_EQ(message().find(path().string() + ": "), 0u) << i << " bytes";
  }
}

TEST_F(checkpoint, an_added_end_is_found) {
  auto longer = contents(path());
  for (int i = 0; i < 100; ++i) {
    longer.push_back('\0');
    put(path(), longer);
    ASSERT_NE(message(), "") << i;
  }
}

TEST_F(checkpoint, reading_a_damaged_one_needs_little_memory) {
  auto damaged = contents(path());
  damaged[damaged.size() / 2] ^= 1;
  put(path(), damaged);
  largest_allocation();
  EXPECT_NE(message().find("damaged: its bytes are not those that were written"),
            std::string::npos);
  EXPECT_LE(largest_allocation(), std::size_t{1} << 20);
}

TEST_F(checkpoint, other_files_are_none) {
  put(path(), "text");
  EXPECT_NE(message().find("expected a checkpoint"), std::string::npos);
  io::write_run_file(path(), small_checkpoint().run);
  const auto sealed = contents(path());
  constexpr std::size_t seal_bytes = 24;
  put(path(), sealed.substr(0, sealed.size() - seal_bytes));
  EXPECT_NE(message().find("expected a checkpoint; this is none"), std::string::npos);
  put(path(), sealed);
  EXPECT_NE(message().find("dataset 'spectral_factor': expected, but missing"), std::string::npos);
  std::filesystem::remove(path());
  EXPECT_NE(message().find("no such file"), std::string::npos);
}

}  // namespace
}  // namespace tubal::io_test
