#include "report/read/json_at.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::report {

namespace {

std::string shown(const json& value) {
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= 40 ? text : std::string(value.type_name());
}

}  // namespace

void json_at::fail(const std::string& what) const {
  throw io::file_error(path_, place_.empty() ? what : place_ + ": " + what);
}

json_at json_at::at(const json& value, const std::string& key) const {
  return {value, path_, place_.empty() ? key : place_ + ": " + key};
}

json_at json_at::operator[](const std::string& key) const {
  if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
  const auto found = value_->find(key);
  if (found == value_->end()) fail("'" + key + "' expected, but missing");
  return at(*found, key);
}

std::optional<json_at> json_at::find(const std::string& key) const {
  if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
  const auto found = value_->find(key);
  if (found == value_->end() || found->is_null()) return {};
  return at(*found, key);
}

std::vector<json_at> json_at::elements() const {
  if (!value_->is_array()) fail("expected a list, found " + shown(*value_));
  std::vector<json_at> all;
  for (std::size_t i = 0; i < value_->size(); ++i)
    all.push_back(at((*value_)[i], std::to_string(i + 1)));
  return all;
}

std::vector<std::pair<std::string, json_at>> json_at::members() const {
  if (!value_->is_object()) fail("expected an object, found " + shown(*value_));
  std::vector<std::pair<std::string, json_at>> all;
  for (const auto& [key, member] : value_->items()) all.emplace_back(key, at(member, key));
  return all;
}

double json_at::number() const {
  if (!value_->is_number() || !std::isfinite(value_->get<double>()))
    fail("expected a number, found " + shown(*value_));
  return value_->get<double>();
}

double json_at::number_or_null() const {
  return value_->is_null() ? std::numeric_limits<double>::quiet_NaN() : number();
}

std::int64_t json_at::whole(std::int64_t lowest, std::int64_t highest) const {
  const double value = number();
  if (value != std::floor(value) || value < static_cast<double>(lowest) ||
      value > static_cast<double>(highest) || std::abs(value) > 9e18)
    fail("expected a whole number from " + std::to_string(lowest) +
         (highest == std::numeric_limits<std::int64_t>::max() ? " on"
                                                              : " to " + std::to_string(highest)) +
         ", found " + shown(*value_));
  return value_->get<std::int64_t>();
}

bool json_at::truth() const {
  if (!value_->is_boolean()) fail("expected true or false, found " + shown(*value_));
  return value_->get<bool>();
}

std::string json_at::text() const {
  if (!value_->is_string()) fail("expected a text, found " + shown(*value_));
  return value_->get<std::string>();
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

json parse_json(const std::string& text, const std::filesystem::path& path,
                const std::string& place) {
  try {
    return json::parse(text);
  } catch (const json::exception& e) {
    const json nothing;
    json_at(nothing, path, place).fail(std::string("damaged JSON: ") + e.what());
  }
}

}  // namespace tubal::report
