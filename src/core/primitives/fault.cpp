#include "core/primitives/fault.hpp"

#include <tubal/error.hpp>

#include <string>

namespace tubal::detail {

void throw_on_fault(const double (&slots)[fault_count]) {
  const auto bad = [&](fault f) { return slots[static_cast<int>(f)] != 0; };
  const auto throw_on_nonfinite = [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
      if (bad(static_cast<fault>(i)))
        throw nonfinite_error(std::string(watched_arguments[i]) +
                              " holds NaN or Inf, or overflowed");
  };
  throw_on_nonfinite(0, operation_count);
  if (bad(fault::eigen)) throw backend_error("the eigendecomposition of a slice did not converge");
  if (bad(fault::svd))
    throw backend_error("the singular value decomposition of a slice did not converge");
  if (bad(fault::singular)) throw numerical_error("inverse or solve: a slice of a is singular");
  if (bad(fault::not_definite))
    throw numerical_error("cholesky: a slice of a is not positive definite");
  if (bad(fault::negative))
    throw numerical_error("square_root: a slice of a has a negative eigenvalue");
  throw_on_nonfinite(operation_count, watched_count);
}

}  // namespace tubal::detail
