// A table of a plan: every key is asked for, and what was not asked for is an error.
#pragma once

#include "sweep/plan/settings.hpp"

#include <toml++/toml.h>
#include <memory>
#include <set>

namespace tubal::sweep {

/// Throws `plan_error`: "FILE: line L: KEY: expected ..., got ...".
class toml_table {
 public:
  /// `where`: how messages name the table, "problem"; empty for the whole file.
  toml_table(std::shared_ptr<const toml::table> table, std::string file, std::string where);

  bool has(const std::string& key) const { return table_->contains(key); }
  std::vector<std::string> keys_in_order() const;

  /// The value, or the one given where there is none.
  std::string text(const std::string& key, const std::string& otherwise);
  double number(const std::string& key, double otherwise);
  std::int64_t whole(const std::string& key, std::int64_t otherwise);
  bool truth(const std::string& key, bool otherwise);
  std::vector<std::string> texts(const std::string& key, std::vector<std::string> otherwise);
  std::vector<double> numbers(const std::string& key);
  /// Numbers, texts, and lists of them.
  json value(const std::string& key);
  /// An empty table where there is none.
  toml_table table(const std::string& key);
  /// [[key]]: one for each; none where there are none.
  std::vector<toml_table> tables(const std::string& key);

  /// Throws where the table has keys that were not asked for, naming the nearest that was.
  void finish() const;
  [[noreturn]] void fail(const std::string& key, const std::string& what) const;
  [[noreturn]] void expected(const std::string& key, const std::string& what) const;

 private:
  const toml::node* find(const std::string& key);
  json convert(const std::string& key, const toml::node& node) const;
  std::string full_name(const std::string& key) const;

  std::shared_ptr<const toml::table> table_;  ///< part of the file: a copy forgets its lines
  std::string file_;
  std::string where_;
  std::set<std::string> asked_;
};

}  // namespace tubal::sweep
