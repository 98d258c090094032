// What is seen of a tensor: the values on the host, their scale and their means.
#pragma once

#include <tubal/completion.hpp>

#include <map>
#include <vector>

#include "core/completion/pattern.hpp"

namespace tubal::detail {

struct seen_data {
  shape sizes;
  std::vector<char> seen;
  std::vector<double>
      values;  ///< times 2^-exponent, so that the largest is near 1; 0 where missing
  int exponent = 0;
  bool is_zero = false;  ///< all that is seen
};

/// The seen entries that are fitted and those that are held out.
class fold {
 public:
  fold(const seen_data& d, const missing_pattern& p, double share, std::uint64_t seed);

  bool holds_out() const { return !set.entries.empty(); }
  /// Of each entry: the mean that centring takes from it, from fitted entries.
  double mean(centring c, std::int64_t entry) const;
  /// The weighted mean square over what is held out of value - found(entry).
  template <class Found>
  double error_of(const Found& found) const {
    double sum = 0;
    for (std::size_t h = 0; h < set.entries.size(); ++h) {
      const double off = held_values[h] - found(set.entries[h]);
      sum += weights[h] * off * off;
    }
    return sum;
  }

  /// The error of one unit that was held out: its mean square, and what it counts.
  struct unit_error {
    int kind;
    double square = 0, weight = 0;
  };
  template <class Found>
  std::vector<unit_error> errors_of(const Found& found) const {
    std::map<std::pair<int, std::int32_t>, unit_error> units;
    for (std::size_t h = 0; h < set.entries.size(); ++h) {
      auto& u = units[{set.kinds[h], set.units[h]}];
      const double off = held_values[h] - found(set.entries[h]);
      u.kind = set.kinds[h];
      u.square += weights[h] * off * off;
      u.weight += weights[h];
    }
    std::vector<unit_error> all;
    for (auto& [key, u] : units) all.push_back({u.kind, u.square / u.weight, u.weight});
    return all;
  }

  /// How many units were drawn, of the kind of which the fewest were.
  std::int64_t units() const;

  held_out_set set;
  std::vector<std::int64_t> fitted;
  std::vector<double> held_values, weights;

 private:
  std::int64_t slice_size_;
  std::vector<double> slice_means_;
  double mean_ = 0;
};

}  // namespace tubal::detail
