// The folder of a sweep that runs.
#pragma once

#include "io/append_file.hpp"
#include "io/file_lock.hpp"
#include "sweep/folder/folder_reader.hpp"
#include "sweep/run/trials.hpp"

#include <map>
#include <memory>
#include <set>

namespace tubal::sweep {

/// Holds the folder's lock as long as it lives. At every moment the folder is one from which the
/// same sweep can go on, also when the process is killed or the disk is full: curves and plan are
/// replaced whole, and a trial's line comes last.
class folder_writer {
 public:
  /// Makes the folder, or opens one of the same plan, cutting off what a killed process left half
  /// written. Throws `plan_error` naming every difference to the plan that is there,
  /// `io::write_error`, `io::file_error`.
  folder_writer(const std::filesystem::path& folder, const plan& p, const machine& where);

  const std::vector<finished_trial>& finished() const { return finished_; }
  bool has(std::int64_t trial) const { return done_.contains(trial); }

  /// Writes the curves of the trials, then their lines. Throws `io::write_error`.
  void add(const std::vector<trial_result>& results);
  /// Writes quantiles.csv.
  void finish() const;

 private:
  void take_plan(const machine& where);
  void take_trials();
  void judge_again();
  curves& curves_of(std::int64_t point, const settings& values);
  void take_curves(std::int64_t point, curves& to) const;
  void forget_if_complete(std::int64_t point);

  std::filesystem::path folder_;
  const plan& plan_;
  std::unique_ptr<io::file_lock> lock_;
  std::unique_ptr<io::append_file> lines_;
  std::vector<finished_trial> finished_;
  std::set<std::int64_t> done_;
  std::map<std::int64_t, curves> open_;  ///< of points that are not complete
};

}  // namespace tubal::sweep
