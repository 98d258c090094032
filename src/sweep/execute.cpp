#include "sweep/execute.hpp"

#include "sweep/run/queue.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>

namespace tubal::sweep {

namespace {

constexpr double most_strands_at_once = 32;

/// How fast this machine is, from what it has done.
class pace {
 public:
  void add(const std::vector<trial_result>& results) {
    for (const auto& r : results) {
      seconds_ += r.seconds;
      work_ += std::max(1.0, work_of_trial(r.values));
    }
  }

  /// Strands for about so many seconds: as many as run at the same time until more is known.
  std::size_t strands(const strand& next, int width, double seconds) const {
    if (work_ == 0) return static_cast<std::size_t>(width);
    const double each = std::max(1.0, work_of_trial(next.values)) *
                        static_cast<double>(next.trials.size()) * seconds_ / work_;
    const double most = std::max<double>(width, most_strands_at_once);
    const double rounds = std::floor(seconds / std::max(each, 1e-9));
    return static_cast<std::size_t>(std::clamp<double>(rounds * width, width, most));
  }

 private:
  double seconds_ = 0;
  double work_ = 0;
};

/// Adds up what the threads report.
class tally {
 public:
  tally(const sweep_watch& watch, double work, std::int64_t trials)
      : watch_(watch), work_(std::max(work, 1.0)) {
    now_.trials = trials;
  }

  void begin(std::int64_t finished, std::int64_t point) {
    const std::lock_guard lock(mutex_);
    now_.trials_done = finished;
    now_.point = point;
    watch_.show(now_);
  }
  void advance(const settings& s, std::int64_t iterations) {
    const std::lock_guard lock(mutex_);
    now_.share += static_cast<double>(iterations) * work_of_iteration(s) / work_;
    watch_.show(now_);
  }

 private:
  const sweep_watch& watch_;
  double work_;
  std::mutex mutex_;
  sweep_progress now_;
};

/// A chain runs again what has its line already.
void drop_finished(std::vector<trial_result>& results, const folder_writer& folder) {
  std::erase_if(results, [&](const auto& r) { return folder.has(r.what.number); });
}

std::function<bool(std::int64_t)> is_done_in(const folder_writer* folder) {
  return [folder](std::int64_t trial) { return folder != nullptr && folder->has(trial); };
}

}  // namespace

estimate estimate_of(const plan& p, const folder_writer* folder, const machine& where) {
  estimate e{.points = point_count(p), .trials = trial_count(p)};
  e.at_once = make_trial_runner(where, p.measured, p.trials)->width();
  std::optional<probe> times;
  for (std::int64_t i = 0; i < e.points; ++i) {
    const auto s = settings_at(p, i);
    e.bytes_per_trial = std::max(e.bytes_per_trial, bytes_of_trial(s, where.precision));
    const auto left = trials_left(p, i, is_done_in(folder));
    if (left == 0) continue;
    if (!times) times = probe_largest(p, where);
    e.trials_left += left;
    e.trial_iterations += left * s.iterations;
    e.seconds += static_cast<double>(left) * seconds_of_trial(s, p.measured, *times);
  }
  e.seconds /= e.at_once;
  return e;
}

sweep_result execute(const plan& p, folder_writer& folder, const machine& where,
                     const sweep_watch& watch, double seconds_per_chunk) {
  const auto start = std::chrono::steady_clock::now();
  const auto before = static_cast<std::int64_t>(folder.finished().size());
  double work = 0;
  for (std::int64_t i = 0; i < point_count(p); ++i)
    work += work_of_trial(settings_at(p, i)) *
            static_cast<double>(trials_left(p, i, is_done_in(&folder)));
  trial_queue queue(p, is_done_in(&folder));
  const auto runner = make_trial_runner(where, p.measured, p.trials);
  tally done(watch, work, trial_count(p));
  pace speed;
  while (!queue.empty() && !watch.stop()) {
    done.begin(static_cast<std::int64_t>(folder.finished().size()), queue.front().trials[0].point);
    const auto count = speed.strands(queue.front(), runner->width(), seconds_per_chunk);
    const auto next = queue.take(count);
    auto results = runner->run(
        next, {watch.stop, [&](const auto& s, auto iterations) { done.advance(s, iterations); }});
    speed.add(results);
    drop_finished(results, folder);
    folder.add(results);
  }
  const auto finished = static_cast<std::int64_t>(folder.finished().size());
  sweep_result result{trial_count(p), finished, finished - before, 0};
  if (result.complete()) folder.finish();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace tubal::sweep
