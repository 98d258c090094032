#include "io/problem_file.hpp"

#include "io/damaged_files.hpp"
#include "io/scratch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

namespace tubal::io_test {
namespace {

class damaged : public testing::TestWithParam<damage> {};

TEST_P(damaged, is_refused_in_one_clear_line) {
  const scratch_directory scratch;
  const auto path = scratch / "problem.h5";
  GetParam().make(path);
  testing::internal::CaptureStderr();
  std::string message;
  try {
    read_all(path);
  } catch (const io::file_error& e) {
    message = e.what();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(message.find(path.string() + ": "), 0u) << message;
  EXPECT_NE(message.find(GetParam().says), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(problem_file, damaged, testing::ValuesIn(damaged_files()),
                         [](const auto& instance) { return instance.param.name; });

TEST(problem_file, unreadable_is_refused) {
  const scratch_directory scratch;
  const auto path = scratch / "problem.h5";
  write(path, make_sample());
  std::filesystem::permissions(path, std::filesystem::perms::none);
  std::filesystem::permissions(scratch.path(), std::filesystem::perms::all);
  const auto me = geteuid();
  if (me == 0) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  std::string message;
  try {
    read_all(path);
  } catch (const io::file_error& e) {
    message = e.what();
  }
  if (me == 0) {
    ASSERT_EQ(seteuid(me), 0);
  }
  EXPECT_NE(message.find("cannot open: Permission denied"), std::string::npos) << message;
}

TEST(problem_file, reads_what_was_written) {
  const scratch_directory scratch;
  const auto sample = make_sample();
  write(scratch / "p.h5", sample);
  const io::problem_file file(scratch / "p.h5");
  EXPECT_EQ(file.header().n, 3);
  EXPECT_EQ(file.header().k, 2);
  EXPECT_EQ(file.header().tubal_rank, 1);
  EXPECT_EQ(file.header().factor_rank, 4);
  EXPECT_EQ(file.header().measurements, 20);
  EXPECT_EQ(file.header().iterations, 50);
  EXPECT_EQ(file.header().step_size, 0.1 / 20);
  EXPECT_EQ(file.header().init_scale, 1e-3);
  EXPECT_EQ(file.measurements(), sample.datasets.at("measurements").values);
  EXPECT_EQ(file.ground_truth(), sample.datasets.at("ground_truth").values);
  EXPECT_EQ(file.ground_truth_factor(), sample.datasets.at("ground_truth_factor").values);
  EXPECT_EQ(file.initial_factor(), sample.datasets.at("initial_factor").values);
}

TEST(problem_file, any_block_is_the_same_data) {
  const scratch_directory scratch;
  for (const bool chunked : {false, true}) {
    auto sample = make_sample();
    auto& tensors = sample.datasets["measurement_tensors"];
    if (chunked) tensors.chunk = {7, 1, 2, 3};
    write(scratch / "p.h5", sample);
    const io::problem_file file(scratch / "p.h5");
    for (const std::int64_t block : {1, 3, 7, 20}) {
      std::vector<double> all(tensors.values.size());
      for (std::int64_t i = 0; i < 20; i += block)
        file.read_measurement_tensors(i, std::min<std::int64_t>(block, 20 - i), &all[18 * i]);
      EXPECT_EQ(all, tensors.values);
    }
  }
}

TEST(problem_file, a_missing_chunk_is_not_read_as_zeros) {
  const scratch_directory scratch;
  auto sample = make_sample();
  sample.datasets["measurements"] = {{20}, {}, H5T_NATIVE_DOUBLE, {5}, false};
  write(scratch / "p.h5", sample);
  {
    const io::file_handle file(H5Fopen((scratch / "p.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const io::dataset_handle dataset(H5Dopen2(file, "measurements", H5P_DEFAULT));
    const io::space_handle space(H5Dget_space(dataset));
    const hsize_t start = 0;
    const hsize_t count = 15;
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
    const io::space_handle memory(H5Screate_simple(1, &count, nullptr));
    const std::vector<double> values(15, 1.0);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data());
  }
  try {
    read_all(scratch / "p.h5");
    FAIL();
  } catch (const io::file_error& e) {
    EXPECT_NE(std::string(e.what()).find("expected 4 chunks of data, found 3"), std::string::npos)
        << e.what();
  }
}

TEST(problem_file, numbers_of_any_width_are_read) {
  const scratch_directory scratch;
  for (const hid_t type : {H5T_STD_I8LE, H5T_STD_U16BE, H5T_STD_I32LE, H5T_STD_U64LE,
                           H5T_IEEE_F32LE, H5T_IEEE_F64BE}) {
    auto sample = make_sample();
    for (const char* name : {"n", "k", "tubal_rank", "measurements", "iterations"})
      sample.attributes[name].type = type;
    sample.datasets["initial_factor"].type = H5T_IEEE_F32LE;
    sample.datasets["measurements"].values.assign(20, 3.0);
    sample.datasets["measurements"].type = type;
    write(scratch / "p.h5", sample);
    const io::problem_file file(scratch / "p.h5");
    EXPECT_EQ(file.header().iterations, 50);
    EXPECT_EQ(file.measurements(), std::vector<double>(20, 3.0));
  }
}

TEST(problem_file, sizes_one_may_be_dropped_as_matlab_does) {
  const scratch_directory scratch;
  auto sample = make_sample(3, 1, 1, 4, 10);
  sample.datasets["ground_truth"].dims = {3, 3};
  sample.datasets["initial_factor"].dims = {4, 3};
  sample.datasets["ground_truth_factor"].dims = {3};
  sample.datasets["measurements"].dims = {1, 10};
  write(scratch / "p.h5", sample);
  EXPECT_NO_THROW(read_all(scratch / "p.h5"));

  auto single = make_sample(3, 2, 1, 4, 1);
  single.datasets["measurement_tensors"].dims = {2, 3, 3};
  write(scratch / "q.h5", single);
  EXPECT_NO_THROW(read_all(scratch / "q.h5"));
}

TEST(problem_file, optional_datasets_may_be_missing) {
  const scratch_directory scratch;
  auto sample = make_sample();
  for (const char* name : {"ground_truth", "ground_truth_factor", "initial_factor"})
    sample.datasets.erase(name);
  write(scratch / "p.h5", sample);
  const io::problem_file file(scratch / "p.h5");
  EXPECT_FALSE(file.has_ground_truth());
  EXPECT_FALSE(file.has_ground_truth_factor());
  EXPECT_FALSE(file.has_initial_factor());
}

}  // namespace
}  // namespace tubal::io_test
