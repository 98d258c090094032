// Which of several matrices that cannot be factorised a fault slot names.
#pragma once

#include "core/primitives/batch.hpp"

namespace tubal::detail {

/// Whether a slot that holds `now`, 0 for none, gets `failed`, both `failed_matrix`: it keeps the
/// first, complex slices before real ones.
TUBAL_HD constexpr bool comes_first(double failed, double now) {
  if (now == 0) return true;
  return failed > 0 ? now < 0 || failed < now : now < failed;
}

static_assert(comes_first(2, 0) && comes_first(2, 3) && !comes_first(3, 2) && comes_first(2, -1));
static_assert(comes_first(-2, 0) && comes_first(-2, -3) && !comes_first(-3, -2));
static_assert(!comes_first(2, 2) && !comes_first(-2, -2) && !comes_first(-1, 2));

}  // namespace tubal::detail
