// Faults that an enqueued operation can only discover while it runs. Each has a slot, a double in
// the memory of the back end, to which the operation adds 0 when all is well and NaN when not;
// context::wait reads the slots, clears them and throws.
#pragma once

namespace tubal::detail {

enum class fault : int {
  tproduct_a,
  tproduct_b,
  gram_u,
  transform_x,
  transform_spectrum,
  pack_spectrum,
  unpack_packed,
  sensing_apply,
  sensing_adjoint,
  eigen,
  svd,
  cholesky,
  count
};
inline constexpr int fault_count = static_cast<int>(fault::count);

/// Throws the error of the first bad slot; returns when there is none.
void throw_on_fault(const double (&slots)[fault_count]);

}  // namespace tubal::detail
