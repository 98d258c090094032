// Which trials are run next.
#pragma once

#include "sweep/run/trials.hpp"

namespace tubal::sweep {

/// The strands that are left, in order. Of a chain all trials from the first on, if the last one is
/// missing: the way to a start leads over the trials before it.
class trial_queue {
 public:
  trial_queue(const plan& p, const std::function<bool(std::int64_t)>& is_done);

  bool empty() const { return next_ == strands_.size(); }
  const strand& front() const { return strands_[next_]; }
  /// The next `count` strands, or fewer.
  chunk take(std::size_t count);
  double work_left() const;

 private:
  std::vector<strand> strands_;
  std::size_t next_ = 0;
};

}  // namespace tubal::sweep
