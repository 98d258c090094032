// From a plan to its points and trials.
#pragma once

#include "sweep/plan/plan.hpp"

#include <cstdint>

namespace tubal::sweep {

std::int64_t point_count(const plan& p);
std::int64_t trial_count(const plan& p);

/// The settings of a point; points are in product order.
settings settings_at(const plan& p, std::int64_t point);
/// What varies, at a point: {"alpha": 1e-7, ...}.
json varied_at(const plan& p, std::int64_t point);

/// Seeds under 2^63: words 1 and 0 of the Philox 4x32-10 block with counter (number, stream) and
/// key plan_seed, without the lowest bit. Trials have the stream 0x74726961, points 0x706f696e.
std::uint64_t seed_of_trial(std::int64_t plan_seed, std::int64_t trial);
std::uint64_t seed_of_point(std::int64_t plan_seed, std::int64_t point);

struct trial {
  std::int64_t number = 0;
  std::int64_t point = 0;
  std::int64_t repetition = 0;
  std::uint64_t seed = 0;  ///< of problem and start: that of the point in a chain
  std::uint64_t operator_seed =
      0;  ///< of the measurement operator: of the point where it is shared
};
trial trial_of(const plan& p, std::int64_t number);

}  // namespace tubal::sweep
