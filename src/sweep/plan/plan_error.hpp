// What is wrong with a plan.
#pragma once

#include <tubal/error.hpp>

#include <string>
#include <utility>

namespace tubal::sweep {

/// A plan that asks for what cannot be: names the file, the line, the key and what was expected.
class plan_error : public error {
 public:
  plan_error(std::string key_name, const std::string& message)
      : error(message), key(std::move(key_name)) {}
  std::string key;  ///< "problem.rank"
};

}  // namespace tubal::sweep
