#include "core/completion/seen_data.hpp"

#include <algorithm>
#include <limits>

namespace tubal::detail {

fold::fold(const seen_data& d, const missing_pattern& p, double share, std::uint64_t seed)
    : slice_size_(d.sizes.slice_size()) {
  if (share > 0) set = hold_out(p, share, seed);
  std::vector<char> fits = d.seen;
  std::array<double, unit_kinds> held = {};
  for (std::size_t h = 0; h < set.entries.size(); ++h) {
    fits[static_cast<std::size_t>(set.entries[h])] = 0;
    ++held[static_cast<std::size_t>(set.kinds[h])];
  }
  // what every kind of hole counts among the missing
  std::array<double, unit_kinds> weight = {};
  double all = 0;
  for (std::size_t k = 0; k < held.size(); ++k) {
    if (held[k] == 0) continue;
    weight[k] = p.missing() == 0 ? 1 : static_cast<double>(p.missing(static_cast<unit_kind>(k)));
    all += weight[k];
  }
  for (std::size_t h = 0; h < set.entries.size(); ++h) {
    const auto k = static_cast<std::size_t>(set.kinds[h]);
    weights.push_back(weight[k] / all / held[k]);
    held_values.push_back(d.values[static_cast<std::size_t>(set.entries[h])]);
  }
  std::vector<double> count(static_cast<std::size_t>(d.sizes.tube));
  slice_means_.resize(count.size());
  for (std::size_t e = 0; e < fits.size(); ++e) {
    if (fits[e] == 0) continue;
    const std::size_t l = e / static_cast<std::size_t>(slice_size_);
    fitted.push_back(static_cast<std::int64_t>(e));
    slice_means_[l] += d.values[e];
    mean_ += d.values[e];
    ++count[l];
  }
  mean_ /= static_cast<double>(std::max<std::size_t>(fitted.size(), 1));
  for (std::size_t l = 0; l < count.size(); ++l)
    slice_means_[l] = count[l] > 0 ? slice_means_[l] / count[l] : mean_;
}

std::int64_t fold::units() const {
  std::array<std::vector<std::int32_t>, unit_kinds> drawn;
  for (std::size_t h = 0; h < set.units.size(); ++h)
    drawn[static_cast<std::size_t>(set.kinds[h])].push_back(set.units[h]);
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (auto& units : drawn) {
    if (units.empty()) continue;
    std::sort(units.begin(), units.end());
    fewest = std::min<std::int64_t>(
        fewest, std::distance(units.begin(), std::unique(units.begin(), units.end())));
  }
  return fewest;
}

double fold::mean(centring c, std::int64_t entry) const {
  if (c == centring::none) return 0;
  return c == centring::mean ? mean_ : slice_means_[static_cast<std::size_t>(entry / slice_size_)];
}

}  // namespace tubal::detail
