// What a typed operator test runs over: both precisions, in the space of its executable.
#pragma once

#include <gtest/gtest.h>
#include <tubal/tubal.hpp>

#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

namespace tubal::test {

using space = TUBAL_TEST_SPACE;

/// Base of typed tests: a context of the space, or a skip with the reason.
template <class T>
class operator_test : public testing::Test {
 protected:
  using value = T;
  static constexpr double eps = std::numeric_limits<T>::epsilon() / 2;

  void SetUp() override {
    if constexpr (std::is_same_v<space, cuda>) {
      try {
        require_cuda();
      } catch (const device_error& e) {
        if (std::getenv("TUBAL_REQUIRE_GPU")) FAIL() << e.what();
        GTEST_SKIP() << e.what();
      }
    }
    context_ = std::make_unique<context<space>>();
  }

  context<space>& ctx() { return *context_; }

 private:
  std::unique_ptr<context<space>> context_;
};

using precisions = testing::Types<float, double>;

}  // namespace tubal::test
