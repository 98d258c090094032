// Sums of the host back end, in an order that depends on the number of terms alone.
#include <algorithm>

#include "host/backend.hpp"

namespace tubal::detail {

namespace {

constexpr std::int64_t parts = 64;  // partial sums, at the most
constexpr std::int64_t smallest_part = 8192;

/// Eight interleaved sums: no dependency between neighbours, and less rounding than one.
template <class F>
double sum_range(const F& term, std::int64_t begin, std::int64_t end) {
  double lane[8] = {};
  std::int64_t i = begin;
  for (; i + 8 <= end; i += 8)
    for (int l = 0; l < 8; ++l) lane[l] += term(i + l);
  for (int l = 0; i < end; ++i, ++l) lane[l] += term(i);
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

}  // namespace

template <class F>
void backend<host>::sum(std::int64_t count, F term, double* sum, bool accumulate) {
  const std::int64_t size = std::max(smallest_part, (count + parts - 1) / parts);
  const std::int64_t used = (count + size - 1) / size;
  double partial[parts] = {};
  threads_.run_if_worth(count, used, [&](std::int64_t p, int) {
    partial[p] = sum_range(term, p * size, std::min(count, (p + 1) * size));
  });
  double total = 0;
  for (std::int64_t p = 0; p < used; ++p) total += partial[p];
  *sum = accumulate ? *sum + total : total;
}

#define TUBAL_INSTANTIATE(F) template void backend<host>::sum(std::int64_t, F, double*, bool);
TUBAL_FOR_EACH_TERM(TUBAL_INSTANTIATE, float)
TUBAL_FOR_EACH_TERM(TUBAL_INSTANTIATE, double)

}  // namespace tubal::detail
