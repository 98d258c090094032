// How entries are missing, and how seen ones are held out in the same way.
#pragma once

#include <tubal/shape.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace tubal::detail {

using index_list = std::vector<std::int64_t>;

/// What is missing whole. Every missing entry belongs to one unit, of the first kind that fits.
enum class unit_kind { row, column, slice, tube, column_of_slice, row_of_slice, entry };
inline constexpr int unit_kinds = 7;

/// Where X(i,j,l) is, and in which unit of each kind.
struct grid {
  explicit grid(const shape& s) : sizes(s) {}
  std::int64_t units(unit_kind k) const;
  std::int64_t unit_of(unit_kind k, std::int64_t entry) const;

  shape sizes;
};

/// A pattern of missing entries.
class missing_pattern {
 public:
  /// `seen`: one number for each entry, 0 where it is missing.
  missing_pattern(const shape& s, const std::vector<char>& seen);

  std::int64_t missing(unit_kind k) const { return missing_[static_cast<std::size_t>(k)]; }
  std::int64_t missing() const { return all_missing_; }
  std::int64_t seen() const { return grid_.sizes.size() - all_missing_; }
  /// How many units of the kind are missing.
  std::int64_t missing_units(unit_kind k) const { return units_[static_cast<std::size_t>(k)]; }
  /// Rows, columns or frontal slices of which nothing is seen, ascending.
  const index_list& unseen(unit_kind k) const { return unseen_[static_cast<std::size_t>(k)]; }
  /// Whether units of that kind lie together rather than anywhere.
  bool clustered(unit_kind k) const { return clustered_[static_cast<std::size_t>(k)]; }
  const grid& where() const { return grid_; }
  const std::vector<char>& is_seen() const { return seen_; }
  /// The kind of each missing entry; of a seen one -1.
  const std::vector<signed char>& kinds() const { return kinds_; }

 private:
  void find_slices();
  void find_fibres(unit_kind k);
  void find_clusters();

  grid grid_;
  std::vector<char> seen_;
  std::vector<signed char> kinds_;
  std::array<std::int64_t, unit_kinds> missing_ = {}, units_ = {};
  std::array<index_list, 3> unseen_;
  std::array<bool, unit_kinds> clustered_ = {};
  std::int64_t all_missing_ = 0;
};

/// Seen entries that are held out, ascending, and of which kind of hole each is a sample.
struct held_out_set {
  index_list entries;
  std::vector<signed char> kinds;
  std::vector<std::int32_t> units;  ///< entries with one number were drawn together
  bool of_holes = false;            ///< some are solid holes, of which there are few
  bool at_rim = false;  ///< some lie at the rim of a hole too large to be made elsewhere
  double hole = 0;      ///< the share of its plane that this hole takes
};

/// Holds out about `share` of the seen entries, in units of the kinds that are missing and in the
/// same proportion. Where nothing is missing, whole tubes. Draws from `seed`.
held_out_set hold_out(const missing_pattern& p, double share, std::uint64_t seed);

}  // namespace tubal::detail
