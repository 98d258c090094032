// The success rate, or the median of a row, over two settings.
#include "report/evaluate/dimensions.hpp"
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

constexpr std::size_t most_labels = 110;

struct cell {
  double x, y;  ///< its middle
  double left, right;
  double value;
};

double index_of(const axis& a, const json& value) {
  return static_cast<double>(std::find(a.values.begin(), a.values.end(), value) - a.values.begin());
}

bool is_success(const figure_plan& plan) { return plan.cell_value == "success"; }

double value_of(const point& p, const figure_plan& plan) {
  return is_success(plan) ? success_rate(p) : quantile(values_of(p, plan.cell_value, {}), 0.5);
}

/// Cells of one line end half-way to their neighbours.
void set_edges(std::vector<cell*>& line) {
  std::sort(line.begin(), line.end(), [](const cell* a, const cell* b) { return a->x < b->x; });
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool first = i == 0;
    const bool last = i + 1 == line.size();
    const double before = first ? 0 : (line[i]->x - line[i - 1]->x) / 2;
    const double after = last ? 0 : (line[i + 1]->x - line[i]->x) / 2;
    const double alone = first && last ? 0.5 * std::max(line[i]->x, 1e-3) : 0;
    line[i]->left = line[i]->x - (first ? after + alone : before);
    line[i]->right = line[i]->x + (last ? before + alone : after);
  }
}

std::vector<cell> cells_of_panel(const results& r, const figure_plan& plan,
                                 const group_of_points& group) {
  const bool ratio = plan.x == "m/dof";
  std::vector<cell> cells;
  for (const auto* p : group.points) {
    const double x =
        ratio ? dimensions_of(*p).ratio() : index_of(r.plan.axis_of(plan.x), p->varied.at(plan.x));
    const double y = index_of(r.plan.axis_of(plan.y), p->varied.at(plan.y));
    cells.push_back({x, y, x - 0.5, x + 0.5, value_of(*p, plan)});
  }
  if (!ratio) return cells;
  for (std::size_t y = 0; y < r.plan.axis_of(plan.y).values.size(); ++y) {
    std::vector<cell*> line;
    for (auto& c : cells)
      if (c.y == static_cast<double>(y)) line.push_back(&c);
    set_edges(line);
  }
  return cells;
}

axis_range colours_of(const std::vector<cell>& cells, const figure_plan& plan) {
  if (is_success(plan)) return {0, 1, false};
  std::vector<double> values;
  for (const auto& c : cells) values.push_back(c.value);
  std::erase_if(values, [](double v) { return !(v > 0) || std::isinf(v); });
  if (values.empty()) return {0.1, 1, true};
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {std::pow(10, std::floor(std::log10(*least))),
          std::pow(10, std::max(std::ceil(std::log10(*most)), std::floor(std::log10(*least)) + 1)),
          true};
}

/// Success is light, and so is a small error.
double lightness(double value, const axis_range& colours, const figure_plan& plan) {
  const double part = std::clamp(colours.part(std::max(value, colours.low)), 0.0, 1.0);
  return is_success(plan) ? part : 1 - part;
}

std::vector<tic> tics_of(const axis& a) {
  constexpr std::size_t most = 10;
  const auto stride = (a.values.size() + most - 1) / most;
  std::vector<tic> tics;
  for (std::size_t i = 0; i < a.values.size(); i += stride)
    tics.push_back({static_cast<double>(i), shown(a.values[i])});
  return tics;
}

panel_frame frame_of(const results& r, const figure_plan& plan, const std::vector<cell>& cells) {
  panel_frame frame;
  frame.xlabel = axis_label(plan.x);
  frame.ylabel = axis_label(plan.y);
  const auto& y = r.plan.axis_of(plan.y);
  frame.y = {-0.5, static_cast<double>(y.values.size()) - 0.5, false};
  frame.ytics = tics_of(y);
  if (plan.x != "m/dof") frame.xtics = tics_of(r.plan.axis_of(plan.x));
  frame.x = {cells[0].left, cells[0].right, false};
  for (const auto& c : cells) {
    frame.x.low = std::min(frame.x.low, c.left);
    frame.x.high = std::max(frame.x.high, c.right);
  }
  frame.square = true;
  return frame;
}

std::string colour_number(const std::string& hex) {
  return std::to_string(std::stoul(hex.substr(1), nullptr, 16));
}

void draw_cells(panel_script& script, const std::vector<cell>& cells, const axis_range& colours,
                const figure_plan& plan) {
  std::string lines;
  for (const auto& c : cells) {
    const auto colour = std::isnan(c.value) ? std::string("#e4e4e4")
                                            : heat_colour(lightness(c.value, colours, plan));
    lines += plain(c.x) + " " + plain(c.y) + " " + plain(c.left) + " " + plain(c.right) + " " +
             plain(c.y - 0.5) + " " + plain(c.y + 0.5) + " " + colour_number(colour) + "\n";
  }
  script.draw(
      script.data(lines) +
      " using 1:2:3:4:5:6:7 with boxxyerror fs solid 1 border rgb '#ffffff' lc rgb variable "
      "notitle");
}

