#include "report/evaluate/dimensions.hpp"

#include <tubal/symmetric.hpp>

#include <algorithm>

namespace tubal::report {

namespace {

std::int64_t whole(const point& p, const std::string& key) {
  const auto found = p.all.find(key);
  if (found == p.all.end() || !found->second.is_whole())
    throw io::file_error("plan.json: '" + key + "': expected a whole number");
  return found->second.whole();
}

std::int64_t of_real_slice(std::int64_t n, std::int64_t r) {
  return symmetric_degrees_of_freedom(n, 1, r);
}

std::int64_t of_complex_slice(std::int64_t n, std::int64_t r) {
  return symmetric_degrees_of_freedom(n, 3, r) - of_real_slice(n, r);
}

std::int64_t degrees_of_freedom(std::int64_t n, const std::vector<std::int64_t>& ranks) {
  const auto k = ranks.size();
  std::int64_t sum = 0;
  for (std::size_t f = 0; 2 * f <= k; ++f) {
    const bool real = f == 0 || 2 * f == k;
    if (f < k) sum += real ? of_real_slice(n, ranks[f]) : of_complex_slice(n, ranks[f]);
  }
  return sum;
}

std::vector<std::int64_t> ranks_of(const point& p, std::int64_t k) {
  const auto multi = p.all.find("multi-rank");
  if (multi == p.all.end() || multi->second.size() == 0)
    return std::vector<std::int64_t>(static_cast<std::size_t>(k), whole(p, "rank"));
  std::vector<std::int64_t> ranks;
  for (const auto& rank : multi->second.elements()) ranks.push_back(rank.whole());
  return ranks;
}

}  // namespace

double dimensions::ratio() const {
  return static_cast<double>(measurements) / static_cast<double>(degrees_of_freedom);
}

dimensions dimensions_of(const point& p) {
  const auto n = whole(p, "n");
  const auto k = whole(p, "k");
  try {
    return {whole(p, "measurements"), symmetric_dimension(n, k),
            degrees_of_freedom(n, ranks_of(p, k))};
  } catch (const argument_error& e) {
    throw io::file_error(std::string("plan.json: ") + e.what());
  }
}

std::string verdict_on(const dimensions& d) {
  if (d.over_determined()) return "over-determined (m ≥ N)";
  if (d.measurements >= d.degrees_of_freedom) return "under-determined (m < N)";
  return "too few (m < degrees of freedom)";
}

}  // namespace tubal::report
