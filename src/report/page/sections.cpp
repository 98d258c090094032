// Expectations, points, settings, and where a sweep comes from.
#include "report/evaluate/dimensions.hpp"
#include "report/evaluate/names.hpp"
#include "report/evaluate/values.hpp"
#include "report/page/html.hpp"
#include "report/page/page.hpp"

#include <algorithm>

namespace tubal::report {

namespace {

constexpr std::size_t most_open = 16;
constexpr std::size_t most_lines = 10000;

std::string td(const std::string& text, const char* attributes = "") {
  return element("td", escaped(text), attributes);
}

std::string verdict_cell(verdict v) {
  const char* mark = v == verdict::holds ? "✓ " : v == verdict::fails ? "✗ " : "";
  const char* look = v == verdict::holds ? "class=\"pass\"" : "class=\"fail\"";
  return td(std::string(mark) + word(v), look);
}

std::string finding_row(const expectation& e, const finding& f) {
  return element("tr", verdict_cell(f.outcome) + td(e.text, "class=\"wide\"") + td(shown(f.value)) +
                           td(bounds_of(e)) +
                           td(std::to_string(f.trials) + " of " + std::to_string(f.expected)) +
                           td(f.where, "class=\"words\"") + td(subject_of(e), "class=\"words\"")) +
         "\n";
}

std::string rows_of(const judgement& j) {
  std::string rows;
  for (const auto& f : j.findings) rows += finding_row(*j.claim, f);
  return rows;
}

std::string head(const std::vector<std::string>& columns) {
  std::string cells;
  for (const auto& column : columns) cells += element("th", escaped(column), "scope=\"col\"");
  return element("thead", element("tr", cells));
}

std::vector<std::string> point_line(const point& p, const results& r) {
  const auto d = dimensions_of(p);
  std::vector<std::string> cells = {std::to_string(p.number)};
  for (const auto& axis : r.plan.vary) cells.push_back(shown(p.varied.at(axis.key)));
  if (!r.plan.is_varied("measurements")) cells.push_back(std::to_string(d.measurements));
  cells.insert(cells.end(),
               {std::to_string(d.symmetric_dimension), std::to_string(d.degrees_of_freedom),
                shown(d.ratio(), 3), verdict_on(d),
                std::to_string(p.trials.size()) + " of " + std::to_string(r.plan.repetitions),
                p.trials.empty() ? "–" : shown(100 * success_rate(p), 3) + " %"});
  return cells;
}

text_table points_table(const results& r) {
  text_table table{{"point"}, {}, 1};
  for (const auto& axis : r.plan.vary) table.columns.push_back(symbol(axis.key));
  if (!r.plan.is_varied("measurements")) table.columns.push_back("m");
  for (const char* name : {"N", "degrees of freedom", "m/dof", "m beside N", "trials", "success"})
    table.columns.push_back(name);
  for (std::size_t i = 0; i < std::min(r.points.size(), most_lines); ++i)
    table.lines.push_back(point_line(r.points[i], r));
  return table;
}

std::string determination(const results& r) {
  const auto over =
      static_cast<std::size_t>(std::count_if(r.points.begin(), r.points.end(), [](const point& p) {
        return dimensions_of(p).over_determined();
      }));
  const std::string meaning =
      "with m ≥ N generic measurements zero train error alone forces the truth, whatever the "
      "initialisation";
  if (over == 0)
    return "Every point is under-determined (m < N): the answer depends on the implicit bias.";
  if (over == r.points.size()) return "Every point is over-determined: " + meaning + ".";
  return std::to_string(over) + " of " + std::to_string(r.points.size()) +
         " points are over-determined: " + meaning + ".";
}

std::string folded(const std::string& name, const std::string& html, bool open) {
  return element("details", element("summary", escaped(name)) + "\n" + html, open ? "open" : "") +
         "\n";
}

std::string value_text(const plan& p, const std::string& key, const json& base) {
  for (const auto& axis : p.vary) {
    if (axis.key != key) continue;
    std::string list;
    for (const auto& v : axis.values) list += (list.empty() ? "" : ", ") + shown(v);
    return list + " (varied)";
  }
  return shown(base);
}

void add(text_table& table, const std::string& key, const std::string& text) {
  if (!text.empty()) table.lines.push_back({key, text});
}

std::string shell_word(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string judgements_html(const chapter& c) {
  if (c.judgements.empty()) return {};
  std::string rows;
  for (const auto& j : c.judgements) rows += rows_of(j);
  return element("h3", "Expectations: " + std::to_string(holding(c.judgements)) + " of " +
                           std::to_string(c.judgements.size()) + " hold") +
         "\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
         "aria-label=\"Expectations\"><table>" +
         head({"result", "expectation", "found", "expected", "trials", "point", "value of"}) +
         "\n<tbody>" + rows + "</tbody></table></div>\n";
}

std::string points_html(const results& r) {
  return element("h3", "Points") + "\n" + element("p", escaped(determination(r))) + "\n" +
         folded(
             std::to_string(r.points.size()) + (r.points.size() == 1 ? " point" : " points") +
                 ", with m beside N and the degrees of freedom" +
                 (r.points.size() > most_lines ? "; the first " + std::to_string(most_lines) : ""),
             table_html(points_table(r), "Points"), r.points.size() <= most_open);
}

std::string settings_html(const results& r) {
  const auto& p = r.plan;
  text_table table{{"setting", "value"}, {}, 1};
  auto all = p.base;
  for (const auto& axis : p.vary) all.emplace(axis.key, json());
  for (const auto& [key, value] : all) add(table, key, value_text(p, key, value));
  for (const auto& [key, value] : p.measure) add(table, "measure: " + key, shown(value));
  add(table, "repetitions", std::to_string(p.repetitions));
  add(table, "trials", p.trials);
  add(table, "operator", p.operators);
  add(table, "seed", std::to_string(p.seed));
  return element("h3", "Settings") + "\n" +
         folded("All settings", table_html(table, "Settings"), false);
}

std::string origin_html(const results& r) {
  const auto& p = r.plan;
  text_table table{{"", ""}, {}, 1};
  add(table, "tubal version", p.tubal_version);
  add(table, "device", p.device);
  add(table, "precision", p.precision);
  for (const auto& [key, value] : p.machine) add(table, key, value);
  add(table, "time of all trials", duration(r.seconds()));
  table.columns = {"made with", ""};
  const auto command = "tubal sweep " + shell_word(r.name + ".toml") + " -o " + shell_word(r.name);
  std::string html = element("h3", "How to reproduce it") + "\n" + table_html(table, "Origin");
  html +=
      element("p", "Save the plan as " + element("code", escaped(r.name) + ".toml") + " and run") +
      "\n" + element("pre", element("code", escaped(command))) + "\n";
  if (!p.source.empty())
    html += folded("The plan", element("pre", element("code", escaped(p.source))), false);
  return html;
}

}  // namespace tubal::report
