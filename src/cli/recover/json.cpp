#include "io/json.hpp"
#include "cli/recover/report.hpp"

#include <tubal/symmetric.hpp>
#include <tubal/version.hpp>

namespace tubal::cli {

namespace {

using object = io::json;

object problem_object(const recover_settings& s) {
  const auto whole = symmetric_dimension(s.n, s.k);
  return {{"file", s.given.problem},
          {"n", s.n},
          {"k", s.k},
          {"tubal_rank", s.tubal_rank},
          {"factor_rank", s.factor_rank},
          {"measurements", s.measurements},
          {"symmetric_dimension", whole},
          {"degrees_of_freedom", symmetric_degrees_of_freedom(s.n, s.k, s.tubal_rank)},
          {"over_determined", s.measurements >= whole}};
}

object options_object(const recover_settings& s) {
  return {{"step_size", s.step_size},
          {"init_scale", s.init_scale},
          {"initial_factor", s.draw_initial_factor ? "drawn" : "file"},
          {"noise", s.given.noise},
          {"seed", s.seed},
          {"iterations", s.run.iterations},
          {"record_every", s.run.record_every},
          {"train_tolerance", s.run.train_tolerance},
          {"progress_window", s.run.progress_window},
          {"progress_tolerance", s.run.progress_tolerance},
          {"rank_tolerance", s.given.rank_tolerance},
          {"device", s.given.device},
          {"precision", s.given.precision},
          {"threads", s.given.threads}};
}

object final_object(const outcome& o) {
  auto values = object::object();
  for (int m = 0; m < measure_count; ++m)
    if (o.available[static_cast<std::size_t>(m)])
      values[name(static_cast<measure>(m))] = o.last()[static_cast<measure>(m)];
  return values;
}

object smallest_object(const outcome& o) {
  auto values = object::object();
  for (const auto m : {measure::angle_to_spectral_subspace, measure::angle_to_ground_truth,
                       measure::power_method_angle_to_spectral_subspace})
    if (const record* best = smallest(o, m))
      values[name(m)] = {{"value", (*best)[m]}, {"iteration", best->iteration}};
  return values;
}

}  // namespace

std::string json(const recover_settings& s, const outcome& o) {
  auto device = object::object();
  for (const auto& [key, value] : o.device) device.add(key, value);
  const object report = {
      {"tubal", version},
      {"problem", problem_object(s)},
      {"options", options_object(s)},
      {"stop_reason", o.signal != 0 ? "interrupted" : std::string(name(o.reason))},
      {"iterations", o.last().iteration},
      {"resumed_at", o.resumed_at},
      {"final", final_object(o)},
      {"smallest", smallest_object(o)},
      {"stages",
       {{"spectral", 0}, {"growth", o.stages.growth}, {"convergence", o.stages.convergence}}},
      {"seconds", {{"setup", o.setup_seconds}, {"run", o.run_seconds}}},
      {"device", device},
      {"out", s.given.out}};
  return report.dump(2) + "\n";
}

}  // namespace tubal::cli
