// The solvers of completion behind one call.
#pragma once

#include "cli/images/data.hpp"

#include <tubal/completion.hpp>

#include <array>
#include <functional>

namespace tubal::cli {

/// The names of --solver.
namespace solver_name {
inline constexpr const char *alternating = "alternating", *scaled = "scaled",
                            *gradient = "gradient", *admm = "admm", *robust = "robust";
inline constexpr std::array for_completion = {alternating, scaled, gradient, admm};
inline constexpr std::array for_denoising = {alternating, scaled, gradient, robust};
}  // namespace solver_name

/// What to solve and where.
struct assignment {
  std::string solver = solver_name::alternating;
  std::optional<tube_direction> tubes;  ///< none: chosen by what is held out
  std::optional<std::int64_t> factor_rank;
  std::uint64_t seed = 1;
  bool exact = true;  ///< seen entries are as they are, not noisy: the result holds them
  std::string device = "host", precision = "double";
  int threads = 0;
  /// Sees iterations and the error that the solver watches; false: stop.
  std::function<bool(std::int64_t, double)> see;
};

struct solution {
  std::vector<double> values;       ///< in the order of the data
  double seconds = 0;               ///< all choices included
  std::int64_t effective_rank = 0;  ///< singular tubes above 1 % of the largest
  /// The rest of what the library says, without its tensor; of `robust`, iterations alone.
  completion<double, host> said;
  bool stopped() const { return said.reason == completion_reason::stopped; }
};

/// n1, n2 of the tensor worked on.
std::array<std::int64_t, 2> matrix_sizes(const data& d, tube_direction along);

/// Completes (or smooths, when not `exact`) the entries `seen` of d. Throws as the library does.
solution solve(const data& d, const std::vector<std::int64_t>& seen, const assignment& a);

}  // namespace tubal::cli
