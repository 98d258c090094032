// The line that a terminal shows while something runs.
#pragma once

#include <chrono>
#include <string>

namespace tubal::cli {

/// Writes over one line of standard error, a few times a second, when that is a terminal; clears it
/// at the end.
class status_line {
 public:
  explicit status_line(bool wanted);
  ~status_line();
  status_line(const status_line&) = delete;
  status_line& operator=(const status_line&) = delete;

  /// It is time for the next text.
  bool is_due();
  void show(const std::string& text);
  /// Since it was made.
  double seconds() const;

 private:
  using clock = std::chrono::steady_clock;
  bool on_;
  bool shown_ = false;
  clock::time_point start_ = clock::now();
  clock::time_point last_ = start_;
};

/// "12 s", "3 min 05 s", "2 h 10 min"
std::string in_words(double seconds);

}  // namespace tubal::cli
