// Faults that an enqueued operation can only discover while it runs. Each has a slot, a double in
// the memory of the back end: 0 when all is well; else NaN for arguments, which sums add, and for
// slices the `failed_matrix` of batch.hpp, of the first that failed. context::wait reads the
// slots, clears them and throws, or keeps the words of what is no error.
#pragma once

#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tubal::detail {

enum class fault : int;

/// Arguments in which NaN and Inf are looked for, as messages name them. The last two are those of
/// what the other operations are made of.
inline constexpr std::string_view watched_arguments[] = {
    "tproduct: a",
    "tproduct: b",
    "tproduct: c",
    "facewise_product: a",
    "facewise_product: b",
    "facewise_product: c",
    "power: a",
    "gram: u",
    "pack_symmetric: spectrum",
    "unpack_symmetric: packed",
    "sensing apply: x or the operator",
    "sensing adjoint: y or the operator",
    "svd: a",
    "singular_values: a",
    "qr: a",
    "lq: a",
    "eigen: a",
    "cholesky: a",
    "lu: a",
    "inverse: a",
    "solve: a",
    "solve: b",
    "pseudo_inverse: a",
    "least_squares: a",
    "least_squares: b",
    "polar: a",
    "exponential: a",
    "square_root: a",
    "shrink: a",
    "project: a",
    "project: x",
    "principal_angles: a",
    "principal_angles: b",
    "tube_transform::forward: x",
    "tube_transform::inverse: spectrum",
};
inline constexpr int watched_count = static_cast<int>(std::size(watched_arguments));
inline constexpr int operation_count = watched_count - 2;

/// The fault of NaN or Inf in one of them.
consteval fault nonfinite(std::string_view argument) {
  for (int i = 0; i < watched_count; ++i)
    if (watched_arguments[i] == argument) return static_cast<fault>(i);
  throw std::logic_error("not a watched argument");
}

/// Its name, without the operation.
constexpr const char* argument_name(fault nonfinite_argument) {
  const std::string_view text = watched_arguments[static_cast<int>(nonfinite_argument)];
  return text.data() + text.rfind(' ') + 1;
}

/// What can go wrong in a factorisation.
enum class fault : int {
  eigen = watched_count,
  svd,
  singular,
  condition_of_singular,  ///< of that slice; 0 where it is not known
  not_definite,
  negative,
  nearly_singular,  ///< this one and the next: words, no error
  condition_of_nearly_singular,
  count
};
inline constexpr int fault_count = static_cast<int>(fault::count);

/// Throws the error of the first bad slot: an operation's own argument, then what went wrong in its
/// factorisation, then what it is made of. Returns when there is none.
void throw_on_fault(const double (&slots)[fault_count]);
/// What is no error and worth a word; empty when there is nothing.
std::string warning_of(const double (&slots)[fault_count]);

}  // namespace tubal::detail
