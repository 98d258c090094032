#include "io/file_error.hpp"
#include "io/input_file.hpp"
#include "sweep/plan/expand.hpp"
#include "sweep/plan/parse_claims.hpp"
#include "text/nearest.hpp"
#include "text/number.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace tubal::sweep {

namespace {

constexpr std::int64_t most_trials = 10'000'000;

/// toml++ builds and takes down the tables of a.b.c by recursion.
void refuse_long_keys(const std::string& source, const std::string& name) {
  constexpr int most_parts = 64;
  constexpr std::string_view in_keys = "._-\"' \t";
  int dots = 0, line = 1;
  for (const char c : source) {
    if ((c == '=' || c == ']') && dots >= most_parts)
      throw io::file_error(name + ": line " + std::to_string(line) + ": expected keys of at most " +
                           std::to_string(most_parts) + " parts");
    line += c == '\n' ? 1 : 0;
    const bool goes_on =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || in_keys.find(c) != in_keys.npos;
    dots = goes_on ? dots + (c == '.' ? 1 : 0) : 0;
  }
}

std::shared_ptr<const toml::table> parse_toml(const std::string& source, const std::string& name) {
  refuse_long_keys(source, name);
  try {
    return std::make_shared<const toml::table>(toml::parse(source, name));
  } catch (const toml::parse_error& e) {
    const auto at = e.source().begin;
    throw io::file_error(name + ": line " + std::to_string(at.line) + ", column " +
                         std::to_string(at.column) + ": " + std::string(e.description()));
  }
}

std::vector<std::string> names_of(std::string_view section) {
  std::vector<std::string> names;
  for (const auto& key : setting_keys())
    if (section.empty() || key.section == section) names.emplace_back(key.name);
  return names;
}

void take_settings(toml_table& t, std::string_view section, settings& s) {
  for (const auto& name : names_of(section)) {
    const auto value = t.value(name);
    if (value.is_null()) continue;
    if (const auto wanted = assign(s, *find_setting(name), value); !wanted.empty())
      t.expected(name, wanted);
  }
  t.finish();
}

/// Values as the member holds them: 1 becomes 1.0 for a real setting.
axis parse_axis(toml_table& t, const setting_key& key) {
  axis a{std::string(key.name), {}};
  const auto list = t.value(a.key);
  if (!list.is_array() || list.size() == 0) t.expected(a.key, "a list of values");
  std::unordered_set<std::string> seen;
  for (const auto& value : list.elements()) {
    settings s;
    if (const auto wanted = assign(s, key, value); !wanted.empty())
      t.fail(a.key, "expected " + wanted + ", got " + value.dump());
    a.values.push_back(value_of(s, key));
    if (!seen.insert(a.values.back().dump()).second)
      t.fail(a.key, value.dump() + " is there twice");
  }
  return a;
}

std::vector<axis> parse_vary(toml_table& t) {
  std::vector<axis> axes;
  const auto known = names_of("");
  const auto written = t.keys_in_order();
  for (const auto& name : written)
    if (const auto* key = find_setting(name)) axes.push_back(parse_axis(t, *key));
  for (const auto& name : known) t.value(name);
  t.finish();
  return axes;
}

std::vector<measure> parse_rows(toml_table& t) {
  std::vector<std::string> known;
  for (int m = 0; m < measure_count; ++m) known.emplace_back(name(static_cast<measure>(m)));
  std::vector<std::string> wanted = t.texts("rows", {});
  for (const auto& row : wanted)
    if (std::find(known.begin(), known.end(), row) == known.end())
      t.fail("rows",
             "unknown measure '" + row + "'; did you mean '" + text::nearest(row, known) + "'?");
  wanted.insert(wanted.end(), known.begin(), known.begin() + 2);  // the errors cost nothing
  std::vector<measure> rows;
  for (int m = 0; m < measure_count; ++m)
    if (std::find(wanted.begin(), wanted.end(), known[static_cast<std::size_t>(m)]) != wanted.end())
      rows.push_back(static_cast<measure>(m));
  return rows;
}

measuring parse_measuring(toml_table t) {
  measuring m;
  m.rows = parse_rows(t);
  m.every = t.whole("every", m.every);
  if (m.every < 1) t.expected("every", "1 or more");
  m.success = t.number("success", m.success);
  if (!(m.success > 0)) t.expected("success", "a positive number");
  m.first_below = t.numbers("first-below");
  for (std::size_t i = 0; i < m.first_below.size(); ++i) {
    const auto end = m.first_below.begin() + static_cast<std::ptrdiff_t>(i);
    if (!(*end > 0)) t.expected("first-below", "positive numbers");
    if (std::find(m.first_below.begin(), end, *end) != end)
      t.fail("first-below", text::shortest(*end) + " is there twice");
  }
  t.finish();
  return m;
}

template <class Kind>
Kind parse_choice(toml_table& t, const std::string& key, const std::string& first,
                  const std::string& second) {
  const auto value = t.text(key, first);
  if (value != first && value != second) t.expected(key, "'" + first + "' or '" + second + "'");
  return value == first ? Kind{0} : Kind{1};
}

void check_count(const toml_table& root, const toml_table& vary, const plan& p) {
  if (p.repetitions < 1) root.expected("repetitions", "1 or more");
  double trials = static_cast<double>(p.repetitions);
  for (const auto& a : p.vary) trials *= static_cast<double>(a.values.size());
  if (trials > static_cast<double>(most_trials))
    (p.vary.empty() ? root : vary)
        .fail("", "expected at most " + std::to_string(most_trials) + " trials, got " +
                      text::shortest(trials));
}

struct sections {
  toml_table problem, descent, vary;

