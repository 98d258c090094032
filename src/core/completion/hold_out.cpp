// Seen entries held out in the pattern of those that are missing.
#include <tubal/random.hpp>
#include <tubal/sensing_operators.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/completion/pattern.hpp"
#include "core/primitives/philox.hpp"

namespace tubal::detail {

namespace {

/// Uniform numbers of one stream, one after the other.
class dice {
 public:
  explicit dice(std::uint64_t seed)
      : key_{seed, static_cast<std::uint32_t>(random_stream::held_out)} {}
  double operator()() { return uniform()(key_, next_++); }
  std::int64_t below(std::int64_t n) {
    return std::min(n - 1, static_cast<std::int64_t>((*this)() * static_cast<double>(n)));
  }
  template <class Values>
  void shuffle(Values& values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1],
                values[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
  }

 private:
  philox_key key_;
  std::uint64_t next_ = 0;
};

/// Units of one kind as points of planes: `height` x `width` of them, in `depth` planes.
struct plane_of_units {
  plane_of_units(const grid& g, unit_kind k) {
    const shape& s = g.sizes;
    if (k == unit_kind::tube || k == unit_kind::entry) {
      height = s.rows;
      width = s.cols;
      depth = k == unit_kind::entry ? s.tube : 1;
    } else if (k == unit_kind::column_of_slice || k == unit_kind::row_of_slice) {
      height = k == unit_kind::column_of_slice ? s.cols : s.rows;
      depth = s.tube;
    } else {
      height = g.units(k);
    }
  }
  std::int64_t height = 1, width = 1, depth = 1;
};

struct stamp {
  std::vector<std::array<std::int64_t, 2>> points;
  std::int64_t plane = 0;

  std::int64_t size() const { return static_cast<std::int64_t>(points.size()); }
};

class drawing {
 public:
  drawing(const missing_pattern& p, std::uint64_t seed)
      : p_(p), g_(p.where()), random_(seed), held_(p.is_seen().size(), -1), unit_(held_.size()) {}

  /// About so many entries, as units of the kind.
  void draw(unit_kind k, std::int64_t wanted) {
    list_seen(k);
    if (p_.clustered(k))
      draw_stamps(k, wanted);
    else
      draw_units(k, wanted);
  }

  held_out_set result() {
    for (std::size_t e = 0; e < held_.size(); ++e) {
      if (held_[e] < 0) continue;
      set_.entries.push_back(static_cast<std::int64_t>(e));
      set_.kinds.push_back(held_[e]);
      set_.units.push_back(unit_[e]);
    }
    return std::move(set_);
  }

