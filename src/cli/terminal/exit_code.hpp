// How the command ends, and the errors that are its own.
#pragma once

#include <tubal/error.hpp>

namespace tubal::cli {

enum exit_code : int {
  ok = 0,
  unexpected = 1,
  usage = 2,
  bad_input = 3,
  no_output = 4,
  no_device = 5,
  no_result = 6,
  not_as_expected = 7,
  signalled = 128  ///< plus the signal's number
};

/// An option with a value that cannot be used.
class usage_error : public error {
 public:
  using error::error;
};

/// Another program is missing or failed.
class program_error : public error {
 public:
  using error::error;
};

/// SIGINT or SIGTERM ended it before the end.
class interrupted : public error {
 public:
  explicit interrupted(int number, const std::string& message = "interrupted")
      : error(message), signal(number) {}
  int signal;
};

}  // namespace tubal::cli
