// JSON values. nlohmann/json parses and writes them, and json.cpp alone includes it: it takes
// seconds to compile.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tubal::io {

/// null, true or false, a whole number of 64 bits, a real number, a text, an array, or an object,
/// which keeps its members in order.
class json {
 public:
  using member = std::pair<std::string, json>;

  json() = default;
  json(std::nullptr_t) {}
  template <std::integral T>
  json(T value) : value_(as_alternative(value)) {}
  template <std::floating_point T>
  json(T value) : value_(static_cast<double>(value)) {}
  template <class T>
  requires(std::convertible_to<const T&, std::string_view>) json(const T& text)
      : value_(std::string(std::string_view(text))) {}
  template <class T>
  json(const std::vector<T>& all) : value_(std::vector<json>(all.begin(), all.end())) {}
  /// null where there is none.
  template <class T>
  json(const std::optional<T>& value) {
    if (value) *this = json(*value);
  }
  /// {{"a", 1}, {"b", 2}}, pairs that begin with a text, is an object; another list an array.
  json(std::initializer_list<json> all);
  static json array();
  static json object();

  bool is_null() const { return is<std::nullptr_t>(); }
  bool is_boolean() const { return is<bool>(); }
  bool is_whole() const { return is<std::int64_t>(); }
  bool is_number() const { return is_whole() || is<double>(); }
  bool is_text() const { return is<std::string>(); }
  bool is_array() const { return is<std::vector<json>>(); }
  bool is_object() const { return is<std::vector<member>>(); }

  /// What it holds; only of a value of that kind.
  bool truth() const { return std::get<bool>(value_); }
  std::int64_t whole() const { return std::get<std::int64_t>(value_); }
  double number() const {
    return is_whole() ? static_cast<double>(whole()) : std::get<double>(value_);
  }
  const std::string& text() const { return std::get<std::string>(value_); }
  const std::vector<json>& elements() const { return std::get<std::vector<json>>(value_); }
  const std::vector<member>& members() const { return std::get<std::vector<member>>(value_); }

  /// Of elements or members; 0 of anything else.
  std::size_t size() const;
  /// The first member of that name, or nullptr.
  const json* find(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// The member, added where it is missing. null becomes an object.
  json& operator[](std::string_view key);
  /// Appends to an array. null becomes one.
  void push_back(json element);
  /// Appends to an object, without a look whether the name is there already.
  void add(std::string key, json value);

  /// In one line, or indented by so many blanks. What is no UTF-8 is replaced, NaN becomes null.
  std::string dump(int indent = -1) const;

  /// 1 and 1.0 are the same.
  friend bool operator==(const json& a, const json& b);

 private:
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(value_);
  }
  static bool as_alternative(bool value) { return value; }
  template <class T>
  static std::int64_t as_alternative(T value) {
    return static_cast<std::int64_t>(value);
  }

  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, std::vector<json>,
               std::vector<member>>
      value_ = nullptr;
};

/// The text as JSON, nested at most 64 deep. Throws `file_error` that names `path` and `place`,
/// "line 3" say, or nothing where that is empty.
json parse_json(const std::string& text, const std::filesystem::path& path,
                const std::string& place = "");

}  // namespace tubal::io
