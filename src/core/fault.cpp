#include "core/fault.hpp"

#include <tubal/error.hpp>

#include <string>

namespace tubal::detail {

void throw_on_fault(const double (&slots)[fault_count]) {
  const auto bad = [&](fault f) { return slots[static_cast<int>(f)] != 0; };
  const auto look_for_nonfinite = [&](int first, int last) {
    for (int i = first; i < last; ++i)
      if (bad(static_cast<fault>(i)))
        throw nonfinite_error(std::string(watched_arguments[i]) +
                              " holds NaN or Inf, or overflowed");
  };
  look_for_nonfinite(0, watched_operations);
  if (bad(fault::eigen)) throw backend_error("the eigendecomposition of a slice did not converge");
  if (bad(fault::svd))
    throw backend_error("the singular value decomposition of a slice did not converge");
  if (bad(fault::singular)) throw numerical_error("inverse or solve: a slice of a is singular");
  if (bad(fault::not_definite))
    throw numerical_error("cholesky: a slice of a is not positive definite");
  if (bad(fault::negative))
    throw numerical_error("square_root: a slice of a has a negative eigenvalue");
  // After a factorisation that failed its results hold anything.
  look_for_nonfinite(watched_operations, watched_count);
}

}  // namespace tubal::detail
