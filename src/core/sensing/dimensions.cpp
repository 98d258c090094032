// Counting t-symmetric tensors.
#include <tubal/symmetric.hpp>

#include <limits>

#include "core/checks.hpp"

namespace tubal {

std::int64_t symmetric_dimension(std::int64_t n, std::int64_t k) {
  detail::checks("symmetric_dimension").valid("its tensor", {n, n, k});
  const slice_counts slices(k);
  return slices.real * (n * (n + 1) / 2) + slices.complex * n * n;
}

std::int64_t symmetric_degrees_of_freedom(std::int64_t n, std::int64_t k, std::int64_t r) {
  detail::checks("symmetric_degrees_of_freedom")
      .valid("its tensor", {n, n, k})
      .between("r", r, 0, n);
  const slice_counts slices(k);
  return slices.real * (n * r - r * (r - 1) / 2) + slices.complex * (2 * n * r - r * r);
}

}  // namespace tubal
