// Elementwise work of the host back end.
#include <algorithm>

#include "host/backend.hpp"

namespace tubal::detail {

namespace {
constexpr std::int64_t chunk = 16384;  // elements a task takes: a few microseconds at the least
}

template <class F>
void backend<host>::for_each(std::int64_t count, F functor) {
  const auto piece = [&](std::int64_t t, int) {
    const std::int64_t end = std::min(count, (t + 1) * chunk);
    for (std::int64_t i = t * chunk; i < end; ++i) functor(i);
  };
  threads_.run_if_worth(count, (count + chunk - 1) / chunk, piece);
}

#define TUBAL_INSTANTIATE(F) template void backend<host>::for_each(std::int64_t, F);
TUBAL_FOR_EACH_ELEMENT(TUBAL_INSTANTIATE, float)
TUBAL_FOR_EACH_ELEMENT(TUBAL_INSTANTIATE, double)

}  // namespace tubal::detail
