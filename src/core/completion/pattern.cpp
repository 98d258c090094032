#include "core/completion/pattern.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::detail {

std::int64_t grid::units(unit_kind k) const {
  switch (k) {
    case unit_kind::row:
      return sizes.rows;
    case unit_kind::column:
      return sizes.cols;
    case unit_kind::slice:
      return sizes.tube;
    case unit_kind::tube:
      return sizes.slice_size();
    case unit_kind::column_of_slice:
      return sizes.cols * sizes.tube;
    case unit_kind::row_of_slice:
      return sizes.rows * sizes.tube;
    case unit_kind::entry:
      break;
  }
  return sizes.size();
}

std::int64_t grid::unit_of(unit_kind k, std::int64_t e) const {
  const std::int64_t i = e % sizes.rows, j = e / sizes.rows % sizes.cols,
                     l = e / sizes.slice_size();
  switch (k) {
    case unit_kind::row:
      return i;
    case unit_kind::column:
      return j;
    case unit_kind::slice:
      return l;
    case unit_kind::tube:
      return i + sizes.rows * j;
    case unit_kind::column_of_slice:
      return j + sizes.cols * l;
    case unit_kind::row_of_slice:
      return i + sizes.rows * l;
    case unit_kind::entry:
      break;
  }
  return e;
}

missing_pattern::missing_pattern(const shape& s, const std::vector<char>& seen)
    : grid_(s), seen_(seen), kinds_(seen.size(), -1) {
  for (std::size_t e = 0; e < seen_.size(); ++e)
    if (seen_[e] == 0) {
      kinds_[e] = static_cast<signed char>(unit_kind::entry);
      ++all_missing_;
    }
  find_slices();
  for (const auto k : {unit_kind::tube, unit_kind::column_of_slice, unit_kind::row_of_slice})
    find_fibres(k);
  for (const auto k : kinds_)
    if (k >= 0) ++missing_[static_cast<std::size_t>(k)];
  find_clusters();
}

void missing_pattern::find_slices() {
  for (const auto k : {unit_kind::row, unit_kind::column, unit_kind::slice}) {
    std::vector<char> any(static_cast<std::size_t>(grid_.units(k)));
    for (std::size_t e = 0; e < seen_.size(); ++e)
      if (seen_[e] != 0)
        any[static_cast<std::size_t>(grid_.unit_of(k, static_cast<std::int64_t>(e)))] = 1;
    for (std::size_t u = 0; u < any.size(); ++u)
      if (any[u] == 0) unseen_[static_cast<std::size_t>(k)].push_back(static_cast<std::int64_t>(u));
    for (std::size_t e = 0; e < seen_.size(); ++e)
      if (any[static_cast<std::size_t>(grid_.unit_of(k, static_cast<std::int64_t>(e)))] == 0 &&
          kinds_[e] == static_cast<signed char>(unit_kind::entry))
        kinds_[e] = static_cast<signed char>(k);
  }
}

/// Fibres without a seen entry, where there are more of them than chance makes.
void missing_pattern::find_fibres(unit_kind k) {
  const auto count = static_cast<std::size_t>(grid_.units(k));
  std::vector<std::int32_t> live(count), holes(count);
  double all = 0, missing = 0;
  for (std::size_t e = 0; e < seen_.size(); ++e) {
    const auto u = static_cast<std::size_t>(grid_.unit_of(k, static_cast<std::int64_t>(e)));
    const bool hole = kinds_[e] == static_cast<signed char>(unit_kind::entry);
    if (!hole && seen_[e] == 0) continue;  // of a larger unit
    ++live[u];
    ++all;
    if (hole) {
      ++holes[u];
      ++missing;
    }
  }
  if (missing == 0) return;
  double whole = 0, by_chance = 0;
  for (std::size_t u = 0; u < count; ++u) {
    if (live[u] < 2) continue;
    whole += holes[u] == live[u] ? 1 : 0;
    by_chance += std::pow(missing / all, live[u]);
  }
  if (whole <= by_chance + 3 * std::sqrt(by_chance) || whole == 0) return;
  for (std::size_t e = 0; e < seen_.size(); ++e) {
    const auto u = static_cast<std::size_t>(grid_.unit_of(k, static_cast<std::int64_t>(e)));
    if (live[u] >= 2 && holes[u] == live[u] &&
        kinds_[e] == static_cast<signed char>(unit_kind::entry))
      kinds_[e] = static_cast<signed char>(k);
  }
}

/// Neighbours of holes are holes more often than anything is.
void missing_pattern::find_clusters() {
  for (int k = 0; k < unit_kinds; ++k) {
    const auto kind = static_cast<unit_kind>(k);
    if (missing_[static_cast<std::size_t>(k)] == 0) continue;
    const auto count = static_cast<std::size_t>(grid_.units(kind));
    std::vector<char> hole(count);
    for (std::size_t e = 0; e < kinds_.size(); ++e)
      if (kinds_[e] == k)
        hole[static_cast<std::size_t>(grid_.unit_of(kind, static_cast<std::int64_t>(e)))] = 1;
    // the side along which units are neighbours: rows of a plane of units, where there is one
    const bool plane = kind == unit_kind::tube || kind == unit_kind::entry;
    const std::int64_t side = kind == unit_kind::column_of_slice ? grid_.sizes.cols
                              : kind == unit_kind::row_of_slice  ? grid_.sizes.rows
                              : plane                            ? grid_.sizes.rows
                                                                 : static_cast<std::int64_t>(count);
    double holes = 0, pairs = 0, both = 0;
    for (std::size_t u = 0; u < count; ++u) {
      holes += hole[u];
      const auto at = static_cast<std::int64_t>(u);
      if (hole[u] == 0) continue;
      if (at % side + 1 < side) {
        ++pairs;
        both += hole[u + 1];
      }
      if (plane && at / side % grid_.sizes.cols + 1 < grid_.sizes.cols) {
        ++pairs;
        both += hole[u + static_cast<std::size_t>(side)];
      }
    }
    units_[static_cast<std::size_t>(k)] = static_cast<std::int64_t>(holes);
    const double share = holes / static_cast<double>(count);
    if (pairs == 0) continue;
    const double spread = std::sqrt(share * (1 - share) / pairs);
    // as far above chance as half of the way to "always", and not by accident
    clustered_[static_cast<std::size_t>(k)] =
        both / pairs > share + std::max(0.35 * (1 - share), 3 * spread);
  }
}

}  // namespace tubal::detail
