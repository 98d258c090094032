#include "sweep/plan/expand.hpp"

#include "core/primitives/philox.hpp"

namespace tubal::sweep {

namespace {

std::uint64_t derived_seed(std::int64_t plan_seed, std::int64_t number, std::uint32_t stream) {
  const auto seed = static_cast<std::uint64_t>(plan_seed);
  const auto counter = static_cast<std::uint64_t>(number);
  const auto block = detail::philox4x32_10(
      {{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), stream, 0}},
      static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
  return ((std::uint64_t{block.word[1]} << 32) | block.word[0]) >> 1;
}

/// Index into the values of every axis.
std::vector<std::size_t> indices_of(const plan& p, std::int64_t point) {
  std::vector<std::size_t> index(p.vary.size());
  for (std::size_t a = p.vary.size(); a-- > 0;) {
    const auto count = static_cast<std::int64_t>(p.vary[a].values.size());
    index[a] = static_cast<std::size_t>(point % count);
    point /= count;
  }
  return index;
}

}  // namespace

std::int64_t point_count(const plan& p) {
  std::int64_t count = 1;
  for (const auto& a : p.vary) count *= static_cast<std::int64_t>(a.values.size());
  return count;
}

std::int64_t trial_count(const plan& p) { return point_count(p) * p.repetitions; }

settings settings_at(const plan& p, std::int64_t point) {
  settings s = p.base;
  const auto index = indices_of(p, point);
  for (std::size_t a = 0; a < p.vary.size(); ++a)
    assign(s, *find_setting(p.vary[a].key), p.vary[a].values[index[a]]);
  if (!p.rank_is_given) s.rank = rank_of(s);
  return s;
}

json varied_at(const plan& p, std::int64_t point) {
  auto values = json::object();
  const auto index = indices_of(p, point);
  for (std::size_t a = 0; a < p.vary.size(); ++a)
    values.add(p.vary[a].key, p.vary[a].values[index[a]]);
  return values;
}

std::uint64_t seed_of_trial(std::int64_t plan_seed, std::int64_t trial) {
  return derived_seed(plan_seed, trial, 0x74726961);
}

std::uint64_t seed_of_point(std::int64_t plan_seed, std::int64_t point) {
  return derived_seed(plan_seed, point, 0x706f696e);
}

trial trial_of(const plan& p, std::int64_t number) {
  trial t{number, number / p.repetitions, number % p.repetitions, 0, 0};
  const bool chained = p.trials == trial_kind::chained;
  const bool shared = p.sensing == operator_kind::shared;
  t.seed = chained ? seed_of_point(p.seed, t.point) : seed_of_trial(p.seed, number);
  t.operator_seed = shared ? seed_of_point(p.seed, t.point) : t.seed;
  return t;
}

}  // namespace tubal::sweep
