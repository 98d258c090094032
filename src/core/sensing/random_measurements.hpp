// The numbers of dense random measurements, stored or made anew.
#pragma once

#include <tubal/random.hpp>
#include <tubal/sensing.hpp>

#include <cmath>

#include "core/primitives/backend.hpp"

namespace tubal::detail {

/// Entries first .. first + count - 1 of the m measurement tensors one after the other.
template <class T, class S>
void fill_measurements(context<S>& ctx, T* entries, std::int64_t first, std::int64_t count,
                       std::int64_t m, ensemble_law law, std::uint64_t seed) {
  const philox_key key{seed, static_cast<std::uint32_t>(random_stream::measurement)};
  const double scale = 1 / std::sqrt(static_cast<double>(m));
  if (law == ensemble_law::gaussian)
    ctx.backend()->for_each(count, fill_random<T, normal>{entries, scale, key, first});
  else
    ctx.backend()->for_each(count, fill_random<T, rademacher>{entries, scale, key, first});
}

}  // namespace tubal::detail
