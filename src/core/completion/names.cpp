// Names of the choices and reasons of a completion.
#include <tubal/completion.hpp>

namespace tubal {

std::string_view name(completion_reason r) {
  switch (r) {
    case completion_reason::done:
      return "done";
    case completion_reason::nothing_missing:
      return "nothing_missing";
    case completion_reason::all_zero:
      return "all_zero";
    case completion_reason::stopped:
      return "stopped";
    case completion_reason::no_better_than_mean:
      return "no_better_than_mean";
    case completion_reason::held_out_error:
      return "held_out_error";
    case completion_reason::no_iteration:
      return "no_iteration";
    case completion_reason::not_finite:
      return "not_finite";
    case completion_reason::not_checked:
      break;
  }
  return "not_checked";
}

std::string_view name(completion_solver s) {
  switch (s) {
    case completion_solver::alternating:
      return "alternating";
    case completion_solver::scaled:
      return "scaled";
    case completion_solver::gradient:
      return "gradient";
    case completion_solver::nuclear_norm:
      break;
  }
  return "nuclear_norm";
}

std::string_view name(tube_direction d) {
  return d == tube_direction::tube ? "tube" : d == tube_direction::cols ? "cols" : "rows";
}

std::string_view name(centring c) {
  return c == centring::none ? "none" : c == centring::mean ? "mean" : "slices";
}

}  // namespace tubal
