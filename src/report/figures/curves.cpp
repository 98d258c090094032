// Rows against the iteration: median, band, single trials, theory.
#include "report/evaluate/names.hpp"
#include "report/evaluate/quantile.hpp"
#include "report/evaluate/theory.hpp"
#include "report/evaluate/values.hpp"
#include "report/figures/cells.hpp"
#include "report/figures/figure.hpp"
#include "report/figures/panel.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::report {

namespace {

constexpr std::size_t points_of_median = 400;
constexpr std::size_t points_of_trial = 150;

/// What is drawn of one point.
struct curve {
  const point* of;
  std::string name;
  line_style style;
  std::vector<std::vector<double>> trials;
  std::vector<spread> spreads;
};

curve make_curve(const point& p, const std::string& row, std::string name, line_style style) {
  curve c{&p, std::move(name), std::move(style), held_rows(p, row), {}};
  for (std::size_t i = 0; i < p.curves.iteration.size(); ++i)
    c.spreads.push_back(spread_of(column_of(c.trials, i)));
  return c;
}

/// So few places that a picture can show them, the last one among them.
std::vector<std::size_t> thinned(std::size_t count, std::size_t most) {
  const auto stride = std::max<std::size_t>(1, (count + most - 1) / most);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < count; i += stride) places.push_back(i);
  if (count > 0 && (count - 1) % stride != 0) places.push_back(count - 1);
  return places;
}

std::vector<double> values_in(const std::vector<curve>& curves, bool individual) {
  std::vector<double> all;
  for (const auto& c : curves) {
    for (const auto& s : c.spreads) all.insert(all.end(), {s.low, s.median, s.high});
    if (individual)
      for (const auto& t : c.trials) all.insert(all.end(), t.begin(), t.end());
  }
  return all;
}

std::string line_of(double x, const std::vector<double>& values) {
  std::string text = plain(x);
  for (const double v : values) {
    text += ' ';
    text += plain(v);
  }
  return text + "\n";
}

void draw_band(panel_script& script, const curve& c, const axis_range& y) {
  std::string lines;
  for (const auto i : thinned(c.spreads.size(), points_of_median)) {
    const auto& s = c.spreads[i];
    if (std::isfinite(s.low))
      lines += line_of(static_cast<double>(c.of->curves.iteration[i]),
                       {s.low, std::min(s.high, y.high)});
  }
  if (lines.empty() || c.trials.size() < 2) return;
  script.draw(script.data(lines) +
              " using 1:2:3 with filledcurves fs transparent solid 0.18 noborder lc rgb '" +
              c.style.colour + "' notitle");
}

void draw_trials(panel_script& script, const curve& c) {
  for (const auto& values : c.trials) {
    std::string lines;
    for (const auto i : thinned(values.size(), points_of_trial))
      lines += line_of(static_cast<double>(c.of->curves.iteration[i]), {values[i]});
    script.draw(script.data(lines) + " using 1:2 with lines lw 0.7 lc rgb '#90" +
                c.style.colour.substr(1) + "' notitle");
  }
}

void draw_median(panel_script& script, const curve& c) {
  std::string lines;
  for (const auto i : thinned(c.spreads.size(), points_of_median))
    lines += line_of(static_cast<double>(c.of->curves.iteration[i]), {c.spreads[i].median});
  const auto name = c.name.empty() ? std::string("median") : c.name;
  script.draw(script.data(lines) + " using 1:2 with lines lw 2.6 " + stroke(c.style) + " title " +
              quoted(name) + " noenhanced");
}

void draw_mean(panel_script& script, const curve& c) {
  std::string lines;
  for (const auto i : thinned(c.spreads.size(), points_of_median))
    lines +=
        line_of(static_cast<double>(c.of->curves.iteration[i]), {mean(column_of(c.trials, i))});
  const auto name = c.name.empty() ? std::string("mean") : "mean, " + c.name;
  script.draw(script.data(lines) + " using 1:2 with lines lw 2.6 " + stroke(c.style) + " title " +
              quoted(name) + " noenhanced");
}

void draw_growth(panel_script& script, const curve& c, const axis_range& x, bool first) {
  const auto theory = predict(*c.of);
  if (!theory) return;
  std::string lines;
  for (int i = 0; i <= 100; ++i) {
    const double t = x.at(i / 100.0);
    if (theory->signal(t) <= theory->sigma) lines += line_of(t, {theory->signal(t)});
  }
  if (lines.empty()) return;
  script.draw(script.data(lines) + " using 1:2 with lines lw 1.4 lc rgb '#555555' dt (2,4) " +
              (first ? "title " + quoted("predicted growth") + " noenhanced" : "notitle"));
}

std::vector<mark> marks_of(const std::vector<curve>& curves, const axis_range& x) {
  std::vector<mark> marks;
  for (const auto& c : curves) {
    const auto theory = predict(*c.of);
    if (!theory || theory->convergence() < 0 || theory->convergence() > x.high) continue;
    const double t = std::round(theory->convergence());
    const auto of = curves.size() > 1 ? c.name + ": " : std::string();
    marks.push_back({t, " " + of + "t_c = " + plain(t), c.style.colour});
  }
  return marks;
}

axis_range iterations_of(const std::vector<curve>& curves) {
  double last = 1;
  for (const auto& c : curves)
    if (!c.of->curves.iteration.empty())
      last = std::max(last, static_cast<double>(c.of->curves.iteration.back()));
  return {0, last, false};
}

