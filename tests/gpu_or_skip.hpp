// Tests that need a GPU.
#pragma once

#include <gtest/gtest.h>
#include <tubal/context.hpp>
#include <tubal/error.hpp>

#include <cstdlib>

namespace tubal::test {

/// Skips the test with the reason where there is no GPU; fails it when TUBAL_REQUIRE_GPU is set.
/// True when the test can go on.
inline bool gpu_or_skip() {
  const auto decide = [] {
    try {
      require_cuda();
    } catch (const device_error& e) {
      if (std::getenv("TUBAL_REQUIRE_GPU")) FAIL() << e.what();
      GTEST_SKIP() << e.what();
    }
  };
  decide();
  return !testing::Test::IsSkipped() && !testing::Test::HasFatalFailure();
}

}  // namespace tubal::test
