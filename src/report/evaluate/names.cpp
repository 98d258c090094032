#include "report/evaluate/names.hpp"

#include <cmath>
#include <cstdio>

namespace tubal::report {

namespace {

struct key_name {
  const char* symbol;
  const char* words;
};

const std::map<std::string, key_name> key_names = {
    {"n", {"n", "size n"}},
    {"k", {"k", "tube length k"}},
    {"rank", {"r", "tubal rank r"}},
    {"measurements", {"m", "measurements m"}},
    {"noise", {"noise", "relative noise level"}},
    {"condition", {"κ", "condition number κ of X"}},
    {"factor-rank", {"R", "columns R of the factor"}},
    {"alpha", {"α", "scale α of the initialisation"}},
    {"step", {"μ", "step size μ"}},
    {"iterations", {"iterations", "iterations"}},
    {"m/dof", {"m/dof", "measurements m / degrees of freedom"}}};

const std::map<std::string, const char*> row_names = {
    {"train_error", "relative train error"},
    {"test_error", "relative test error"},
    {"singular_tube_error", "relative singular-tube error"},
    {"angle_to_spectral_subspace", "sine of angle, iterate to L"},
    {"angle_to_ground_truth", "sine of angle, iterate to truth"},
    {"power_method_angle_to_spectral_subspace", "sine of angle, power iterate to L"},
    {"signal", "signal, smallest singular value"},
    {"noise", "noise, spectral norm"},
    {"effective_tubal_rank", "effective tubal rank"}};

std::string words(std::string name) {
  for (char& c : name)
    if (c == '_') c = ' ';
  return name;
}

// 1e-07 as 1e-7.
std::string short_exponent(std::string text) {
  auto e = text.find('e');
  if (e == std::string::npos) return text;
  const bool negative = text[e + 1] == '-';
  auto digits = text.substr(e + 2);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return text.substr(0, e + 1) + (negative ? "-" : "") + digits;
}

}  // namespace

std::string shown(double value, int digits) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0 ? "∞" : "-∞";
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return short_exponent(text);
}

std::string shown(const json& value) {
  if (value.is_text()) return value.text();
  if (value.is_null()) return "–";
  if (value.is_number() && !value.is_whole()) return shown(value.number(), 6);
  return value.dump();
}

std::string symbol(const std::string& key) {
  const auto found = key_names.find(key);
  return found == key_names.end() ? key : found->second.symbol;
}

std::string axis_label(const std::string& key) {
  const auto found = key_names.find(key);
  return found == key_names.end() ? key : found->second.words;
}

std::string row_label(const std::string& row) {
  const auto found = row_names.find(row);
  return found == row_names.end() ? words(row) : found->second;
}

std::string label(const std::string& row, const quantity& asked) {
  switch (asked.kind) {
    case quantity::what::final:
      return "final " + row_label(row);
    case quantity::what::smallest:
      return "smallest " + row_label(row);
    case quantity::what::at:
      return row_label(row) + " at t = " + std::to_string(asked.iteration);
    default:
      return "first t with test error < " + shown(asked.threshold);
  }
}

std::string shown(const settings& all) {
  std::string text;
  for (const auto& [key, value] : all)
    text += (text.empty() ? "" : ", ") + symbol(key) + " = " + shown(value);
  return text;
}

std::string shown(const settings& all, const plan& p) {
  std::string text;
  for (const auto& axis : p.vary) {
    const auto found = all.find(axis.key);
    if (found == all.end()) continue;
    text += (text.empty() ? "" : ", ") + symbol(axis.key) + " = " + shown(found->second);
  }
  return text;
}

}  // namespace tubal::report
