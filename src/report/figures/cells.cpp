#include "report/figures/cells.hpp"

#include <cmath>
#include <cstdio>

namespace tubal::report {

namespace {

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string line(const std::vector<std::string>& cells) {
  std::string text;
  for (const auto& cell : cells) {
    if (&cell != &cells[0]) text += ',';
    text += field(cell);
  }
  return text + "\n";
}

}  // namespace

std::string exact(double value) {
  if (std::isnan(value)) return {};
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return text;
}

std::string exact(const json& value) { return value.is_text() ? value.text() : value.dump(); }

std::vector<std::string> cells_of(const point& p, const plan& plan) {
  std::vector<std::string> cells;
  for (const auto& axis : plan.vary) cells.push_back(exact(p.varied.at(axis.key)));
  return cells;
}

std::vector<std::string> keys_of(const plan& plan) {
  std::vector<std::string> keys;
  for (const auto& axis : plan.vary) keys.push_back(axis.key);
  return keys;
}

std::string csv(const text_table& table) {
  std::string text = line(table.columns);
  for (const auto& cells : table.lines) text += line(cells);
  return text;
}

}  // namespace tubal::report
