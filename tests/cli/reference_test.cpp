// The command on the data of the paper's published code, against the trajectories of that code.
#include "cli/command.hpp"
#include "io/run_file.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tubal::cli_test {
namespace {

using row = std::vector<double>;

row read(const std::filesystem::path& path, const std::string& name) {
  const io::hdf5_reader reader(path);
  return reader.read(name, reader.open(name));
}

class reference : public testing::TestWithParam<std::string> {
 protected:
  reference() {
    const auto r = tubal({"recover", "--problem", path(), "--record-every", "1", "--quiet", "--out",
                          scratch / "run.h5"});
    EXPECT_EQ(r.code, 0) << r.err;
    run = io::read_run_file(scratch / "run.h5");
  }
  std::filesystem::path path() const {
    return std::filesystem::path(TUBAL_TEST_DATA) / (GetParam() + ".h5");
  }

  /// Entry i + shift of ours against entry i of theirs; the largest error over the bound.
  double worst(const std::string& name, std::size_t shift, double relative, double absolute) const {
    const auto theirs = read(path(), "trajectory/" + name);
    const auto* ours = run.row(name);
    if (ours == nullptr || ours->size() != theirs.size() + 1) return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      const double bound = relative * std::abs(theirs[i]) + absolute;
      const double ratio = std::abs((*ours)[i + shift] - theirs[i]) / bound;
      if (!(ratio <= largest)) largest = ratio;
    }
    return largest;
  }

  io_test::scratch_directory scratch;
  io::run_data run;
};

TEST_P(reference, trajectories_agree) {
  EXPECT_LE(worst("train_error", 0, 1e-9, 2e-15), 1);
  EXPECT_LE(worst("test_error", 0, 1e-9, 2e-15), 1);
  EXPECT_LE(worst("singular_tube_error", 1, 1e-8, 2e-15), 1);
  EXPECT_LE(worst("angle_to_ground_truth", 0, 0, 1e-7), 1);
  EXPECT_LE(worst("angle_to_spectral_subspace", 0, 0, 1e-7), 1);
}

TEST_P(reference, final_factor_agrees) {
  const auto theirs = read(path(), "final_factor");
  const auto ours = io::read_final_factor(scratch / "run.h5");
  ASSERT_EQ(ours.size(), theirs.size());
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    difference += std::pow(ours[i] - theirs[i], 2);
    norm += std::pow(theirs[i], 2);
  }
  EXPECT_LE(std::sqrt(difference / norm), 1e-9);
}

INSTANTIATE_TEST_SUITE_P(run, reference,
                         testing::Values("gaussian_n10_k4_r2_R20", "gaussian_sym_n10_k4_r3_R50"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace tubal::cli_test
