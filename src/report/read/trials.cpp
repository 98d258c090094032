// trials.jsonl
#include "io/input_file.hpp"
#include "report/read/results.hpp"

#include <cmath>
#include <cstdlib>
#include <set>

namespace tubal::report {

namespace fs = std::filesystem;

namespace {

std::map<std::string, double> read_values(const json_at& from, const plan& p) {
  std::map<std::string, double> values;
  for (const auto& row : p.rows) values[row] = from[row].number_or_null();
  return values;
}

std::map<double, double> read_first_below(const json_at& from) {
  std::map<double, double> values;
  for (const auto& [key, value] : from.members()) {
    char* end = nullptr;
    const double threshold = std::strtod(key.c_str(), &end);
    if (key.empty() || *end != '\0' || !std::isfinite(threshold))
      value.fail("expected a threshold as name");
    values[threshold] = value.number_or_null();
  }
  return values;
}

void require_settings(const json_at& from, const settings& varied) {
  for (const auto& [key, value] : varied)
    if (from[key].value() != value)
      from[key].fail("expected " + value.dump() + ", as the plan has it at this point, found " +
                     from[key].value().dump());
}

trial read_trial(const json_at& from, const plan& p) {
  trial t;
  t.number = from["trial"].whole(0, p.point_count() * p.repetitions - 1);
  const auto point = t.number / p.repetitions;
  from["point"].whole(point, point);
  from["repetition"].whole(t.number % p.repetitions, t.number % p.repetitions);
  require_settings(from["settings"], p.varied(point));
  t.iterations = from["iterations"].whole();
  t.stop = from["stop"].text();
  t.final = read_values(from["final"], p);
  t.smallest = read_values(from["smallest"], p);
  t.success = from["success"].truth();
  if (const auto below = from.find("first_below")) t.first_below = read_first_below(*below);
  t.seconds = from["seconds"].number();
  return t;
}

// A line that a killed sweep had not finished: the last one, without its end.
bool is_torn(const std::string& text, std::size_t end, const std::string& line) {
  return end == std::string::npos && !json::accept(line) && !text.empty();
}

}  // namespace

std::vector<std::vector<trial>> read_trials(const fs::path& path, const plan& p) {
  std::vector<std::vector<trial>> all(static_cast<std::size_t>(p.point_count()));
  std::error_code code;
  if (!fs::exists(path, code) || fs::file_size(path, code) == 0) return all;
  const auto text = io::read_text(path, "the trials of a sweep");
  std::set<std::int64_t> seen;
  std::int64_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    const auto line = text.substr(begin, end - begin);
    const auto place = "line " + std::to_string(++number);
    if (is_torn(text, end, line)) break;
    const auto value = parse_json(line, path, place);
    const json_at from(value, path, place);
    auto t = read_trial(from, p);
    if (!seen.insert(t.number).second)
      from["trial"].fail("trial " + std::to_string(t.number) + " again");
    all[static_cast<std::size_t>(t.number / p.repetitions)].push_back(std::move(t));
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return all;
}

}  // namespace tubal::report