  /// Where a setting is said: what varies overrides the base.
  const toml_table& of(const setting_key& key) const {
    if (vary.has(std::string(key.name))) return vary;
    return key.section == "problem" ? problem : descent;
  }
};

void check_points(const plan& p, const sections& from) {
  for (std::int64_t i = 0; i < point_count(p); ++i) {
    const auto s = settings_at(p, i);
    const auto bad = find_bad_setting(s);
    if (bad.name.empty()) continue;
    const auto& key = *find_setting(bad.name);
    std::string text = "expected " + bad.expected + ", got " + value_of(s, key).dump();
    if (!p.vary.empty()) text += " at " + varied_at(p, i).dump();
    from.of(key).fail(bad.name, text);
  }
}

void parse_head(toml_table& root, const std::string& name, plan& p) {
  p.title = root.text("title", std::filesystem::path(name).stem().string());
  p.text = root.text("text", "");
  p.seed = root.whole("seed", p.seed);
  if (p.seed < 0) root.expected("seed", "0 to 2^63 - 1");
  p.repetitions = root.whole("repetitions", p.repetitions);
  p.trials = parse_choice<trial_kind>(root, "trials", "fresh", "chained");
  p.sensing = parse_choice<operator_kind>(root, "operator", "own", "shared");
}

}  // namespace

plan parse_plan(const std::string& source, const std::string& name) {
  toml_table root(parse_toml(source, name), name, "");
  plan p;
  p.source = source;
  parse_head(root, name, p);
  sections from{root.table("problem"), root.table("descent"), root.table("vary")};
  take_settings(from.problem, "problem", p.base);
  take_settings(from.descent, "descent", p.base);
  p.vary = parse_vary(from.vary);
  p.rank_is_given = from.problem.has("rank") || from.vary.has("rank");
  if (!p.rank_is_given) p.base.rank = rank_of(p.base);
  p.measured = parse_measuring(root.table("measure"));
  auto figures = root.tables("figure");
  auto expects = root.tables("expect");
  root.finish();
  check_count(root, from.vary, p);
  check_points(p, from);
  for (auto& t : figures) p.figures.push_back(parse_figure(p, std::move(t)));
  for (auto& t : expects) p.expects.push_back(parse_expect(p, std::move(t)));
  return p;
}

plan read_plan(const std::filesystem::path& path) {
  return parse_plan(io::read_text(path, "a plan (TOML)"), path.string());
}

}  // namespace tubal::sweep
