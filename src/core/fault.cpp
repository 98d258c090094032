#include "core/fault.hpp"

#include <tubal/error.hpp>

#include <string>

namespace tubal::detail {

void throw_on_fault(const double (&slots)[fault_count]) {
  const auto bad = [&](fault f) { return slots[static_cast<int>(f)] != 0; };
  const auto nonfinite = [](const char* argument) {
    throw nonfinite_error(std::string(argument) + " holds NaN or Inf, or overflowed");
  };
  if (bad(fault::tproduct_a)) nonfinite("tproduct: a");
  if (bad(fault::tproduct_b)) nonfinite("tproduct: b");
  if (bad(fault::gram_u)) nonfinite("gram: u");
  if (bad(fault::transform_x)) nonfinite("tube_transform::forward: x");
  if (bad(fault::transform_spectrum)) nonfinite("tube_transform::inverse: spectrum");
  if (bad(fault::pack_spectrum)) nonfinite("pack_symmetric: spectrum");
  if (bad(fault::unpack_packed)) nonfinite("unpack_symmetric: packed");
  if (bad(fault::sensing_apply)) nonfinite("sensing apply: x or the operator");
  if (bad(fault::sensing_adjoint)) nonfinite("sensing adjoint: y or the operator");
  if (bad(fault::eigen)) throw backend_error("the eigendecomposition of a slice did not converge");
  if (bad(fault::svd))
    throw backend_error("the singular value decomposition of a slice did not converge");
  if (bad(fault::cholesky))
    throw numerical_error("the Cholesky factorisation met a slice that is not positive definite");
}

}  // namespace tubal::detail