/// The narrowest cell, as a part of the axis.
double narrowest(const std::vector<cell>& cells, const axis_range& x) {
  double part = 1;
  for (const auto& c : cells) part = std::min(part, (c.right - c.left) / (x.high - x.low));
  return part;
}

/// ".05" for "0.05"
std::string without_zero(const std::string& text) {
  return text.rfind("0.", 0) == 0 ? text.substr(1) : text;
}

void draw_labels(panel_script& script, const std::vector<cell>& cells, const axis_range& x,
                 const axis_range& colours, const figure_plan& plan) {
  if (cells.size() > most_labels) return;
  const bool narrow = narrowest(cells, x) < 0.1;
  std::string lines;
  for (const auto& c : cells) {
    const auto ink =
        std::isnan(c.value) ? std::string("#444444") : ink_on(lightness(c.value, colours, plan));
    const auto whole = is_success(plan) ? shown(c.value, 2) : shown(c.value, 1);
    const auto text = narrow ? without_zero(whole) : whole;
    lines += plain((c.left + c.right) / 2) + " " + plain(c.y) + " \"" + text + "\" " +
             colour_number(ink) + "\n";
  }
  script.draw(script.data(lines) +
              " using 1:2:3:4 with labels center noenhanced tc rgb variable "
              "font '," +
              std::string(narrow || cells.size() > 60 ? "11" : "14") + "' notitle");
}

/// A picture of the scale: a point that is not seen, coloured by the palette.
void draw_scale(panel_script& script, const axis_range& colours, const figure_plan& plan) {
  script.set(heat_palette() + (is_success(plan) ? "" : "set palette negative"));
  script.set("set cbrange [" + plain(colours.low) + ":" + plain(colours.high) + "]");
  if (colours.logarithmic) script.set("set logscale cb\nset format cb '10^{%L}'");
  script.set("set cblabel " +
             quoted(is_success(plan) ? "success rate" : "median " + row_label(plan.cell_value)) +
             " noenhanced\nunset grid\nset border 0\nset tics scale 0");
  const auto off =
      script.data("nan nan " + plain(colours.high) + "\n-1e9 -1e9 " + plain(colours.low) + "\n");
  script.draw(off + " using 1:2:3 with points pt 7 ps 0 lc palette notitle");
}

picture draw(const results& r, const figure_plan& plan, const std::vector<cell>& cells,
             const std::string& title) {
  auto frame = frame_of(r, plan, cells);
  frame.title = title;
  const auto colours = colours_of(cells, plan);
  panel_script script(frame);
  draw_cells(script, cells, colours, plan);
  draw_labels(script, cells, frame.x, colours, plan);
  draw_scale(script, colours, plan);
  return {(is_success(plan) ? "success rate" : "median " + row_label(plan.cell_value)) + " over " +
              frame.xlabel + " and " + frame.ylabel + "; the numbers stand in the table of points",
          script.text()};
}

text_table data_of(const results& r, const figure_plan& plan) {
  text_table table{keys_of(r.plan), {}, 0};
  for (const char* column : {"m/dof", "trials", "success", "value"})
    table.columns.push_back(column);
  if (is_success(plan)) table.columns.pop_back();
  for (const auto& p : r.points) {
    if (!matches(p, plan.where)) continue;
    auto cells = cells_of(p, r.plan);
    cells.insert(cells.end(), {exact(dimensions_of(p).ratio()), std::to_string(p.trials.size()),
                               exact(success_rate(p))});
    if (!is_success(plan)) cells.push_back(exact(value_of(p, plan)));
    table.lines.push_back(std::move(cells));
  }
  return table;
}

std::string heatmap_caption(const results& r, const figure_plan& plan) {
  std::string text = is_success(plan) ? "The part of the trials whose final test error is under " +
                                            shown(r.plan.success) + "."
                                      : "Medians of the final values, colours logarithmic; ∞: more "
                                        "than half of the trials diverged.";
  if (plan.x == "m/dof")
    text += " Each cell stands at its own m/dof and reaches half-way to its neighbours.";
  return text + " Grey: no trial has finished.";
}

}  // namespace

figure heatmap_figure(const results& r, const figure_plan& plan) {
  figure f{plan.title, heatmap_caption(r, plan), {}, {}, {{"", data_of(r, plan)}}};
  const std::vector<std::string> free = {plan.x == "m/dof" ? "measurements" : plan.x, plan.y};
  for (const auto& group : split(r, plan.where, free)) {
    const auto cells = cells_of_panel(r, plan, group);
    const bool empty =
        std::all_of(cells.begin(), cells.end(), [](const cell& c) { return std::isnan(c.value); });
    if (!empty) f.pictures.push_back(draw(r, plan, cells, title_of(r, plan, group.fixed)));
  }
  return f;
}

}  // namespace tubal::report
