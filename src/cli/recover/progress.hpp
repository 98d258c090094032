// What a terminal shows during a recovery.
#pragma once

#include "cli/terminal/status_line.hpp"

#include <tubal/diagnostics.hpp>

namespace tubal::cli {

class progress {
 public:
  /// From iteration `from` to `iterations`.
  progress(bool wanted, std::int64_t from, std::int64_t iterations)
      : line_(wanted), from_(from), iterations_(iterations) {}

  void show(const record& r);

 private:
  status_line line_;
  std::int64_t from_;
  std::int64_t iterations_;
};

}  // namespace tubal::cli
