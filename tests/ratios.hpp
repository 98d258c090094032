// Accuracy as ratios: error / (eps x norms x size), under 30 everywhere. The worst of each name is
// printed when an executable ends.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

namespace tubal::test {

inline constexpr double largest_ratio = 30;

inline std::map<std::string, double>& worst_ratios() {
  static std::map<std::string, double> worst;
  return worst;
}

/// Expects error <= 30 unit; NaN fails.
inline void expect_ratio(const std::string& name, double error, double unit,
                         const std::string& where = {}) {
  const double ratio = error == 0 ? 0 : error / unit;
  EXPECT_LE(ratio, largest_ratio) << name << " " << where << ": error " << error;
  double& worst = worst_ratios()[name];
  if (!(ratio <= worst)) worst = ratio;
}

struct print_ratios : testing::Environment {
  void TearDown() override {
    for (const auto& [name, worst] : worst_ratios())
      std::printf("worst ratio %8.3f  %s\n", worst, name.c_str());
  }
};
inline testing::Environment* const ratio_printer =
    testing::AddGlobalTestEnvironment(new print_ratios);

}  // namespace tubal::test
