// Ranks and norms from singular values.
#include <tubal/norms.hpp>
#include <tubal/proximal.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/checks.hpp"

namespace tubal {

namespace {

double largest(const singular_values& s) {
  return s.values.empty() ? 0 : *std::max_element(s.values.begin(), s.values.end());
}

}  // namespace

std::vector<std::int64_t> multi_rank(const singular_values& s, std::optional<double> tolerance) {
  if (tolerance) detail::checks("multi_rank").nonnegative("tolerance", *tolerance);
  const double floor = tolerance.value_or(s.tolerance) * largest(s);
  std::vector<std::int64_t> ranks(static_cast<std::size_t>(s.slices));
  for (std::int64_t f = 0; f < s.slices; ++f)
    for (std::int64_t i = 0; i < s.per_slice; ++i)
      ranks[static_cast<std::size_t>(f)] += s(i, f) > floor ? 1 : 0;
  return ranks;
}

std::int64_t tubal_rank(const singular_values& s, std::optional<double> tolerance) {
  const std::vector<std::int64_t> ranks = multi_rank(s, tolerance);
  return ranks.empty() ? 0 : *std::max_element(ranks.begin(), ranks.end());
}

double average_rank(const singular_values& s, std::optional<double> tolerance) {
  const std::vector<std::int64_t> ranks = multi_rank(s, tolerance);
  return static_cast<double>(std::accumulate(ranks.begin(), ranks.end(), std::int64_t{0})) /
         static_cast<double>(std::max<std::size_t>(ranks.size(), 1));
}

double spectral_norm(const singular_values& s) { return largest(s); }

double nuclear_norm(const singular_values& s) {
  return std::accumulate(s.values.begin(), s.values.end(), 0.0) / s.scale;
}

double condition_number(const singular_values& s, std::optional<std::int64_t> r) {
  detail::checks("condition_number").between("r", r.value_or(s.per_slice), 1, s.per_slice);
  double smallest = std::numeric_limits<double>::infinity();
  for (std::int64_t f = 0; f < s.slices; ++f)
    smallest = std::min(smallest, s(r.value_or(s.per_slice) - 1, f));
  return smallest > 0 ? largest(s) / smallest : std::numeric_limits<double>::infinity();
}

double nuclear_ball_threshold(const singular_values& s, double radius) {
  detail::checks("nuclear_ball_threshold").nonnegative("radius", radius);
  if (nuclear_norm(s) <= radius) return 0;
  std::vector<double> values = s.values;
  std::sort(values.begin(), values.end(), std::greater<>());
  // sum of (v - p) over the `count` largest = scale * radius, as many as stay positive
  double sum = 0, threshold = 0;
  for (std::size_t count = 1; count <= values.size(); ++count) {
    sum += values[count - 1];
    const double p = (sum - s.scale * radius) / static_cast<double>(count);
    if (values[count - 1] <= p) break;
    threshold = p;
  }
  return radius > 0 ? threshold : values.front();
}

}  // namespace tubal
