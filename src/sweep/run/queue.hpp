// Which trials are run next.
#pragma once

#include "sweep/run/trials.hpp"

namespace tubal::sweep {

/// The strands that are left, in order, each made when it is its turn. Of a chain all trials from
/// the first on, if the last one is missing: the way to a start leads over the trials before it.
class trial_queue {
 public:
  /// `p` must outlive it; `is_done` is asked as the queue goes on.
  trial_queue(const plan& p, std::function<bool(std::int64_t)> is_done);

  bool empty() const { return !next_; }
  const strand& front() const { return *next_; }
  /// The next `count` strands, or fewer.
  chunk take(std::size_t count);

 private:
  void advance();

  const plan& plan_;
  std::function<bool(std::int64_t)> is_done_;
  std::int64_t number_ = 0;  ///< of the trial that is looked at next
  std::optional<strand> next_;
};

/// How many trials of a point the queue has.
std::int64_t trials_left(const plan& p, std::int64_t point,
                         const std::function<bool(std::int64_t)>& is_done);

}  // namespace tubal::sweep
