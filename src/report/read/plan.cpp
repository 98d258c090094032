// plan.json
#include "io/input_file.hpp"
#include "io/json_at.hpp"
#include "report/read/results.hpp"
#include "text/number.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::report {

using io::json_at;

namespace {

constexpr double most_points = 1e5;  // each takes kilobytes, and a line of the page

const std::vector<std::string> sizes = {"n", "k", "measurements"};

/// A number, a word, null, or a list of whole numbers.
json read_setting(const json_at& from) {
  if (from.value().is_array()) from.whole_numbers();
  if (from.value().is_object()) from.fail("expected a number, a word or a list");
  return from.value();
}

settings read_settings(const json_at& from) {
  settings all;
  for (const auto& [key, value] : from.members()) all[key] = read_setting(value);
  return all;
}

quantity first_below(const json_at& from, const std::string& word) {
  const auto threshold = text::parse_real(word.substr(12));
  if (!threshold || !std::isfinite(*threshold))
    from.fail("expected \"first-below NUMBER\", found \"" + word + "\"");
  return {quantity::what::first_below, 0, *threshold};
}

quantity read_quantity(const json_at& from) {
  if (from.value().is_number()) return {quantity::what::at, from.whole(), 0};
  const auto text = from.text();
  if (text == "final") return {};
  if (text == "smallest") return {quantity::what::smallest, 0, 0};
  if (text.rfind("first-below ", 0) == 0) return first_below(from, text);
  from.fail("expected an iteration, \"final\", \"smallest\" or \"first-below NUMBER\", found \"" +
            text + "\"");
}

void require_key(const json_at& from, const plan& p, const std::string& key) {
  if (!p.is_varied(key)) from.fail("'" + key + "' is not varied");
}

void require_row(const json_at& from, const plan& p, const std::string& row) {
  if (std::find(p.rows.begin(), p.rows.end(), row) == p.rows.end())
    from.fail("row '" + row + "' was not measured");
}

void require_point(const json_at& from, const plan& p, const settings& where) {
  for (const auto& [key, value] : where) {
    const auto axis = std::find_if(p.vary.begin(), p.vary.end(),
                                   [&, k = key](const auto& a) { return a.key == k; });
    const auto base = p.base.find(key);
    if (axis == p.vary.end() && base == p.base.end()) from.fail("no setting '" + key + "'");
    const bool there = axis != p.vary.end()
                           ? std::count(axis->values.begin(), axis->values.end(), value) > 0
                           : base->second == value;
    if (!there) from.fail("no point has " + key + " = " + value.dump());
  }
}

settings read_where(const json_at& from, const plan& p) {
  auto where = read_settings(from);
  require_point(from, p, where);
  return where;
}

std::vector<std::string> read_rows(const json_at& from, const plan& p) {
  const auto given = from.find("rows");
  if (!given) return p.rows;
  auto rows = given->texts();
  for (const auto& row : rows) require_row(*given, p, row);
  return rows;
}

figure_kind read_kind(const json_at& from) {
  const auto word = from.word({"curves", "final", "heatmap", "table"});
  if (word == "curves") return figure_kind::curves;
  if (word == "final") return figure_kind::final;
  return word == "heatmap" ? figure_kind::heatmap : figure_kind::table;
}

void read_axes(const json_at& from, const plan& p, figure_plan& figure) {
  const bool heatmap = figure.kind == figure_kind::heatmap;
  if (!heatmap && figure.kind != figure_kind::final) return;
  figure.x = from["x"].text();
  require_key(from["x"], p, heatmap && figure.x == "m/dof" ? "measurements" : figure.x);
  if (!heatmap) return;
  figure.y = from["y"].text();
  require_key(from["y"], p, figure.y);
  if (figure.y == figure.x || (figure.x == "m/dof" && figure.y == "measurements"))
    from["y"].fail("expected another setting than on the axis x");
}

void read_value(const json_at& from, const plan& p, figure_plan& figure) {
  const auto value = from.find("value");
  if (figure.kind == figure_kind::heatmap) {
    figure.cell_value = value ? value->text() : "success";
    if (figure.cell_value != "success") require_row(*value, p, figure.cell_value);
  } else if (value) {
    figure.value = read_quantity(*value);
  }
}

figure_plan read_figure(const json_at& from, const plan& p) {
  figure_plan figure;
  figure.kind = read_kind(from["kind"]);
  if (const auto title = from.find("title")) figure.title = title->text();
  figure.rows = read_rows(from, p);
  if (const auto group = from.find("group")) {
    figure.group = group->text();
    require_key(*group, p, *figure.group);
  }
  if (const auto where = from.find("where")) figure.where = read_where(*where, p);
  read_axes(from, p, figure);
  read_value(from, p, figure);
  if (const auto flag = from.find("mean")) figure.mean = flag->truth();
  if (const auto flag = from.find("individual")) figure.individual = flag->truth();
  if (const auto flag = from.find("theory")) figure.theory = flag->truth();
  if (const auto power = from.find("power")) figure.power = power->number();
  return figure;
}

void read_bounds(const json_at& from, expectation& e) {
  if (const auto between = from.find("between")) {
    const auto bounds = between->elements();
    if (bounds.size() != 2) between->fail("expected two bounds");
    e.lower = bounds[0].number();
    e.upper = bounds[1].number();
  }
  if (const auto bound = from.find("at-least")) e.lower = bound->number();
  if (const auto bound = from.find("at-most")) e.upper = bound->number();
  if (!e.lower && !e.upper) from.fail("expected 'between', 'at-least' or 'at-most'");
}

void take_quantile(const json_at& from, expectation& e) {
  e.of_mean = from.value() == "mean";
  if (e.of_mean) return;
  e.quantile = from.number();
  if (e.quantile < 0 || e.quantile > 1) from.fail("expected 0 to 1, or \"mean\"");
}

expectation read_expectation(const json_at& from, const plan& p) {
  expectation e;
  e.text = from["text"].text();
  if (const auto where = from.find("where")) e.where = read_where(*where, p);
  if (const auto over = from.find("over")) e.over = read_where(*over, p);
  if (const auto at = from.find("at")) e.value = read_quantity(*at);
  if (e.value.kind != quantity::what::first_below || from.find("row")) {
    e.row = from["row"].text();
    require_row(from["row"], p, e.row);
  }
  if (const auto quantile = from.find("quantile")) take_quantile(*quantile, e);
  read_bounds(from, e);
  return e;
}

std::vector<axis> read_axes_of_plan(const json_at& from) {
  std::vector<axis> all;
  double points = 1;
  for (const auto& element : from.elements()) {
    axis a{element["key"].text(), {}};
    for (const auto& value : element["values"].elements()) a.values.push_back(read_setting(value));
    if (a.values.empty()) element.fail("expected values, found none");
    points *= static_cast<double>(a.values.size());
    if (points > most_points) from.fail("expected at most 100000 points");
    all.push_back(std::move(a));
  }
  return all;
}

std::string optional_text(const json_at& from, const std::string& key) {
  const auto found = from.find(key);
  if (!found) return {};
  return found->value().is_text() ? found->text() : found->value().dump();
}

void require_sizes(const json_at& problem, plan& p) {
  for (const auto& size : sizes)
    if (!p.is_varied(size)) problem[size].whole(size == "measurements" ? 0 : 1, 1 << 30);
  for (const auto& axis : p.vary)
    if (std::count(sizes.begin(), sizes.end(), axis.key) > 0)
      for (const auto& value : axis.values)
        if (!value.is_whole() || value.whole() < 0) problem.fail(axis.key + ": expected sizes");
}

void read_measure(const json_at& from, plan& p) {
  for (const auto& [key, value] : from.members()) p.measure[key] = value.value();
  p.rows = from["rows"].texts();
  p.success = from["success"].number();
}

void read_machine(const json_at& from, plan& p) {
  const auto machine = from.find("machine");
  if (!machine) return;
  if (machine->value().is_text()) return p.machine.emplace_back("machine", machine->text()), void();
  for (const auto& [key, value] : machine->members())
    p.machine.emplace_back(key, optional_text(*machine, key));
}

plan read(const json_at& from) {
  from["format"].word({"tubal sweep 1"});
  plan p;
  p.tubal_version = optional_text(from, "tubal_version");
  p.title = optional_text(from, "title");
  p.text = optional_text(from, "text");
  p.trials = optional_text(from, "trials");
  p.operators = optional_text(from, "operator");
  p.source = optional_text(from, "source");
  p.device = optional_text(from, "device");
  p.precision = optional_text(from, "precision");
  read_machine(from, p);
  p.seed = from["seed"].whole();
  p.repetitions = from["repetitions"].whole(1, 1 << 30);
  p.base = read_settings(from["problem"]);
  p.base.merge(read_settings(from["descent"]));
  if (const auto vary = from.find("vary")) p.vary = read_axes_of_plan(*vary);
  require_sizes(from["problem"], p);
  read_measure(from["measure"], p);
  if (const auto figures = from.find("figures"))
    for (const auto& f : figures->elements()) p.figures.push_back(read_figure(f, p));
  if (const auto claims = from.find("expect"))
    for (const auto& e : claims->elements()) p.expect.push_back(read_expectation(e, p));
  return p;
}

}  // namespace

plan read_plan(const std::filesystem::path& path) {
  const auto value = io::parse_json(io::read_text(path, "the plan of a sweep"), path);
  return read(json_at(value, path, ""));
}

}  // namespace tubal::report
