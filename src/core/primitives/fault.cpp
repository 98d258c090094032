#include "core/primitives/fault.hpp"

#include <tubal/error.hpp>

#include <cstdio>
#include <string>

namespace tubal::detail {

namespace {

/// In the words of half_spectrum.hpp, from a `failed_matrix`.
std::string slice_name(double slot) {
  const bool is_complex = slot > 0;
  const auto number = static_cast<long long>(is_complex ? slot : -slot - 1);
  return (is_complex ? "complex slice " : "real slice ") + std::to_string(number);
}

/// "condition number 2e+16 against the largest of all slices"
std::string condition_text(double condition) {
  char number[32];
  std::snprintf(number, sizeof number, "%.1e", condition);
  return std::string("condition number ") + number + " against the largest of all slices";
}

}  // namespace

void throw_on_fault(const double (&slots)[fault_count]) {
  const auto slot = [&](fault f) { return slots[static_cast<int>(f)]; };
  const auto bad = [&](fault f) { return slot(f) != 0; };
  const auto slice = [&](fault f) { return slice_name(slot(f)); };
  const auto throw_on_nonfinite = [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
      if (bad(static_cast<fault>(i)))
        throw nonfinite_error(std::string(watched_arguments[i]) +
                              " holds NaN or Inf, or overflowed");
  };
  throw_on_nonfinite(0, operation_count);
  const auto throw_unconverged = [&](const char* what, fault f) {
    if (bad(f)) throw backend_error(what + (" of " + slice(f)) + " did not converge");
  };
  throw_unconverged("the eigendecomposition", fault::eigen);
  throw_unconverged("the singular value decomposition", fault::svd);
  const auto throw_on = [&](const char* operation, fault f, const char* what) {
    if (bad(f)) throw numerical_error(operation + (": " + slice(f)) + " of a " + what);
  };
  const double condition = slot(fault::condition_of_singular);
  const std::string singular =
      condition > 0 ? "is singular: " + condition_text(condition) : "is singular";
  throw_on("inverse or solve", fault::singular, singular.c_str());
  throw_on("cholesky", fault::not_definite, "is not positive definite");
  throw_on("square_root", fault::negative, "has a negative eigenvalue");
  throw_on_nonfinite(operation_count, watched_count);
}

std::string warning_of(const double (&slots)[fault_count]) {
  const double slice = slots[static_cast<int>(fault::nearly_singular)];
  if (slice == 0) return {};
  return "inverse or solve: " + slice_name(slice) + " of a is nearly singular: " +
         condition_text(slots[static_cast<int>(fault::condition_of_nearly_singular)]) +
         "; few digits of the result are right";
}

}  // namespace tubal::detail
