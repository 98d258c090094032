// Names, stages.
#include <tubal/diagnostics.hpp>
#include <tubal/run.hpp>

#include <cmath>

namespace tubal {

std::string_view name(measure m) {
  static constexpr std::string_view names[measure_count] = {
      "train_error",
      "test_error",
      "singular_tube_error",
      "angle_to_spectral_subspace",
      "angle_to_ground_truth",
      "power_method_angle_to_spectral_subspace",
      "signal",
      "noise",
      "effective_tubal_rank"};
  return names[static_cast<std::size_t>(m)];
}

std::string_view name(doubt d) {
  switch (d) {
    case doubt::none:
      return "none";
    case doubt::not_finite:
      return "not_finite";
    case doubt::no_step:
      return "no_step";
    case doubt::no_better_than_mean:
      return "no_better_than_mean";
    case doubt::unfinished:
      return "unfinished";
  }
  return "unknown";
}

std::string_view name(stop_reason r) {
  switch (r) {
    case stop_reason::iterations:
      return "iterations";
    case stop_reason::train_error:
      return "train_error";
    case stop_reason::no_progress:
      return "no_progress";
    case stop_reason::held_out_error:
      return "held_out_error";
    case stop_reason::not_finite:
      return "not_finite";
    case stop_reason::observer:
      return "observer";
  }
  return "unknown";
}

void stages::update(const record& r, double smallest_signal_of_truth) {
  if (convergence) return;
  if (r[measure::angle_to_spectral_subspace] < smallest_angle_) {
    smallest_angle_ = r[measure::angle_to_spectral_subspace];
    growth = r.iteration;
  }
  if (r[measure::signal] >= smallest_signal_of_truth / std::sqrt(10.0)) convergence = r.iteration;
}

}  // namespace tubal
