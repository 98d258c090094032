#include "cli/recover/report.hpp"
#include "io/hdf5.hpp"

#include <tubal/symmetric.hpp>
#include <tubal/version.hpp>

namespace tubal::cli {

namespace {

using attributes = std::map<std::string, io::attribute_value>;

void put_problem(const recover_settings& s, attributes& a) {
  a["problem"] = s.given.problem.value_or("synthetic");
  a["n"] = s.n;
  a["k"] = s.k;
  a["tubal_rank"] = s.tubal_rank;
  a["factor_rank"] = s.factor_rank;
  a["measurements"] = s.measurements;
  a["symmetric_dimension"] = symmetric_dimension(s.n, s.k);
  a["degrees_of_freedom"] = symmetric_degrees_of_freedom(s.n, s.k, s.tubal_rank);
}

void put_options(const recover_settings& s, attributes& a) {
  a["step_size"] = s.step_size;
  a["init_scale"] = s.init_scale;
  a["initial_factor"] = std::string(s.draw_initial_factor ? "drawn" : "file");
  a["noise"] = s.given.noise;
  a["seed"] = static_cast<std::int64_t>(s.seed);
  a["iterations"] = s.run.iterations;
  a["record_every"] = s.run.record_every;
  a["train_tolerance"] = s.run.train_tolerance;
  a["progress_window"] = s.run.progress_window;
  a["progress_tolerance"] = s.run.progress_tolerance;
  a["rank_tolerance"] = s.given.rank_tolerance;
  a["device"] = s.given.device;
  a["precision"] = s.given.precision;
  a["threads"] = std::int64_t{s.given.threads};
}

void add_versions(const outcome& o, attributes& a) {
  a["format"] = std::string("tubal run 1");
  a["tubal_version"] = std::string(version);
  a["hdf5_version"] = io::hdf5_version();
  for (const auto& [key, value] : o.device) a["device_" + key] = value;
}

void add_outcome(const outcome& o, attributes& a) {
  a["stop_reason"] = o.signal != 0 ? "interrupted" : std::string(name(o.reason));
  a["iterations_done"] = o.last().iteration;
  if (o.stages.growth) a["growth_from"] = *o.stages.growth;
  if (o.stages.convergence) a["convergence_from"] = *o.stages.convergence;
  for (int m = 0; m < measure_count; ++m)
    if (o.available[static_cast<std::size_t>(m)])
      a["final_" + std::string(name(static_cast<measure>(m)))] = o.last()[static_cast<measure>(m)];
  a["setup_seconds"] = o.setup_seconds;
  a["run_seconds"] = o.run_seconds;
}

void add_rows(const outcome& o, io::run_data& run) {
  for (const auto& r : o.records) run.iteration.push_back(r.iteration);
  for (int m = 0; m < measure_count; ++m) {
    if (!o.available[static_cast<std::size_t>(m)]) continue;
    std::vector<double> row;
    for (const auto& r : o.records) row.push_back(r[static_cast<measure>(m)]);
    run.rows.emplace_back(name(static_cast<measure>(m)), std::move(row));
  }
}

}  // namespace

attributes settings_attributes(const recover_settings& s) {
  attributes all;
  put_problem(s, all);
  put_options(s, all);
  return all;
}

io::run_data run_data(const recover_settings& s, const outcome& o) {
  io::run_data run;
  run.attributes = settings_attributes(s);
  add_versions(o, run.attributes);
  add_outcome(o, run.attributes);
  add_rows(o, run);
  if (!o.factor.empty()) run.factor_sizes = {s.n, s.factor_rank, s.k};
  run.final_factor = o.factor;
  return run;
}

}  // namespace tubal::cli
