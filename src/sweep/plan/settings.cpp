#include "sweep/plan/settings.hpp"

#include "text/number.hpp"

#include <tubal/symmetric.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace tubal::sweep {

namespace {

/// 10000, and 1e4 too.
std::optional<std::int64_t> whole_of(const json& value) {
  if (value.is_whole()) return value.whole();
  return value.is_number() ? text::as_whole(value.number()) : std::nullopt;
}

std::string take(std::int64_t& to, const json& value) {
  const auto whole = whole_of(value);
  if (!whole) return "a whole number";
  to = *whole;
  return "";
}

std::string take(double& to, const json& value) {
  if (!value.is_number()) return "a number";
  to = value.number();
  return "";
}

std::string take(std::string& to, const json& value) {
  if (!value.is_text()) return "a text";
  to = value.text();
  return "";
}

std::string take(std::vector<std::int64_t>& to, const json& value) {
  std::vector<std::int64_t> all;
  if (value.is_array())
    for (const auto& entry : value.elements())
      if (const auto whole = whole_of(entry)) all.push_back(*whole);
  if (all.empty() || all.size() != value.size()) return "a list of whole numbers";
  to = std::move(all);
  return "";
}

bool is_positive(double x) { return std::isfinite(x) && x > 0; }
bool is_nonnegative(double x) { return std::isfinite(x) && x >= 0; }

/// "" for a multi-rank that goes with the other settings.
std::string bad_multi_rank(const settings& s) {
  const auto& ranks = s.multi_rank;
  if (ranks.empty()) return "";
  if (static_cast<std::int64_t>(ranks.size()) != s.k)
    return "k = " + std::to_string(s.k) + " entries";
  for (std::size_t f = 0; f < ranks.size(); ++f) {
    if (ranks[f] < 0 || ranks[f] > s.n) return "entries 0 to n = " + std::to_string(s.n);
    if (ranks[f] != ranks[(ranks.size() - f) % ranks.size()])
      return "entry f and entry k - f to be the same";
  }
  if (*std::max_element(ranks.begin(), ranks.end()) != s.rank)
    return "the rank, " + std::to_string(s.rank) + ", as its largest entry";
  return "";
}

std::string bad_condition(const settings& s) {
  if (!std::isfinite(s.condition) || s.condition < 1) return "1 or more";
  if (s.condition != 1 && s.rank == 1) return "1 with rank 1";
  if (s.condition != 1 && s.truth == "gaussian") return "1 with a gaussian truth";
  return "";
}

/// What is under it is for the allocator to decide.
bool fits_memory(const settings& s) {
  constexpr double largest_bytes = 1e15;
  const auto n = static_cast<double>(s.n);
  const double tube = 8 * static_cast<double>(s.k);
  return n * n * tube * static_cast<double>(s.measurements) < largest_bytes &&
         n * static_cast<double>(s.factor_rank) * tube < largest_bytes;
}

}  // namespace

const std::vector<setting_key>& setting_keys() {
  static const std::vector<setting_key> keys = {
      {"problem", "n", &settings::n},
      {"problem", "k", &settings::k},
      {"problem", "rank", &settings::rank},
      {"problem", "measurements", &settings::measurements},
      {"problem", "noise", &settings::noise},
      {"problem", "truth", &settings::truth},
      {"problem", "condition", &settings::condition},
      {"problem", "multi-rank", &settings::multi_rank},
      {"descent", "factor-rank", &settings::factor_rank},
      {"descent", "alpha", &settings::alpha},
      {"descent", "step", &settings::step},
      {"descent", "iterations", &settings::iterations},
      {"descent", "train-tolerance", &settings::train_tolerance},
      {"descent", "progress-window", &settings::progress_window},
      {"descent", "progress-tolerance", &settings::progress_tolerance}};
  return keys;
}

const setting_key* find_setting(std::string_view name) {
  for (const auto& key : setting_keys())
    if (key.name == name) return &key;
  return nullptr;
}

json value_of(const settings& s, const setting_key& key) {
  if (key.name == "multi-rank" && s.multi_rank.empty()) return nullptr;
  return std::visit([&](auto member) -> json { return s.*member; }, key.member);
}

std::string assign(settings& s, const setting_key& key, const json& value) {
  return std::visit([&](auto member) { return take(s.*member, value); }, key.member);
}

json to_json(const settings& s, std::string_view section) {
  auto values = json::object();
  for (const auto& key : setting_keys()) {
    if (!section.empty() && key.section != section) continue;
    auto value = value_of(s, key);
    if (!value.is_null()) values.add(std::string(key.name), std::move(value));
  }
  return values;
}

std::int64_t rank_of(const settings& s) {
  if (s.multi_rank.empty()) return s.rank;
  return *std::max_element(s.multi_rank.begin(), s.multi_rank.end());
}

bad_setting find_bad_setting(const settings& s) {
  if (s.n < 1) return {"n", "a positive size"};
  if (s.k < 1) return {"k", "a positive size"};
  if (s.rank < 1 || s.rank > s.n) return {"rank", "1 to n = " + std::to_string(s.n)};
  if (s.measurements < 1) return {"measurements", "a positive number"};
  if (s.factor_rank < 1) return {"factor-rank", "a positive number"};
  if (!fits_memory(s)) return {"n", "sizes that fit into the memory of a machine"};
  if (!is_nonnegative(s.noise)) return {"noise", "0 or more"};
  if (s.truth != "orthonormal" && s.truth != "gaussian")
    return {"truth", "'orthonormal' or 'gaussian'"};
  if (const auto bad = bad_condition(s); !bad.empty()) return {"condition", bad};
  if (const auto bad = bad_multi_rank(s); !bad.empty()) return {"multi-rank", bad};
  if (!is_positive(s.alpha)) return {"alpha", "a positive number"};
  if (!is_positive(s.step)) return {"step", "a positive number"};
  if (s.iterations < 0) return {"iterations", "0 or more"};
  if (!is_nonnegative(s.train_tolerance)) return {"train-tolerance", "0 or more"};
  if (s.progress_window < 0) return {"progress-window", "0 or more"};
  if (!is_nonnegative(s.progress_tolerance) || s.progress_tolerance >= 1)
    return {"progress-tolerance", "0 or more and under 1"};
  return {};
}

std::int64_t symmetric_dimension_of(const settings& s) { return symmetric_dimension(s.n, s.k); }

std::int64_t degrees_of_freedom_of(const settings& s) {
  if (s.multi_rank.empty()) return symmetric_degrees_of_freedom(s.n, s.k, s.rank);
  // A real slice alone counts as k = 1; a complex one, with its conjugate, as k = 3 without it.
  const auto real = [&](std::int64_t r) { return symmetric_degrees_of_freedom(s.n, 1, r); };
  std::int64_t sum = 0;
  for (std::int64_t f = 0; f <= s.k / 2; ++f) {
    const std::int64_t r = s.multi_rank[static_cast<std::size_t>(f)];
    const bool is_real = f == 0 || 2 * f == s.k;
    sum += is_real ? real(r) : symmetric_degrees_of_freedom(s.n, 3, r) - real(r);
  }
  return sum;
}

}  // namespace tubal::sweep
