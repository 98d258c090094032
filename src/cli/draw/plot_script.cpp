#include "cli/draw/plot_script.hpp"

#include "report/figures/style.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace tubal::cli {

namespace {

using report::blue;
using report::green;
using report::vermilion;

struct curve {
  const char* row;
  const char* title;
  report::line_style style;
};

struct panel {
  const char* title;
  const char* label;
  bool logarithmic;
  std::vector<curve> curves;
};

const std::vector<curve> errors = {{"test_error", "test error", blue},
                                   {"train_error", "train error", vermilion},
                                   {"singular_tube_error", "singular-tube error", green}};

const std::vector<panel> all_panels = {
    {"Errors, logarithmic", "relative error", true, errors},
    {"Errors, linear", "relative error", false, errors},
    {"Principal angles of the leading column space",
     "sine of the largest angle",
     true,
     {{"angle_to_spectral_subspace", "iterate to spectral space {/:Italic L}", blue},
      {"power_method_angle_to_spectral_subspace", "power iterate to {/:Italic L}", vermilion},
      {"angle_to_ground_truth", "iterate to the truth", green}}},
    {"Signal and noise of the factor",
     "singular value of {/:Italic U}_t",
     true,
     {{"signal", "signal, smallest", blue}, {"noise", "noise, largest", vermilion}}}};

bool can_show(const io::run_data& run, const curve& c, bool logarithmic) {
  const auto* row = run.row(c.row);
  return row != nullptr && std::any_of(row->begin(), row->end(), [&](double value) {
           return std::isfinite(value) && (!logarithmic || value > 0);
         });
}

std::vector<panel> panels_of(const io::run_data& run) {
  std::vector<panel> found;
  for (auto p : all_panels) {
    std::erase_if(p.curves, [&](const curve& c) { return !can_show(run, c, p.logarithmic); });
    if (!p.curves.empty()) found.push_back(std::move(p));
  }
  return found;
}

int column(const io::run_data& run, const std::string& name) {
  for (std::size_t i = 0; i < run.rows.size(); ++i)
    if (run.rows[i].first == name) return static_cast<int>(i) + 2;
  return 0;
}

// Attributes reach the script as numbers only.
std::string number_in(const io::run_data& run, const std::string& name) {
  const auto found = run.attributes.find(name);
  if (found == run.attributes.end()) return "?";
  char text[32] = "?";
  if (const auto* whole = std::get_if<std::int64_t>(&found->second))
    std::snprintf(text, sizeof text, "%lld", static_cast<long long>(*whole));
  if (const auto* real = std::get_if<double>(&found->second))
    std::snprintf(text, sizeof text, "%.4g", *real);
  return text;
}

std::optional<double> whole(const io::run_data& run, const std::string& name) {
  const auto found = run.attributes.find(name);
  if (found == run.attributes.end()) return {};
  const auto* value = std::get_if<std::int64_t>(&found->second);
  return value == nullptr ? std::nullopt : std::optional(static_cast<double>(*value));
}

std::string title(const io::run_data& run) {
  auto get = [&](const char* name) { return number_in(run, name); };
  return "n = " + get("n") + ",  k = " + get("k") + ",  r = " + get("tubal_rank") +
         ",  R = " + get("factor_rank") + ",  m = " + get("measurements") +
         "  (N = " + get("symmetric_dimension") + "),  {/Symbol a} = " + get("init_scale") +
         ",  {/Symbol m} = " + get("step_size");
}

std::string terminal(picture format, std::size_t rows) {
  const std::string height = std::to_string(60 + 500 * rows);
  if (format == picture::svg)
    return "set terminal svg size 1400," + height +
           " dynamic enhanced background '#ffffff' font '" + report::font_names + ",15'\n";
  const std::string options = " size 1400," + height + " enhanced font 'DejaVu Sans,13'\n";
  return "if (strstrt(GPVAL_TERMINALS, 'pngcairo')) { set terminal pngcairo" + options +
         "} else { set terminal png" + options + "}\n";
}

std::string stage_line(const char* label, double at, bool to_the_right) {
  char text[400];
  std::snprintf(
      text, sizeof text,
      "set arrow from %.0f, graph 0 to %.0f, graph 1.04 nohead back lc rgb '#777777' lw 1.5 "
      "dt (8,3,2,3)\nset label ' %s ' at %.0f, graph 1.06 %s tc rgb '#555555' font ',11'\n",
      at, at, label, at, to_the_right ? "left" : "right");
  return text;
}

// Names stand above the frame, where no curve is, each on the side of its line that has room.
std::string stage_lines(const io::run_data& run) {
  constexpr double short_name = 0.15;  // of the width
  constexpr double long_name = 0.3;
  const auto growth = whole(run, "growth_from");
  const auto convergence = whole(run, "convergence_from");
  const double width = std::max(1.0, static_cast<double>(run.iteration.back()));
  const bool inside = convergence.value_or(0) < (1 - long_name) * width;
  const double room = (convergence.value_or(width) - growth.value_or(0)) / width;
  std::string text;
  if (growth) text += stage_line("growth", *growth, room > short_name + (inside ? 0 : long_name));
  if (convergence) text += stage_line("local convergence", *convergence, inside);
  return text;
}

std::string draw(const io::run_data& run, const panel& p) {
  std::string text = std::string("set title '") + p.title + "' offset 0,0.9\n";
  text += std::string("set ylabel '") + p.label + "' \n";
  text += p.logarithmic ? "set logscale y; set format y '10^{%L}'; set yrange [*:*]\n"
                        : "unset logscale y; set format y '%g'; set yrange [0:*]\n";
  text += "plot ";
  for (std::size_t i = 0; i < p.curves.size(); ++i) {
    const auto& c = p.curves[i];
    text += std::string(i == 0 ? "" : ", ") +
            "'data' using 1:" + std::to_string(column(run, c.row)) + " with lines lw 2.2 " +
            report::stroke(c.style) + " title '" + c.title + "'";
  }
  return text + "\n";
}

}  // namespace

std::string plot_script(const io::run_data& run, picture format) {
  const auto found = panels_of(run);
  if (found.empty()) return {};
  const auto rows = (found.size() + 1) / 2;
  const auto columns = std::min<std::size_t>(2, found.size());
  std::string text = terminal(format, rows);
  text += "set output 'picture'\nset datafile missing 'nan'\n";
  text +=
      "set xrange [0:" + std::to_string(std::max<std::int64_t>(1, run.iteration.back())) + "]\n";
  text += std::string("set xlabel 'iteration {/:Italic t}'\n") + report::grid;
  text +=
      "set key outside below center vertical Left reverse samplen 4 "
      "maxrows 3 font ',12'\n";
  text += "set lmargin 11\nset rmargin 4\nset tmargin 4.5\nset bmargin 7.5\n" + stage_lines(run);
  text += "set multiplot layout " + std::to_string(rows) + "," + std::to_string(columns) +
          " title \"" + title(run) + "\" font ',16' offset 0,-0.3\n";
  for (const auto& p : found) text += draw(run, p);
  return text + "unset multiplot\nunset output\n";
}

}  // namespace tubal::cli
