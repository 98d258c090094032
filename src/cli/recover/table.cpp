#include "cli/recover/report.hpp"
#include "cli/terminal/problem_text.hpp"
#include "cli/terminal/table_text.hpp"

#include <cmath>
#include <cstdio>

namespace tubal::cli {

namespace {

std::string words(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c == '_') c = ' ';
  return text;
}

bool has_minimum(measure m) {
  return m == measure::angle_to_spectral_subspace || m == measure::angle_to_ground_truth ||
         m == measure::power_method_angle_to_spectral_subspace;
}

std::string measure_line(const outcome& o, measure m) {
  std::string label = words(name(m));
  label.resize(42, ' ');
  std::string text =
      label + table_number(o.last()[m], m == measure::effective_tubal_rank ? "%.0f" : "%.4e");
  const record* best = has_minimum(m) ? smallest(o, m) : nullptr;
  if (best != nullptr && best->iteration != o.last().iteration)
    text += "  (smallest " + table_number((*best)[m], "%.4e") + " at " +
            std::to_string(best->iteration) + ")";
  return "  " + text + "\n";
}

std::string problem_lines(const recover_settings& s) {
  std::string text =
      table_line("problem", s.given.problem.value_or("synthetic, seed " + std::to_string(s.seed)));
  text += table_line("", "n " + std::to_string(s.n) + ", k " + std::to_string(s.k) +
                             ", tubal rank r " + std::to_string(s.tubal_rank) + ", factor rank R " +
                             std::to_string(s.factor_rank) + ", measurements m " +
                             std::to_string(s.measurements));
  text += dimension_text(s.n, s.k, s.tubal_rank, s.measurements);
  const bool drawn = s.draw_initial_factor;
  text += table_line("descent",
                     "step " + table_number(s.step_size, "%.6g") + ", initial factor " +
                         (drawn ? "alpha " + table_number(s.init_scale, "%.6g") + ", seed " +
                                      std::to_string(s.seed)
                                : "from the file") +
                         (s.given.noise > 0 ? ", noise " + table_number(s.given.noise) : ""));
  return text;
}

std::string stage_line(const stages& found) {
  auto at = [](const std::optional<std::int64_t>& start) {
    return start ? "from " + std::to_string(*start) : std::string("not reached");
  };
  return table_line("stages", "spectral from 0, growth " + at(found.growth) +
                                  ", local convergence " + at(found.convergence));
}

std::string stop_text(const outcome& o) {
  if (o.signal != 0) return ": interrupted";
  if (o.reason == stop_reason::iterations) return ", as many as asked for";
  return ": " + words(name(o.reason));
}

std::string time_line(const recover_settings& s, const outcome& o) {
  std::string text = table_number(o.run_seconds, "%.3g") + " s";
  if (o.last().iteration > 0 && o.run_seconds > 0)
    text += " (" + table_number(static_cast<double>(o.last().iteration) / o.run_seconds, "%.4g") +
            " iterations/s)";
  return table_line("time", text + ", set-up " + table_number(o.setup_seconds, "%.3g") + " s, " +
                                s.given.device + ", " + s.given.precision);
}

}  // namespace

std::string table(const recover_settings& s, const outcome& o) {
  std::string text = problem_lines(s);
  if (o.resumed_at)
    text += table_line("resumed", "at iteration " + std::to_string(*o.resumed_at) + " from " +
                                      *s.given.checkpoint);
  text += table_line("stopped",
                     "after " + std::to_string(o.last().iteration) + " iterations" + stop_text(o));
  for (int m = 0; m < measure_count; ++m)
    if (o.available[static_cast<std::size_t>(m)]) text += measure_line(o, static_cast<measure>(m));
  if (o.available[static_cast<std::size_t>(measure::signal)]) text += stage_line(o.stages);
  text += time_line(s, o);
  if (s.given.out) text += table_line("written", *s.given.out);
  if (s.given.checkpoint)
    text += table_line(
        "checkpoint",
        *s.given.checkpoint + (o.signal != 0 ? ", from which the same command goes on" : ""));
  return text;
}

}  // namespace tubal::cli