 private:
  /// The entries of each unit that are seen.
  void list_seen(unit_kind k) {
    const auto count = static_cast<std::size_t>(g_.units(k));
    first_.assign(count + 1, 0);
    const auto& seen = p_.is_seen();
    for (std::size_t e = 0; e < seen.size(); ++e)
      if (seen[e] != 0)
        ++first_[static_cast<std::size_t>(g_.unit_of(k, static_cast<std::int64_t>(e))) + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    entries_.resize(static_cast<std::size_t>(p_.seen()));
    auto at = first_;
    for (std::size_t e = 0; e < seen.size(); ++e)
      if (seen[e] != 0)
        entries_[static_cast<std::size_t>(
            at[static_cast<std::size_t>(g_.unit_of(k, static_cast<std::int64_t>(e)))]++)] =
            static_cast<std::int64_t>(e);
  }
  std::int64_t seen_in(std::int64_t u) const {
    return first_[static_cast<std::size_t>(u) + 1] - first_[static_cast<std::size_t>(u)];
  }
  std::int64_t take(unit_kind k, std::int64_t u, std::int32_t number) {
    std::int64_t taken = 0;
    for (auto i = first_[static_cast<std::size_t>(u)]; i < first_[static_cast<std::size_t>(u) + 1];
         ++i) {
      const auto e = static_cast<std::size_t>(entries_[static_cast<std::size_t>(i)]);
      if (held_[e] >= 0) continue;
      held_[e] = static_cast<signed char>(k);
      unit_[e] = number;
      ++taken;
    }
    return taken;
  }

  void draw_units(unit_kind k, std::int64_t wanted) {
    index_list live;
    std::int64_t largest = 0;
    for (std::int64_t u = 0; u < g_.units(k); ++u) {
      if (seen_in(u) > 0) live.push_back(u);
      largest = std::max(largest, seen_in(u));
    }
    random_.shuffle(live);
    std::int64_t taken = 0;
    std::size_t units = 0;
    for (const auto u : live) {
      if (2 * seen_in(u) < largest) continue;  // a crumb
      // some units at the least, but of few no large part
      if (taken >= wanted && units >= std::min<std::size_t>(5, live.size() / 6)) break;
      if (units + 1 >= live.size()) break;
      taken += take(k, u, number_++);
      ++units;
    }
  }

  /// Connected holes of one kind.
  std::vector<stamp> holes_of(unit_kind k, const plane_of_units& plane) const {
    std::vector<char> hole(static_cast<std::size_t>(g_.units(k)));
    const auto& kinds = p_.kinds();
    for (std::size_t e = 0; e < kinds.size(); ++e)
      if (kinds[e] == static_cast<signed char>(k))
        hole[static_cast<std::size_t>(g_.unit_of(k, static_cast<std::int64_t>(e)))] = 1;
    std::vector<stamp> found;
    index_list open;
    const std::int64_t area = plane.height * plane.width;
    for (std::int64_t u = 0; u < static_cast<std::int64_t>(hole.size()); ++u) {
      if (hole[static_cast<std::size_t>(u)] == 0) continue;
      stamp s{.points = {}, .plane = u / area};
      open.assign(1, u);
      hole[static_cast<std::size_t>(u)] = 0;
      while (!open.empty()) {
        const std::int64_t at = open.back() % area;
        open.pop_back();
        const std::int64_t i = at % plane.height, j = at / plane.height;
        s.points.push_back({i, j});
        const auto visit = [&](std::int64_t ni, std::int64_t nj) {
          if (ni < 0 || nj < 0 || ni >= plane.height || nj >= plane.width) return;
          const std::int64_t n = ni + plane.height * nj + area * s.plane;
          if (hole[static_cast<std::size_t>(n)] == 0) return;
          hole[static_cast<std::size_t>(n)] = 0;
          open.push_back(n);
        };
        visit(i - 1, j);
        visit(i + 1, j);
        visit(i, j - 1);
        visit(i, j + 1);
      }
      found.push_back(std::move(s));
    }
    return found;
  }

  /// The part of the hole in a window, so that it has no more than `most` points.
  stamp cut(stamp s, std::int64_t most) {
    if (s.size() <= most) return s;
    const auto [low, high] = box(s);
    const double share = std::sqrt(static_cast<double>(most) / static_cast<double>(s.size()));
    std::array<std::int64_t, 2> size, from;
    for (std::size_t d = 0; d < 2; ++d) {
      const std::int64_t all = high[d] - low[d] + 1;
      const bool flat = high[1 - d] == low[1 - d];
      size[d] = std::max<std::int64_t>(
          1, std::llround(static_cast<double>(all) * (flat ? share * share : share)));
      from[d] = low[d] + random_.below(all - size[d] + 1);
    }
    std::erase_if(s.points, [&](const auto& p) {
      return p[0] < from[0] || p[0] >= from[0] + size[0] || p[1] < from[1] ||
             p[1] >= from[1] + size[1];
    });
    return s;
  }
  static std::array<std::array<std::int64_t, 2>, 2> box(const stamp& s) {
    auto low = s.points.front(), high = low;
    for (const auto& p : s.points)
      for (std::size_t d = 0; d < 2; ++d) {
        low[d] = std::min(low[d], p[d]);
        high[d] = std::max(high[d], p[d]);
      }
    return {low, high};
  }

  /// Fills most of its box.
  static bool is_solid(const stamp& s) {
    const auto [low, high] = box(s);
    const auto area = (high[0] - low[0] + 1) * (high[1] - low[1] + 1);
    return 10 * s.size() > 8 * area;
  }
  /// A solid hole that would have to be cut to less than this is moved instead.
  static constexpr double smallest_share = 0.15;

  /// Where the stamp meets most of what is seen; an offset.
  std::array<std::int64_t, 2> place(const stamp& s, const plane_of_units& plane) {
    const auto [low, high] = box(s);
    std::array<std::int64_t, 2> best = {};
    std::int64_t covered = -1;
    for (int attempt = 0; attempt < 40; ++attempt) {
      const std::array<std::int64_t, 2> offset = {
          random_.below(plane.height - (high[0] - low[0])) - low[0],
          random_.below(plane.width - (high[1] - low[1])) - low[1]};
      std::int64_t count = 0;
      for (const auto& p : s.points) {
        const std::int64_t u = unit_at(p, offset, s.plane, plane);
        count += seen_in(u) > 0 && !is_held(u) ? 1 : 0;
      }
      if (count > covered) {
        covered = count;
        best = offset;
      }
      if (covered == s.size()) break;
    }
    return best;
  }
  static std::int64_t unit_at(const std::array<std::int64_t, 2>& p,
                              const std::array<std::int64_t, 2>& offset, std::int64_t plane,
                              const plane_of_units& all) {
    return p[0] + offset[0] + all.height * (p[1] + offset[1] + all.width * plane);
  }
  bool is_held(std::int64_t u) const {
    const auto e = static_cast<std::size_t>(
        entries_[static_cast<std::size_t>(first_[static_cast<std::size_t>(u)])]);
    return held_[e] >= 0;
  }

  /// What the hole would cover if it lay elsewhere, by about a share of its size; in pieces.
  std::int64_t move(unit_kind k, const stamp& s, const plane_of_units& plane, double share) {
    const auto [low, high] = box(s);
    const std::array<std::int64_t, 2> room = {plane.height, plane.width};
    const double by = 1 - std::sqrt(1 - std::min(share, 0.9));
    std::array<std::int64_t, 2> offset, size;
    for (std::size_t d = 0; d < 2; ++d) {
      size[d] = high[d] - low[d] + 1;
      const auto step = std::max<std::int64_t>(1, std::llround(by * static_cast<double>(size[d])));
      const std::int64_t before = low[d], after = room[d] - 1 - high[d];
      const bool back = before >= 2 * step && (after < 2 * step || random_() < 0.5);
      offset[d] = back ? -std::min(step, before / 2) : std::min(step, after / 2);
    }
    constexpr std::int64_t pieces = 4;
    std::int64_t taken = 0;
    for (const auto& p : s.points) {
      const std::int64_t u = unit_at(p, offset, s.plane, plane);
      const std::int64_t piece =
          pieces * (pieces * (p[0] - low[0]) / size[0]) + pieces * (p[1] - low[1]) / size[1];
      if (seen_in(u) > 0) taken += take(k, u, number_ + static_cast<std::int32_t>(piece));
    }
    number_ += pieces * pieces;
    return taken;
  }

  void draw_stamps(unit_kind k, std::int64_t wanted) {
    const plane_of_units plane(g_, k);
    const auto holes = holes_of(k, plane);
    std::int64_t points = 0, live = 0, taken = 0;
    for (const stamp& s : holes) points += s.size();
    for (std::int64_t u = 0; u < g_.units(k); ++u) live += seen_in(u) > 0 ? 1 : 0;
    wanted = std::max<std::int64_t>(1, wanted * live / p_.seen());  // in units now
    for (int attempt = 0; attempt < 10000 && taken < wanted; ++attempt) {
      // larger holes are more of what is missing
      std::int64_t at = random_.below(points);
      std::size_t chosen = 0;
      while (at >= holes[chosen].size()) at -= holes[chosen++].size();
      const stamp& hole = holes[chosen];
      const bool solid = is_solid(hole);
      if (solid && plane.width > 1 &&
          static_cast<double>(wanted) < smallest_share * static_cast<double>(hole.size())) {
        set_.at_rim = true;
        set_.hole =
            static_cast<double>(hole.size()) / static_cast<double>(plane.height * plane.width);
        move(k, hole, plane, 2 * static_cast<double>(wanted) / static_cast<double>(hole.size()));
        break;
      }
      // a solid hole as whole as there is room for; of a ragged one (writing) a piece is as good
      const stamp s = cut(hole, std::max<std::int64_t>(1, solid ? wanted : wanted / 8));
      if (s.points.empty()) continue;
      set_.of_holes = set_.of_holes || solid;
      const auto offset = place(s, plane);
      for (const auto& p : s.points) {
        const std::int64_t u = unit_at(p, offset, s.plane, plane);
        if (seen_in(u) > 0 && take(k, u, number_) > 0) ++taken;
      }
      ++number_;
    }
  }

  const missing_pattern& p_;
  grid g_;
  dice random_;
  std::vector<signed char> held_;
  std::vector<std::int32_t> unit_;
  std::vector<std::int64_t> first_, entries_;
  std::int32_t number_ = 0;
  held_out_set set_;
};

}  // namespace

held_out_set hold_out(const missing_pattern& p, double share, std::uint64_t seed) {
  drawing d(p, seed);
  const double wanted = share * static_cast<double>(p.seen());
  if (p.missing() == 0) {
    d.draw(unit_kind::tube, std::llround(wanted));
    return d.result();
  }
  for (int k = 0; k < unit_kinds; ++k) {
    const auto kind = static_cast<unit_kind>(k);
    const double part = static_cast<double>(p.missing(kind)) / static_cast<double>(p.missing());
    if (part > 0) d.draw(kind, std::max<std::int64_t>(1, std::llround(wanted * part)));
  }
  return d.result();
}

}  // namespace tubal::detail
