// The line that a terminal shows during a run.
#pragma once

#include <tubal/diagnostics.hpp>

#include <chrono>

namespace tubal::cli {

/// Writes over one line of standard error, a few times a second, when that is a terminal; clears it
/// at the end.
class progress {
 public:
  progress(bool wanted, std::int64_t iterations);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void show(const record& r);

 private:
  using clock = std::chrono::steady_clock;
  bool on_;
  bool shown_ = false;
  std::int64_t iterations_;
  clock::time_point start_ = clock::now();
  clock::time_point last_ = start_;
};

}  // namespace tubal::cli
