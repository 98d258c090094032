// Whether a test is to run fewer cases.
#pragma once

#include <cstdlib>
#include <string>

namespace tubal::test {

/// Where every kernel runs thread by thread, fewer cases are enough.
inline bool fewer_cases() {
  const char* chosen = std::getenv("TUBAL_FEWER_CASES");
  return chosen && std::string(chosen) != "0";
}

}  // namespace tubal::test
