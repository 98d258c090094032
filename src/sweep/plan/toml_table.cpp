#include "sweep/plan/toml_table.hpp"

#include "sweep/plan/plan_error.hpp"
#include "text/nearest.hpp"
#include "text/number.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

namespace tubal::sweep {

namespace {

std::string shown(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return text.str();
}

}  // namespace

toml_table::toml_table(std::shared_ptr<const toml::table> table, std::string file,
                       std::string where)
    : table_(std::move(table)), file_(std::move(file)), where_(std::move(where)) {}

// toml++ sorts them; what was written first stands first in the file.
std::vector<std::string> toml_table::keys_in_order() const {
  std::vector<std::pair<toml::source_position, std::string>> found;
  for (const auto& [key, node] : *table_) found.emplace_back(key.source().begin, key.str());
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [position, name] : found) names.push_back(std::move(name));
  return names;
}

const toml::node* toml_table::find(const std::string& key) {
  asked_.insert(key);
  return table_->get(key);
}

std::string toml_table::text(const std::string& key, const std::string& otherwise) {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  if (!node->is_string()) expected(key, "a text");
  return node->as_string()->get();
}

double toml_table::number(const std::string& key, double otherwise) {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  const double value = node->value<double>().value_or(NAN);
  if (!node->is_number() || !std::isfinite(value)) expected(key, "a number");
  return value;
}

std::int64_t toml_table::whole(const std::string& key, std::int64_t otherwise) {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  const auto* real = node->as_floating_point();
  const auto whole =
      real != nullptr ? text::as_whole(real->get()) : node->value_exact<std::int64_t>();
  if (!whole) expected(key, "a whole number");
  return *whole;
}

bool toml_table::truth(const std::string& key, bool otherwise) {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  if (!node->is_boolean()) expected(key, "true or false");
  return node->as_boolean()->get();
}

std::vector<std::string> toml_table::texts(const std::string& key,
                                           std::vector<std::string> otherwise) {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  const auto* list = node->as_array();
  if (list == nullptr || list->empty() || !list->is_homogeneous(toml::node_type::string))
    expected(key, "a list of texts");
  std::vector<std::string> found;
  for (const auto& entry : *list) found.push_back(entry.as_string()->get());
  return found;
}

std::vector<double> toml_table::numbers(const std::string& key) {
  const auto* node = find(key);
  std::vector<double> found;
  if (node == nullptr) return found;
  if (!node->is_array()) expected(key, "a list of numbers");
  for (const auto& entry : *node->as_array()) {
    const auto value = entry.is_number() ? entry.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value)) expected(key, "a list of numbers");
    found.push_back(*value);
  }
  return found;
}

json toml_table::convert(const std::string& key, const toml::node& node) const {
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* text = node.as_string()) return text->get();
  if (!node.is_array()) expected(key, "a number, a text or a list of them");
  auto list = json::array();
  for (const auto& entry : *node.as_array()) list.push_back(convert(key, entry));
  return list;
}

json toml_table::value(const std::string& key) {
  const auto* node = find(key);
  return node == nullptr ? json() : convert(key, *node);
}

toml_table toml_table::table(const std::string& key) {
  const auto* node = find(key);
  if (node != nullptr && !node->is_table()) expected(key, "a table");
  auto part = node == nullptr ? std::make_shared<const toml::table>()
                              : std::shared_ptr<const toml::table>(table_, node->as_table());
  return {std::move(part), file_, full_name(key)};
}

std::vector<toml_table> toml_table::tables(const std::string& key) {
  const auto* node = find(key);
  std::vector<toml_table> found;
  if (node == nullptr) return found;
  if (!node->is_array_of_tables()) expected(key, "tables, each under [[" + key + "]]");
  for (const auto& entry : *node->as_array())
    found.emplace_back(std::shared_ptr<const toml::table>(table_, entry.as_table()), file_,
                       full_name(key) + " " + std::to_string(found.size() + 1));
  return found;
}

void toml_table::finish() const {
  for (const auto& key : keys_in_order()) {
    if (asked_.contains(key)) continue;
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    fail(key, "unknown key; did you mean '" + text::nearest(key, known) + "'?");
  }
}

std::string toml_table::full_name(const std::string& key) const {
  if (where_.empty() || key.empty()) return where_ + key;
  return where_ + "." + key;
}

void toml_table::fail(const std::string& key, const std::string& what) const {
  const auto found = table_->find(key);
  const auto position = (found == table_->end() ? table_->source() : found->first.source()).begin;
  std::string text = file_ + ": ";
  if (position) text += "line " + std::to_string(position.line) + ": ";
  throw plan_error(full_name(key), text + full_name(key) + ": " + what);
}

void toml_table::expected(const std::string& key, const std::string& what) const {
  const auto* node = table_->get(key);
  fail(key, "expected " + what + ", got " + (node == nullptr ? "nothing" : shown(*node)));
}

}  // namespace tubal::sweep
