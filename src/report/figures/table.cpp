// Values of every point, in numbers.
#include "report/evaluate/names.hpp"
#include "report/evaluate/quantile.hpp"
#include "report/evaluate/values.hpp"
#include "report/figures/cells.hpp"
#include "report/figures/figure.hpp"

#include <cmath>

namespace tubal::report {

namespace {

std::string spread_text(const spread& s) {
  if (std::isnan(s.median)) return "–";
  return shown(s.median, 3) + " [" + shown(s.low, 3) + ", " + shown(s.high, 3) + "]";
}

std::vector<std::string> columns_of(const results& r, const figure_plan& plan) {
  std::vector<std::string> columns;
  for (const auto& axis : r.plan.vary) columns.push_back(symbol(axis.key));
  for (const char* name : {"trials", "success"}) columns.push_back(name);
  for (const auto& row : plan.rows) columns.push_back(label(row, plan.value));
  return columns;
}

std::vector<std::string> shown_cells(const point& p, const results& r, const figure_plan& plan) {
  std::vector<std::string> cells;
  for (const auto& axis : r.plan.vary) cells.push_back(shown(p.varied.at(axis.key)));
  cells.push_back(std::to_string(p.trials.size()));
  cells.push_back(shown(100 * success_rate(p), 3) + " %");
  for (const auto& row : plan.rows)
    cells.push_back(spread_text(spread_of(values_of(p, row, plan.value))));
  return cells;
}

std::vector<std::string> exact_cells(const point& p, const results& r, const figure_plan& plan) {
  auto cells = cells_of(p, r.plan);
  cells.insert(cells.end(), {std::to_string(p.trials.size()), exact(success_rate(p))});
  for (const auto& row : plan.rows) {
    const auto s = spread_of(values_of(p, row, plan.value));
    cells.insert(cells.end(), {exact(s.low), exact(s.median), exact(s.high)});
  }
  return cells;
}

text_table empty_data(const results& r, const figure_plan& plan) {
  text_table data{keys_of(r.plan), {}, 0};
  data.columns.insert(data.columns.end(), {"trials", "success"});
  for (const auto& row : plan.rows)
    for (const char* part : {"_q10", "_median", "_q90"}) data.columns.push_back(row + part);
  return data;
}

}  // namespace

figure table_figure(const results& r, const figure_plan& plan) {
  text_table table{columns_of(r, plan), {}, r.plan.vary.size()};
  auto data = empty_data(r, plan);
  for (const auto& p : r.points) {
    if (!matches(p, plan.where) || p.trials.empty()) continue;
    table.lines.push_back(shown_cells(p, r, plan));
    data.lines.push_back(exact_cells(p, r, plan));
  }
  return {plan.title,
          "Median [10 %, 90 %] of the trials; a trial that diverged counts as infinite (∞).",
          {},
          std::move(table),
          {{"", std::move(data)}}};
}

}  // namespace tubal::report
