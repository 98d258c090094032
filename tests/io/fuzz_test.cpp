// Damaged files of every kind: refused or read, without a crash and without much memory.
#include "io/array_file.hpp"
#include "io/checkpoint_file.hpp"
#include "io/problem_file.hpp"
#include "io/seal.hpp"

#include "io/allocations.hpp"
#include "io/sample_problem.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <random>

namespace tubal::io_test {
namespace {

/// Changes as a damaged disk, a bad cable or a malicious hand make them.
class damager {
 public:
  explicit damager(std::uint64_t seed) : draw_(seed) {}

  std::string operator()(std::string file) {
    const auto kind = draw_() % 8;
    if (kind == 0) {
      file.resize(draw_() % file.size());
    } else if (kind == 1) {  // a number where none was
      const std::uint64_t numbers[] = {0, 1, 0x7f, 0xff, 0x7fffffff, 0xffffffff, ~0ull, 1ull << 40};
      write(file, numbers[draw_() % std::size(numbers)], 1ull << draw_() % 4);
    } else if (kind == 2) {
      for (auto i = draw_() % 64; i > 0; --i) file[at(file)] = static_cast<char>(draw_());
    } else if (kind == 3) {  // a block of the file in the place of another
      const auto from = at(file), to = at(file), count = draw_() % 128;
      for (std::size_t i = 0; i < count && std::max(from, to) + i < file.size(); ++i)
        file[to + i] = file[from + i];
    } else {
      for (auto i = 1 + draw_() % 3; i > 0; --i)
        file[at(file)] ^= static_cast<char>(1 << draw_() % 8);
    }
    return file;
  }

 private:
  std::size_t at(const std::string& file) { return draw_() % file.size(); }
  void write(std::string& file, std::uint64_t number, std::uint64_t count) {
    const auto begin = at(file);
    for (std::size_t i = 0; i < count && begin + i < file.size(); ++i)
      file[begin + i] = static_cast<char>(number >> 8 * i);
  }

  std::mt19937_64 draw_;
};

/// TUBAL_FUZZ_CASES: how many; a few thousand in a run of the tests.
std::uint64_t cases() {
  const char* text = std::getenv("TUBAL_FUZZ_CASES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 2000;
}

std::vector<std::string> sample_files(const std::filesystem::path& scratch) {
  std::vector<std::string> samples;
  for (const bool chunked : {false, true}) {
    auto sample = make_sample();
    if (chunked) sample.datasets["measurement_tensors"].chunk = {7, 1, 2, 3};
    write(scratch / "sample.h5", sample);
    samples.push_back(contents(scratch / "sample.h5"));
  }
  return samples;
}

/// A kind of file: a small one, and all that reads it.
struct kind {
  std::string name;
  std::function<void(const std::filesystem::path&)> make;
  std::function<void(const std::filesystem::path&)> read;
  bool sealed = false;
};

io::run_data small_run() {
  io::run_data run;
  run.iteration = {0, 10, 20};
  run.rows.emplace_back("train_error", std::vector<double>{1, 0.5, 0.25});
  run.factor_sizes = {2, 3, 2};
  run.final_factor.assign(12, 0.5);
  for (const char* name : {"n", "k", "seed", "iterations"}) run.attributes[name] = std::int64_t{7};
  for (const char* name : {"step_size", "noise"}) run.attributes[name] = 0.5;
  for (const char* name : {"device", "stop_reason"}) run.attributes[name] = std::string("text");
  return run;
}

void make_array(const std::filesystem::path& path, const std::string& dataset) {
  std::vector<double> values(24);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  io::write_arrays<double>({{{path, dataset}, {2, 3, 4}, values}});
}

void read_run(const std::filesystem::path& path) {
  io::read_run_file(path);
  io::read_final_factor(path);
}

// As one who damages it on purpose would.
void put_seal_back(std::string& bytes) {
  constexpr std::size_t seal_bytes = 24;
  std::vector<char> inner(bytes.begin(), bytes.end() - std::ptrdiff_t(seal_bytes));
  io::seal(inner);
  bytes.assign(inner.begin(), inner.end());
}

std::vector<kind> kinds() {
  return {{"npy", [](auto& path) { make_array(path, ""); },
           [](auto& path) {
             io::array_reader({path, ""}).read<float>();
           }},
          {"array", [](auto& path) { make_array(path, "x"); },
           [](auto& path) {
             io::array_reader({path, "x"}).read<double>();
           }},
          {"problem", [](auto& path) { write(path, make_sample()); }, read_all},
          {"run", [](auto& path) { io::write_run_file(path, small_run()); }, read_run, true},
          {"checkpoint",
           [](auto& path) {
             io::write_checkpoint(path, {small_run(), {1, 2}});
           },
           io::read_checkpoint, true}};
}

class one_byte : public testing::TestWithParam<kind> {};

// TUBAL_FUZZ_CASES / 10: with the default 200 changes of each kind.
TEST_P(one_byte, changed_is_refused_or_read) {
  const scratch_directory scratch;
  const auto path = scratch / "file";
  GetParam().make(path);
  GetParam().read(path);
  const auto whole = contents(path);
  std::mt19937_64 draw(1);
  std::uint64_t refused = 0;
  for (std::uint64_t i = 0; i < cases() / 10; ++i) {
    auto damaged = whole;
    damaged[draw() % damaged.size()] ^= static_cast<char>(1 + draw() % 255);
    if (GetParam().sealed) {
      put(path, damaged);
      EXPECT_THROW(GetParam().read(path), io::file_error);
      put_seal_back(damaged);
    }
    put(path, damaged);
    try {
      GetParam().read(path);
    } catch (const io::file_error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(kinds, one_byte, testing::ValuesIn(kinds()),
                         [](const auto& instance) { return instance.param.name; });

// What HDF5 asks malloc for, and gives back when the file turns out to be shorter, is seen only in
// the memory that the process comes to hold.
TEST(damaged_problem_files, are_refused_or_read_with_little_memory) {
  const scratch_directory scratch;
  const auto samples = sample_files(scratch.path());
  const auto file_bytes = std::max(samples[0].size(), samples[1].size());
  const std::size_t most = 1032 * file_bytes;  // as deflate packs it at the best
  put(scratch / "p.h5", samples[0]);
  read_all(scratch / "p.h5");
  const auto before = peak_memory();
  std::size_t largest = 0, refused = 0;
  for (std::uint64_t i = 0; i < cases(); ++i) {
    put(scratch / "p.h5", damager(i)(samples[i % 2]));
    largest_allocation();
    try {
      read_all(scratch / "p.h5");
    } catch (const io::file_error&) {
      ++refused;
    }
    const auto found = largest_allocation();
    largest = std::max(largest, found);
    ASSERT_LE(found, most) << "case " << i;
  }
  const auto grown = peak_memory() - before;
  EXPECT_GT(refused, cases() / 10);
  EXPECT_LE(grown, most + (std::size_t{16} << 20));
  std::printf("%llu cases, %zu refused; files of %zu bytes, largest allocation %zu, memory %zu\n",
              static_cast<unsigned long long>(cases()), refused, file_bytes, largest, grown);
}

}  // namespace
}  // namespace tubal::io_test
