#include "json.hpp"

#include "file_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tubal::io {

namespace {

constexpr std::size_t most_nested = 64;

/// "[json.exception.parse_error.101] parse error at ...": without the name of the exception.
std::string reason_of(const std::exception& e) {
  const std::string text = e.what();
  const auto end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

/// Builds a value from what the parser meets.
class builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  json result;
  std::string problem;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto largest =
        static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return value <= largest ? put(value) : put(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& text) override { return put(text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    open_.back().key = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& e) override {
    problem = "damaged JSON: " + reason_of(e);
    return false;
  }

 private:
  struct part {
    json value;
    std::string key;  ///< of the member that comes next
  };

  bool put(json value) {
    if (open_.empty())
      result = std::move(value);
    else if (open_.back().value.is_array())
      open_.back().value.push_back(std::move(value));
    else
      open_.back().value.add(std::move(open_.back().key), std::move(value));
    return true;
  }
  bool open(json value) {
    open_.push_back({std::move(value), {}});
    if (open_.size() <= most_nested) return true;
    problem = "expected JSON nested at most " + std::to_string(most_nested) + " deep";
    return false;
  }
  bool close() {
    auto value = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(value));
  }

  std::vector<part> open_;
};

nlohmann::ordered_json converted(const json& from) {
  if (from.is_null()) return nullptr;
  if (from.is_boolean()) return from.truth();
  if (from.is_whole()) return from.whole();
  if (from.is_number()) return from.number();
  if (from.is_text()) return from.text();
  if (from.is_array()) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& element : from.elements()) list.push_back(converted(element));
    return list;
  }
  auto object = nlohmann::ordered_json::object();
  for (const auto& [key, value] : from.members()) object[key] = converted(value);
  return object;
}

bool is_pair(const json& value) {
  return value.is_array() && value.size() == 2 && value.elements()[0].is_text();
}

}  // namespace

json::json(std::initializer_list<json> all) {
  if (!std::all_of(all.begin(), all.end(), is_pair)) {
    value_ = std::vector<json>(all);
    return;
  }
  *this = object();
  for (const auto& pair : all) add(pair.elements()[0].text(), pair.elements()[1]);
}

json json::array() {
  json made;
  made.value_ = std::vector<json>();
  return made;
}

json json::object() {
  json made;
  made.value_ = std::vector<member>();
  return made;
}

std::size_t json::size() const {
  if (is_array()) return elements().size();
  return is_object() ? members().size() : 0;
}

const json* json::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const auto& [name, value] : members())
    if (name == key) return &value;
  return nullptr;
}

json& json::operator[](std::string_view key) {
  if (is_null()) *this = object();
  auto& all = std::get<std::vector<member>>(value_);
  for (auto& [name, value] : all)
    if (name == key) return value;
  return all.emplace_back(std::string(key), json()).second;
}

void json::push_back(json element) {
  if (is_null()) *this = array();
  std::get<std::vector<json>>(value_).push_back(std::move(element));
}

void json::add(std::string key, json value) {
  std::get<std::vector<member>>(value_).emplace_back(std::move(key), std::move(value));
}

std::string json::dump(int indent) const {
  return converted(*this).dump(indent, ' ', false,
                               nlohmann::ordered_json::error_handler_t::replace);
}

bool operator==(const json& a, const json& b) {
  if (a.is_number() && b.is_number() && a.is_whole() != b.is_whole())
    return a.number() == b.number();
  return a.value_ == b.value_;
}

json parse_json(const std::string& text, const std::filesystem::path& path,
                const std::string& place) {
  builder built;
  if (!nlohmann::json::sax_parse(text, &built))
    throw file_error(path, (place.empty() ? "" : place + ": ") + built.problem);
  return std::move(built.result);
}

}  // namespace tubal::io
