#include "json_at.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::io {

namespace {

std::string shown(const json& value) {
  const auto text = value.dump();
  if (text.size() <= 40) return text;
  return value.is_object() ? "an object" : value.is_array() ? "a list" : "a long text";
}

}  // namespace

void json_at::fail(const std::string& what) const {
  throw file_error(path_, place_.empty() ? what : place_ + ": " + what);
}

json_at json_at::at(const json& value, const std::string& key) const {
  return {value, path_, place_.empty() ? key : place_ + ": " + key};
}

json_at json_at::operator[](const std::string& key) const {
  if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
  const auto* found = value_->find(key);
  if (found == nullptr) fail("'" + key + "' expected, but missing");
  return at(*found, key);
}

std::optional<json_at> json_at::find(const std::string& key) const {
  if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
  const auto* found = value_->find(key);
  if (found == nullptr || found->is_null()) return {};
  return at(*found, key);
}

std::vector<json_at> json_at::elements() const {
  if (!value_->is_array()) fail("expected a list, found " + shown(*value_));
  std::vector<json_at> all;
  for (const auto& element : value_->elements())
    all.push_back(at(element, std::to_string(all.size() + 1)));
  return all;
}

std::vector<std::pair<std::string, json_at>> json_at::members() const {
  if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
  std::vector<std::pair<std::string, json_at>> all;
  for (const auto& [key, member] : value_->members()) all.emplace_back(key, at(member, key));
  return all;
}

double json_at::number() const {
  if (!value_->is_number() || !std::isfinite(value_->number()))
    fail("expected a number, found " + shown(*value_));
  return value_->number();
}

double json_at::number_or_null() const {
  return value_->is_null() ? std::numeric_limits<double>::quiet_NaN() : number();
}

std::int64_t json_at::whole(std::int64_t lowest, std::int64_t highest) const {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  if (!value_->is_whole() || value_->whole() < lowest || value_->whole() > highest)
    fail("expected a whole number from " + std::to_string(lowest) +
         (highest == largest ? " on" : " to " + std::to_string(highest)) + ", found " +
         shown(*value_));
  return value_->whole();
}

bool json_at::truth() const {
  if (!value_->is_boolean()) fail("expected true or false, found " + shown(*value_));
  return value_->truth();
}

std::string json_at::text() const {
  if (!value_->is_text()) fail("expected a text, found " + shown(*value_));
  return value_->text();
}

std::string json_at::word(const std::vector<std::string>& known) const {
  const auto found = text();
  if (std::find(known.begin(), known.end(), found) != known.end()) return found;
  std::string list;
  for (const auto& one : known) list += (list.empty() ? "" : ", ") + one;
  fail("expected one of " + list + ", found " + shown(*value_));
}

std::vector<std::string> json_at::texts() const {
  std::vector<std::string> all;
  for (const auto& element : elements()) all.push_back(element.text());
  return all;
}

std::vector<std::int64_t> json_at::whole_numbers() const {
  std::vector<std::int64_t> all;
  for (const auto& element : elements())
    all.push_back(element.whole(std::numeric_limits<std::int64_t>::min()));
  return all;
}

}  // namespace tubal::io
