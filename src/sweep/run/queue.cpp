#include "sweep/run/queue.hpp"

#include "sweep/run/estimate.hpp"

#include <algorithm>

namespace tubal::sweep {

namespace {

/// The trials of a point that are to be run.
std::vector<trial> trials_left(const plan& p, std::int64_t point,
                               const std::function<bool(std::int64_t)>& is_done) {
  std::vector<trial> left;
  for (std::int64_t j = 0; j < p.repetitions; ++j) {
    const auto number = point * p.repetitions + j;
    if (!is_done(number)) left.push_back(trial_of(p, number));
  }
  return left;
}

/// From the first trial of the point to the last one that is left.
strand chain_to(const plan& p, const settings& values, const trial& last) {
  strand s{values, {}};
  for (std::int64_t j = 0; j <= last.repetition; ++j)
    s.trials.push_back(trial_of(p, last.point * p.repetitions + j));
  return s;
}

}  // namespace

trial_queue::trial_queue(const plan& p, const std::function<bool(std::int64_t)>& is_done) {
  const auto points = points_of(p);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto left = trials_left(p, static_cast<std::int64_t>(i), is_done);
    if (left.empty()) continue;
    if (p.trials == trial_kind::chained)
      strands_.push_back(chain_to(p, points[i], left.back()));
    else
      for (const auto& t : left) strands_.push_back({points[i], {t}});
  }
}

chunk trial_queue::take(std::size_t count) {
  const auto begin = strands_.begin() + static_cast<std::ptrdiff_t>(next_);
  next_ += std::min(count, strands_.size() - next_);
  return {begin, strands_.begin() + static_cast<std::ptrdiff_t>(next_)};
}

double trial_queue::work_left() const {
  double work = 0;
  for (std::size_t i = next_; i < strands_.size(); ++i)
    work += work_of_trial(strands_[i].values) * static_cast<double>(strands_[i].trials.size());
  return work;
}

}  // namespace tubal::sweep
