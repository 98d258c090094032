// What an error says.
#pragma once

#include <string>
#include <utility>

namespace tubal::test {

/// Of the error that `run` throws; a word for none.
template <class Error, class F>
std::string message_of(F&& run) {
  try {
    std::forward<F>(run)();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace tubal::test