panel_frame frame_of(const std::vector<curve>& curves, const std::string& row,
                     const figure_plan& plan) {
  panel_frame frame;
  frame.xlabel = "iteration t";
  frame.ylabel = row_label(row);
  frame.x = iterations_of(curves);
  frame.y = range_of(values_in(curves, plan.individual || plan.mean));
  if (plan.theory) frame.marks = marks_of(curves, frame.x);
  const bool growth = plan.theory && row == "signal";
  frame.legend_entries = curves.size() + (growth ? 1 : 0);
  return frame;
}

std::string about(const panel_frame& frame, const std::vector<curve>& curves) {
  std::string text = frame.ylabel + " against the iteration";
  if (!frame.title.empty()) text += " at " + frame.title;
  for (const auto& c : curves)
    if (!c.spreads.empty())
      text += "; " + (c.name.empty() ? "" : c.name + ": ") + "last median " +
              shown(c.spreads.back().median);
  return text;
}

picture draw(const std::vector<curve>& curves, const std::string& row, const figure_plan& plan,
             const std::string& title) {
  auto frame = frame_of(curves, row, plan);
  frame.title = title;
  panel_script script(frame);
  for (const auto& c : curves)
    if (!plan.mean) draw_band(script, c, frame.y);
  if (plan.individual)
    for (const auto& c : curves) draw_trials(script, c);
  for (const auto& c : curves) plan.mean ? draw_mean(script, c) : draw_median(script, c);
  if (plan.theory && row == "signal")
    for (const auto& c : curves) draw_growth(script, c, frame.x, &c == &curves[0]);
  return {about(frame, curves), script.text()};
}

void add_data(text_table& table, const curve& c, const std::string& row, const results& r) {
  for (std::size_t i = 0; i < c.spreads.size(); ++i) {
    auto cells = cells_of(*c.of, r.plan);
    const auto& s = c.spreads[i];
    cells.insert(cells.end(),
                 {row, std::to_string(c.of->curves.iteration[i]), std::to_string(c.trials.size()),
                  exact(s.low), exact(s.median), exact(s.high)});
    table.lines.push_back(std::move(cells));
  }
}

void add_trials(text_table& table, const curve& c, const std::string& row, const results& r) {
  for (std::size_t t = 0; t < c.trials.size(); ++t)
    for (std::size_t i = 0; i < c.trials[t].size(); ++i) {
      auto cells = cells_of(*c.of, r.plan);
      cells.insert(cells.end(), {row, std::to_string(c.of->trials[t].number),
                                 std::to_string(c.of->curves.iteration[i]), exact(c.trials[t][i])});
      table.lines.push_back(std::move(cells));
    }
}

std::string theory_text(const results& r, const figure_plan& plan) {
  const bool any = std::any_of(r.points.begin(), r.points.end(), [&](const point& p) {
    return matches(p, plan.where) && predict(p).has_value();
  });
  if (!any) return " There is no prediction for a truth whose factor is not orthonormal.";
  const bool signal = std::count(plan.rows.begin(), plan.rows.end(), "signal") > 0;
  return std::string(signal
                         ? " Dotted: the predicted growth signal(0) (1 + μ σ_r²)^t of the signal, "
                           "with σ_r = 1/κ the smallest singular value of X."
                         : "") +
         " Vertical lines: t_c, the predicted end of the spectral stage, in which the signal "
         "grows as in a power iteration, and start of local convergence, "
         "t_c = ln(σ_r / (√10 signal(0))) / ln(1 + μ σ_r²), with σ_r = 1/κ and signal(0) the "
         "median of "
         "the measured signal at t = 0, or α where it was not recorded.";
}

std::string caption(const results& r, const figure_plan& plan) {
  std::string text = plan.mean ? "Lines: means of the trials."
                               : "Lines: medians of the trials; bands: 10 % to 90 %.";
  if (plan.individual) text += " Thin lines: single trials.";
  text +=
      " A trial that stopped early keeps its last value; one that diverged counts as infinite "
      "from there on.";
  return text + (plan.theory ? theory_text(r, plan) : "");
}

std::vector<curve> curves_of(const results& r, const figure_plan& plan, const std::string& row,
                             const group_of_points& group) {
  const auto names = names_of_group(r, plan);
  const auto looks = styles(names.size(), plan.group && is_ordered(r, *plan.group));
  std::vector<curve> curves;
  for (const auto* p : group.points) {
    std::size_t i = 0;
    if (plan.group)
      while (names[i] != symbol(*plan.group) + " = " + shown(p->varied.at(*plan.group))) ++i;
    if (!p->trials.empty()) curves.push_back(make_curve(*p, row, names[i], looks[i]));
  }
  return curves;
}

}  // namespace

figure curves_figure(const results& r, const figure_plan& plan) {
  figure f{plan.title, caption(r, plan), {}, {}, {{"", {keys_of(r.plan), {}, 0}}}};
  for (const char* column : {"row", "iteration", "trials", "q10", "median", "q90"})
    f.data[0].values.columns.push_back(column);
  text_table trials{keys_of(r.plan), {}, 0};
  for (const char* column : {"row", "trial", "iteration", "value"})
    trials.columns.push_back(column);
  const auto free = plan.group ? std::vector<std::string>{*plan.group} : std::vector<std::string>{};
  for (const auto& group : split(r, plan.where, free))
    for (const auto& row : plan.rows) {
      const auto curves = curves_of(r, plan, row, group);
      if (curves.empty()) continue;
      f.pictures.push_back(draw(curves, row, plan, title_of(r, plan, group.fixed)));
      for (const auto& c : curves) {
        add_data(f.data[0].values, c, row, r);
        if (plan.individual) add_trials(trials, c, row, r);
      }
    }
  if (plan.individual) f.data.push_back({"-trials", std::move(trials)});
  return f;
}

}  // namespace tubal::report
