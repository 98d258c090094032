// What a truncated t-SVD keeps.
#include <tubal/svd.hpp>

#include <utility>

namespace tubal {

truncation truncation::numerical_rank(std::optional<double> tolerance) {
  return {tolerance, std::nullopt, {}};
}
truncation truncation::energy(double share) { return {std::nullopt, share, {}}; }
truncation truncation::multi_rank(std::vector<std::int64_t> ranks) {
  return {std::nullopt, std::nullopt, std::move(ranks)};
}

}  // namespace tubal
