// Random subsets, the same for every space.
#include <tubal/sensing_operators.hpp>

#include "core/checks.hpp"
#include "core/primitives/philox.hpp"

namespace tubal {

std::vector<std::int64_t> random_subset(std::int64_t size, std::int64_t count, std::uint64_t seed,
                                        random_stream stream) {
  detail::checks("random_subset")
      .between("size", size, 0, std::numeric_limits<std::int64_t>::max())
      .between("count", count, 0, size);
  const detail::philox_key key{seed, static_cast<std::uint32_t>(stream)};
  std::vector<std::int64_t> chosen;
  chosen.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; static_cast<std::int64_t>(chosen.size()) < count; ++i) {
    // i is taken with probability (still wanted) / (still there)
    const auto wanted = static_cast<double>(count - static_cast<std::int64_t>(chosen.size()));
    const double u = detail::uniform()(key, static_cast<std::uint64_t>(i));
    if (u * static_cast<double>(size - i) < wanted) chosen.push_back(i);
  }
  return chosen;
}

}  // namespace tubal
