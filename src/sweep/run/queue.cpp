#include "sweep/run/queue.hpp"

namespace tubal::sweep {

namespace {

/// Of the trials of a point, the last one that is not done; -1: all are.
std::int64_t last_left(const plan& p, std::int64_t point,
                       const std::function<bool(std::int64_t)>& is_done) {
  for (std::int64_t j = p.repetitions; j-- > 0;)
    if (!is_done(point * p.repetitions + j)) return j;
  return -1;
}

}  // namespace

trial_queue::trial_queue(const plan& p, std::function<bool(std::int64_t)> is_done)
    : plan_(p), is_done_(std::move(is_done)) {
  advance();
}

void trial_queue::advance() {
  next_.reset();
  const auto count = trial_count(plan_);
  while (number_ < count && is_done_(number_)) ++number_;
  if (number_ == count) return;
  const auto t = trial_of(plan_, number_++);
  next_ = strand{settings_at(plan_, t.point), {}};
  if (plan_.trials == trial_kind::fresh) {
    next_->trials.push_back(t);
    return;
  }
  const auto first = t.point * plan_.repetitions;
  const auto last = last_left(plan_, t.point, is_done_);
  for (std::int64_t j = 0; j <= last; ++j) next_->trials.push_back(trial_of(plan_, first + j));
  number_ = first + plan_.repetitions;
}

chunk trial_queue::take(std::size_t count) {
  chunk taken;
  for (; taken.size() < count && next_; advance()) taken.push_back(std::move(*next_));
  return taken;
}

std::int64_t trials_left(const plan& p, std::int64_t point,
                         const std::function<bool(std::int64_t)>& is_done) {
  if (p.trials == trial_kind::chained) return last_left(p, point, is_done) + 1;
  std::int64_t left = 0;
  for (std::int64_t j = 0; j < p.repetitions; ++j)
    left += is_done(point * p.repetitions + j) ? 0 : 1;
  return left;
}

}  // namespace tubal::sweep
