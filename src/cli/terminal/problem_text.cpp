#include "cli/terminal/problem_text.hpp"

#include <tubal/symmetric.hpp>

namespace tubal::cli {

std::string dimension_text(std::int64_t n, std::int64_t k, std::int64_t r, std::int64_t m) {
  const auto whole = symmetric_dimension(n, k);
  const auto free = symmetric_degrees_of_freedom(n, k, r);
  std::string text = "dimension    N = " + std::to_string(whole) + " (t-symmetric tensors), " +
                     std::to_string(free) + " degrees of freedom at rank " + std::to_string(r) +
                     "\n";
  text += "             m = " + std::to_string(m);
  if (m >= whole)
    text += " >= N: over-determined, zero train error alone forces the truth\n";
  else if (m >= free)
    text += " < N: under-determined, the answer depends on the implicit bias\n";
  else
    text += " < degrees of freedom: too few measurements to determine the truth\n";
  return text;
}

}  // namespace tubal::cli
