// Values at the end against a setting: medians with bars.
#include "report/evaluate/names.hpp"
#include "report/evaluate/quantile.hpp"
#include "report/evaluate/values.hpp"
#include "report/figures/cells.hpp"
#include "report/figures/figure.hpp"
#include "report/figures/panel.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::report {

namespace {

struct mean_point {
  double x;
  spread y;
};

struct series {
  std::string name;
  line_style style;
  std::vector<mean_point> points;
};

/// Where a setting stands on the axis: its number, or for words their place in the list.
double place_of(const axis& a, const json& value) {
  if (std::all_of(a.values.begin(), a.values.end(), [](const json& v) { return v.is_number(); }))
    return value.number();
  return static_cast<double>(std::find(a.values.begin(), a.values.end(), value) - a.values.begin());
}

std::vector<series> series_of(const results& r, const figure_plan& plan, const std::string& row,
                              const group_of_points& group) {
  const auto names = names_of_group(r, plan);
  const auto looks = styles(names.size(), plan.group && is_ordered(r, *plan.group));
  std::vector<series> all;
  for (std::size_t i = 0; i < names.size(); ++i) all.push_back({names[i], looks[i], {}});
  const auto& x = r.plan.axis_of(plan.x);
  for (const auto* p : group.points) {
    std::size_t i = 0;
    if (plan.group) {
      const auto& values = r.plan.axis_of(*plan.group).values;
      const auto found = std::find(values.begin(), values.end(), p->varied.at(*plan.group));
      i = static_cast<std::size_t>(found - values.begin());
    }
    const auto y = spread_of(values_of(*p, row, plan.value));
    if (!std::isnan(y.median)) all[i].points.push_back({place_of(x, p->varied.at(plan.x)), y});
  }
  for (auto& s : all)
    std::sort(s.points.begin(), s.points.end(),
              [](const mean_point& a, const mean_point& b) { return a.x < b.x; });
  std::erase_if(all, [](const series& s) { return s.points.empty(); });
  return all;
}

axis_range x_range(const axis& a) {
  std::vector<double> places;
  for (const auto& v : a.values) places.push_back(place_of(a, v));
  const auto [least, most] = std::minmax_element(places.begin(), places.end());
  constexpr double spans = 30;
  constexpr double room = 0.07;
  axis_range r{*least, *most, *least > 0 && *most >= spans * *least};
  if (r.low == r.high) return {r.low - 1, r.high + 1, false};
  return {r.at(-room), r.at(1 + room), r.logarithmic};
}

std::vector<tic> x_tics(const axis& a) {
  constexpr std::size_t most = 9;
  std::vector<tic> tics;
  if (a.values.size() > most) return tics;
  for (const auto& v : a.values) tics.push_back({place_of(a, v), shown(v)});
  return tics;
}

/// Infinite ones reach the upper edge.
std::string line_of(double x, const spread& s, const axis_range& y) {
  auto clipped = [&](double v) { return plain(std::min(v, y.high)); };
  return plain(x) + " " + plain(s.median) + " " + clipped(s.low) + " " + clipped(s.high) + "\n";
}

void draw_series(panel_script& script, const series& s, const panel_frame& frame, double shift) {
  std::string lines;
  for (const auto& p : s.points)
    lines += line_of(frame.x.at(frame.x.part(p.x) + shift), p.y, frame.y);
  const auto name = script.data(lines);
  const auto look = "lc rgb '" + s.style.colour + "'";
  script.draw(name + " using 1:2:3:4 with yerrorbars pt 0 lw 1.6 " + look + " notitle");
  script.draw(name + " using 1:2 with linespoints lw 2.2 pt " + std::to_string(s.style.marker) +
              " ps 1.1 " + stroke(s.style) + " title " +
              quoted(s.name.empty() ? "median, 10 % to 90 %" : s.name) + " noenhanced");
}

/// "21/16" where it is a fraction that people write.
std::string exponent(double power) {
  for (int below = 1; below <= 16; ++below) {
    if (std::abs(power * below - std::round(power * below)) > 1e-9) continue;
    const auto above = plain(std::round(power * below));
    return below == 1 ? above : above + "/" + std::to_string(below);
  }
  return plain(power);
}

void draw_power(panel_script& script, const std::vector<series>& all, const figure_plan& plan,
                const axis_range& x) {
  const auto first = std::find_if(all[0].points.begin(), all[0].points.end(),
                                  [](const mean_point& p) { return std::isfinite(p.y.median); });
  if (first == all[0].points.end() || first->x <= 0) return;
  std::string lines;
  for (int i = 0; i <= 100; ++i) {
    const double at = x.at(i / 100.0);
    if (at > 0)
      lines +=
          plain(at) + " " + plain(first->y.median * std::pow(at / first->x, *plan.power)) + "\n";
  }
  script.draw(
      script.data(lines) + " using 1:2 with lines lw 1.6 lc rgb '#555555' dt (2,4) title " +
      quoted("reference {/:Italic " + symbol(plan.x) + "}^{" + exponent(*plan.power) + "}"));
}

std::string about(const panel_frame& frame, const std::vector<series>& all) {
  std::string text = frame.ylabel + " against " + frame.xlabel;
  for (const auto& s : all)
    text += "; " + (s.name.empty() ? "medians" : s.name + ": medians") + " from " +
            shown(s.points.front().y.median) + " to " + shown(s.points.back().y.median);
  return text;
}

panel_frame frame_of(const results& r, const figure_plan& plan, const std::string& row,
                     const std::vector<series>& all) {
  std::vector<double> values;
  for (const auto& s : all)
    for (const auto& p : s.points) values.insert(values.end(), {p.y.low, p.y.median, p.y.high});
  panel_frame frame;
  frame.xlabel = axis_label(plan.x);
  frame.ylabel = label(row, plan.value);
  frame.x = x_range(r.plan.axis_of(plan.x));
  frame.xtics = x_tics(r.plan.axis_of(plan.x));
  frame.y = range_of(values);
  frame.legend_entries = all.size() + (plan.power ? 1 : 0);
  return frame;
}

picture draw(const results& r, const figure_plan& plan, const std::string& row,
             const std::vector<series>& all, const std::string& title) {
  auto frame = frame_of(r, plan, row, all);
  frame.title = title;
  panel_script script(frame);
  constexpr double apart = 0.012;  // bars of one x stand side by side
  for (std::size_t i = 0; i < all.size(); ++i)
    draw_series(script, all[i], frame,
                apart * (static_cast<double>(i) - static_cast<double>(all.size() - 1) / 2));
  if (plan.power) draw_power(script, all, plan, frame.x);
  return {about(frame, all), script.text()};
}

void add_data(text_table& table, const results& r, const figure_plan& plan,
              const std::string& row) {
  for (const auto& p : r.points) {
    if (!matches(p, plan.where) || p.trials.empty()) continue;
    const auto s = spread_of(values_of(p, row, plan.value));
    auto cells = cells_of(p, r.plan);
    cells.insert(cells.end(), {label(row, plan.value), std::to_string(p.trials.size()),
                               exact(s.low), exact(s.median), exact(s.high)});
    table.lines.push_back(std::move(cells));
  }
}

std::string caption(const figure_plan& plan) {
  std::string text =
      "Medians of the trials; bars: 10 % to 90 %. A trial that diverged counts as infinite, and a "
      "bar to the upper edge has no end.";
  if (plan.group) text += " Lines stand a little apart so that bars do not cover each other.";
  if (plan.power)
    text += " Dotted: " + symbol(plan.x) + " to the power " + exponent(*plan.power) +
            " through the first median.";
  return text;
}

}  // namespace

figure final_figure(const results& r, const figure_plan& plan) {
  figure f{plan.title, caption(plan), {}, {}, {{"", {keys_of(r.plan), {}, 0}}}};
  for (const char* column : {"value", "trials", "q10", "median", "q90"})
    f.data[0].values.columns.push_back(column);
  std::vector<std::string> free = {plan.x};
  if (plan.group) free.push_back(*plan.group);
  const bool below = plan.value.kind == quantity::what::first_below;
  const auto rows = below ? std::vector<std::string>{""} : plan.rows;
  for (const auto& row : rows) {
    for (const auto& group : split(r, plan.where, free)) {
      const auto all = series_of(r, plan, row, group);
      if (!all.empty())
        f.pictures.push_back(draw(r, plan, row, all, title_of(r, plan, group.fixed)));
    }
    add_data(f.data[0].values, r, plan, row);
  }
  return f;
}

}  // namespace tubal::report
