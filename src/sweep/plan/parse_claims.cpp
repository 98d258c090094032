#include "sweep/plan/parse_claims.hpp"

#include "sweep/plan/expand.hpp"
#include "text/nearest.hpp"
#include "text/number.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

namespace tubal::sweep {

namespace {

using words = std::vector<std::string>;

const std::string below_prefix = "first-below ";

std::string listed(const words& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "'" : ", '") + one + "'";
  return text;
}

void require_one_of(const toml_table& t, const std::string& key, const std::string& value,
                    const words& known) {
  if (std::find(known.begin(), known.end(), value) == known.end())
    t.fail(key, "expected one of " + listed(known) + ", got '" + value + "'");
}

words varied_keys(const plan& p) {
  words keys;
  for (const auto& a : p.vary) keys.push_back(a.key);
  return keys;
}

words row_names(const plan& p) {
  words rows;
  for (const auto m : p.measured.rows) rows.emplace_back(name(m));
  return rows;
}

const axis& axis_of(const plan& p, toml_table& t, const std::string& key) {
  for (const auto& a : p.vary)
    if (a.key == key) return a;
  if (p.vary.empty()) t.fail(key, "nothing varies in this plan");
  t.fail(key, "does not vary; did you mean '" + text::nearest(key, varied_keys(p)) + "'?");
}

/// {"alpha": 1e-7}: keys that vary, and values that they take.
json parse_where(const plan& p, toml_table t) {
  auto where = json::object();
  for (const auto& key : t.keys_in_order()) {
    const auto& along = axis_of(p, t, key);
    settings s;
    if (const auto wanted = assign(s, *find_setting(key), t.value(key)); !wanted.empty())
      t.expected(key, wanted);
    where.add(key, value_of(s, *find_setting(key)));
    if (std::find(along.values.begin(), along.values.end(), *where.find(key)) == along.values.end())
      t.expected(key, "one of the values in [vary], " + json(along.values).dump());
  }
  return where;
}

void take_varied(const plan& p, toml_table& t, const std::string& key, json& figure,
                 bool is_needed) {
  if (!is_needed && !t.has(key)) {
    t.text(key, "");
    return;
  }
  if (p.vary.empty()) t.fail(key, "nothing varies in this plan");
  const auto value = t.text(key, "");
  require_one_of(t, key, value, varied_keys(p));
  figure[key] = value;
}

void take_rows(const plan& p, toml_table& t, json& figure) {
  const auto rows = t.texts("rows", {"test_error"});
  for (const auto& row : rows) require_one_of(t, "rows", row, row_names(p));
  figure["rows"] = rows;
}

/// "first-below 0.5" with a number of [measure]; "" for another text.
std::string as_first_below(const plan& p, const toml_table& t, const std::string& key,
                           const std::string& text) {
  if (text.rfind(below_prefix, 0) != 0) return "";
  const double value = std::atof(text.c_str() + below_prefix.size());
  const auto& known = p.measured.first_below;
  if (std::find(known.begin(), known.end(), value) == known.end())
    t.fail(key, "expected 'first-below' and one of measure.first-below, got '" + text + "'");
  return below_prefix + text::shortest(value);
}

void require_distinct(const toml_table& t, const json& figure, const std::string& a,
                      const std::string& b) {
  if (figure.contains(a) && figure.contains(b) && *figure.find(a) == *figure.find(b))
    t.fail(b, "expected another key than that of " + a);
}

void parse_curves(const plan& p, toml_table& t, json& figure) {
  take_rows(p, t, figure);
  take_varied(p, t, "group", figure, false);
  figure["individual"] = t.truth("individual", false);
  figure["mean"] = t.truth("mean", false);
  figure["theory"] = t.truth("theory", false);
}

void parse_final(const plan& p, toml_table& t, json& figure) {
  take_varied(p, t, "x", figure, true);
  take_rows(p, t, figure);
  take_varied(p, t, "group", figure, false);
  require_distinct(t, figure, "x", "group");
  const auto value = t.text("value", "final");
  const auto below = as_first_below(p, t, "value", value);
  if (below.empty()) require_one_of(t, "value", value, {"final", "smallest", "first-below NUMBER"});
  figure["value"] = below.empty() ? value : below;
  if (t.has("power")) figure["power"] = t.number("power", 0);
  t.number("power", 0);
}

void parse_heatmap(const plan& p, toml_table& t, json& figure) {
  if (t.text("x", "") == "m/dof")
    figure["x"] = "m/dof";
  else
    take_varied(p, t, "x", figure, true);
  take_varied(p, t, "y", figure, true);
  require_distinct(t, figure, "x", "y");
  auto values = row_names(p);
  values.insert(values.begin(), "success");
  figure["value"] = t.text("value", "success");
  require_one_of(t, "value", figure["value"].text(), values);
}

bool fits(const json& varied, const json& where) {
  return std::all_of(where.members().begin(), where.members().end(),
                     [&](const auto& one) { return *varied.find(one.first) == one.second; });
}

/// At every point that the claim looks at.
void require_measured(const plan& p, const toml_table& t, const json& claim, std::int64_t at) {
  const auto* over = claim.find("over");
  for (std::int64_t i = 0; i < point_count(p); ++i) {
    const auto varied = varied_at(p, i);
    if (!fits(varied, *claim.find("where")) && !(over != nullptr && fits(varied, *over))) continue;
    const auto last = settings_at(p, i).iterations;
    if (at < 0 || at > last || (at != last && at % p.measured.every != 0))
      t.expected("at", "an iteration that is measured: a multiple of " +
                           std::to_string(p.measured.every) + ", or the last one, " +
                           std::to_string(last));
  }
}

/// An iteration, "final", "smallest" or "first-below 0.5".
json parse_at(const plan& p, toml_table& t, const json& claim) {
  const auto at = t.value("at");
  if (at.is_null()) return "final";
  if (at.is_number()) {
    const auto iteration = t.whole("at", 0);
    require_measured(p, t, claim, iteration);
    return iteration;
  }
  if (!at.is_text()) t.expected("at", "an iteration, 'final', 'smallest' or 'first-below NUMBER'");
  const auto below = as_first_below(p, t, "at", at.text());
  if (!below.empty()) return below;
  require_one_of(t, "at", at.text(), {"final", "smallest", "first-below NUMBER"});
  return at;
}

/// 0 to 1, or "mean".
json parse_quantile(toml_table& t) {
  const auto given = t.value("quantile");
  if (given == "mean") return given;
  if (given.is_text()) t.expected("quantile", "0 to 1, or 'mean'");
  const double quantile = t.number("quantile", 0.5);
  if (!(quantile >= 0 && quantile <= 1)) t.expected("quantile", "0 to 1, or 'mean'");
  return quantile;
}

void parse_bounds(toml_table& t, json& claim) {
  const auto between = t.numbers("between");
  const bool is_ratio = claim.contains("over");
  if (is_ratio != t.has("at-least"))
    t.fail("over", "'over' and 'at-least' go together, for a ratio");
  if (is_ratio == t.has("between"))
    t.fail("between",
           is_ratio ? "a ratio has 'at-least' instead" : "expected [low, high], got nothing");
  if (is_ratio) claim["at-least"] = t.number("at-least", 0);
  t.number("at-least", 0);
  if (is_ratio) return;
  if (between.size() != 2 || between[0] > between[1]) t.expected("between", "[low, high]");
  claim["between"] = between;
}

}  // namespace

json parse_figure(const plan& p, toml_table t) {
  const auto kind = t.text("kind", "");
  require_one_of(t, "kind", kind, {"curves", "final", "heatmap", "table"});
  json figure = {{"kind", kind}, {"title", t.text("title", "")}};
  if (kind == "curves") parse_curves(p, t, figure);
  if (kind == "final") parse_final(p, t, figure);
  if (kind == "heatmap") parse_heatmap(p, t, figure);
  if (kind == "table") take_rows(p, t, figure);
  figure["where"] = parse_where(p, t.table("where"));
  t.finish();
  return figure;
}

json parse_expect(const plan& p, toml_table t) {
  json claim = {{"text", t.text("text", "")}};
  if (claim["text"] == "") t.expected("text", "what is claimed");
  claim["where"] = parse_where(p, t.table("where"));
  auto over = t.table("over");
  if (t.has("over")) claim["over"] = parse_where(p, std::move(over));
  claim["at"] = parse_at(p, t, claim);
  const auto row = t.text("row", "test_error");
  require_one_of(t, "row", row, row_names(p));
  claim["row"] = row;
  claim["quantile"] = parse_quantile(t);
  parse_bounds(t, claim);
  t.finish();
  return claim;
}

}  // namespace tubal::sweep
