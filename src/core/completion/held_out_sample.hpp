// Errors of held-out units as a sample of those of the missing ones.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/completion/seen_data.hpp"

namespace tubal::detail {

class held_out_sample {
 public:
  /// The units of one fold; the weights of a fold add up to 1.
  void add(const std::vector<fold::unit_error>& units) {
    all_.insert(all_.end(), units.begin(), units.end());
    ++folds_;
  }
  double mean_square() const {
    double sum = 0;
    for (const auto& u : all_) sum += u.weight * u.square;
    return sum / folds_;
  }
  /// Whether errors are smaller than those of `other` on the same units, by so many standard errors
  /// of the difference and by a little of themselves.
  bool is_under(const held_out_sample& other, double standard_errors) const {
    const double off = other.mean_square() - mean_square();
    double variance = 0;
    for (std::size_t u = 0; u < all_.size(); ++u)
      variance +=
          std::pow(all_[u].weight / folds_ * (other.all_[u].square - all_[u].square - off), 2);
    return off > std::max(standard_errors * std::sqrt(variance), 0.03 * other.mean_square());
  }
  /// Units of the kind that has the fewest.
  std::int64_t fewest_units() const {
    std::array<std::int64_t, unit_kinds> count = {};
    for (const auto& u : all_) ++count[static_cast<std::size_t>(u.kind)];
    std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
    for (const auto c : count)
      if (c > 0) fewest = std::min(fewest, c);
    return fewest;
  }
  /// Standard error of the root of `mean_square`, relative to it.
  double spread() const {
    return spread([](int) { return std::numeric_limits<std::int64_t>::max(); });
  }
  /// The same of its difference from the root mean square over `missing(kind)` other units.
  template <class Missing>
  double spread(const Missing& missing) const {
    std::array<double, unit_kinds> square = {}, weight = {}, count = {};
    for (const auto& u : all_) {
      const auto k = static_cast<std::size_t>(u.kind);
      square[k] += u.weight * u.square;
      weight[k] += u.weight;
      ++count[k];
    }
    double variance = 0;
    for (const auto& u : all_) {
      const auto k = static_cast<std::size_t>(u.kind);
      const double others = u.kind <= static_cast<int>(unit_kind::slice)
                                ? count[k] / static_cast<double>(missing(u.kind))
                                : 0;
      variance +=
          std::pow(u.weight / folds_ * (u.square - square[k] / weight[k]), 2) * (1 + others);
    }
    return 0.5 * std::sqrt(variance) / mean_square();
  }

 private:
  std::vector<fold::unit_error> all_;
  double folds_ = 0;
};

}  // namespace tubal::detail
