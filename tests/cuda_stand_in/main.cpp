// Every test fails that breaks a rule or leaves something behind.
#include <gtest/gtest.h>

#include <cstdlib>

#include "stand_in.hpp"

namespace {

class rules : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { before_ = stand_in::now(); }
  void OnTestEnd(const testing::TestInfo&) override {
    stand_in::no_failures();
    for (const std::string& rule : stand_in::take_violations()) ADD_FAILURE() << rule;
    const stand_in::existing after = stand_in::now();
    EXPECT_EQ(after.allocations, before_.allocations) << "device memory left behind";
    EXPECT_EQ(after.handles, before_.handles) << "streams, handles or plans left behind";
  }
  stand_in::existing before_;
};

}  // namespace

int main(int count, char** arguments) {
  // every kernel runs thread by thread, so there are fewer cases here, unless asked for
  setenv("RC_PARAMS", "max_success=20", 0);
  setenv("TUBAL_FEWER_CASES", "1", 0);
  testing::InitGoogleTest(&count, arguments);
  testing::UnitTest::GetInstance()->listeners().Append(new rules);
  return RUN_ALL_TESTS();
}
