// JSON that nobody vouches for: every value knows where it stands, and says so when it is wrong.
#pragma once

#include "file_error.hpp"
#include "json.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace tubal::io {

/// A value in a file. Everything throws `file_error` that names file and place. The value must
/// outlive it.
class json_at {
 public:
  /// `place` is where in the file the value stands, "line 3" say, or empty.
  json_at(const json& value, std::filesystem::path path, std::string place)
      : value_(&value), path_(std::move(path)), place_(std::move(place)) {}

  const json& value() const { return *value_; }
  [[noreturn]] void fail(const std::string& what) const;

  /// A member that must be there; one that may be missing or null.
  json_at operator[](const std::string& key) const;
  std::optional<json_at> find(const std::string& key) const;
  std::vector<json_at> elements() const;
  std::vector<std::pair<std::string, json_at>> members() const;

  /// Finite.
  double number() const;
  /// A number, or NaN for null.
  double number_or_null() const;
  /// Written without a point and an exponent.
  std::int64_t whole(std::int64_t lowest = 0,
                     std::int64_t highest = std::numeric_limits<std::int64_t>::max()) const;
  bool truth() const;
  std::string text() const;
  /// One of several words.
  std::string word(const std::vector<std::string>& known) const;
  std::vector<std::string> texts() const;
  std::vector<std::int64_t> whole_numbers() const;

 private:
  json_at at(const json& value, const std::string& key) const;

  const json* value_;
  std::filesystem::path path_;
  std::string place_;
};

}  // namespace tubal::io
