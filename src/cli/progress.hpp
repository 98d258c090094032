// What a terminal shows during a recovery.
#pragma once

#include "cli/status_line.hpp"

#include <tubal/diagnostics.hpp>

namespace tubal::cli {

class progress {
 public:
  progress(bool wanted, std::int64_t iterations) : line_(wanted), iterations_(iterations) {}

  void show(const record& r);

 private:
  status_line line_;
  std::int64_t iterations_;
};

}  // namespace tubal::cli
