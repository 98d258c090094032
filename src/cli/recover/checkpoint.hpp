// The checkpoint of a recovery: where it goes on, and what it leaves.
#pragma once

#include "cli/recover/options.hpp"
#include "cli/recover/outcome.hpp"
#include "io/checkpoint_file.hpp"

#include <chrono>

namespace tubal::cli {

/// Without `--checkpoint` it finds nothing and is never due.
class checkpoint_keeper {
 public:
  /// Reads the file, where it is there. Throws `io::file_error` when it is damaged, `usage_error`
  /// naming every difference when it is of another recovery.
  explicit checkpoint_keeper(const recover_settings& s);

  bool is_found() const { return !records_.empty(); }
  /// Of the recovery until now.
  const std::vector<record>& records() const { return records_; }
  const std::vector<double>& spectral_factor() const { return found_.spectral_factor; }
  double run_seconds() const;

  /// The time for the next one has come.
  bool is_due() const;
  /// Throws `io::write_error`. What is not finite is not written: the last one stays.
  void write(const outcome& until_now, std::vector<double> spectral_factor);

 private:
  using clock = std::chrono::steady_clock;

  void take(const io::run_data& run);

  const recover_settings& settings_;
  std::map<std::string, io::attribute_value> identity_;  ///< the same when it goes on
  io::checkpoint found_;
  std::vector<record> records_;
  clock::time_point last_ = clock::now();
};

}  // namespace tubal::cli
