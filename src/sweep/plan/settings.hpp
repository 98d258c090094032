// One point of a plan: the problem and the descent, under the names of the plan.
#pragma once

#include "io/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tubal::sweep {

using io::json;

struct settings {
  std::int64_t n = 10;
  std::int64_t k = 4;
  std::int64_t rank = 2;
  std::int64_t measurements = 254;
  double noise = 0;
  std::string truth = "orthonormal";  ///< or "gaussian"
  double condition = 1;
  std::vector<std::int64_t> multi_rank = {};  ///< empty: `rank` in every slice

  std::int64_t factor_rank = 100;
  double alpha = 1e-7;
  double step = 5.08e-3;
  std::int64_t iterations = 10000;
  double train_tolerance = 0;
  std::int64_t progress_window = 0;
  double progress_tolerance = 1e-3;

  bool operator==(const settings&) const = default;
};

/// A key of [problem] or [descent], and the member that holds it.
struct setting_key {
  std::string_view section;
  std::string_view name;
  std::variant<std::int64_t settings::*, double settings::*, std::string settings::*,
               std::vector<std::int64_t> settings::*>
      member;
};

/// All of them, in the order in which they are written.
const std::vector<setting_key>& setting_keys();
/// The key of that name, or nullptr.
const setting_key* find_setting(std::string_view name);

/// Its value; null for a multi-rank that is not given.
json value_of(const settings& s, const setting_key& key);
/// Takes a value of the right type; returns what was expected otherwise, or "".
std::string assign(settings& s, const setting_key& key, const json& value);

/// Every setting of a section, or of both where it is "".
json to_json(const settings& s, std::string_view section = "");

/// The tubal rank: the largest entry of the multi-rank, where there is one.
std::int64_t rank_of(const settings& s);

struct bad_setting {
  std::string name;
  std::string expected;
};
/// The first value that cannot be used, with an empty name where there is none.
bad_setting find_bad_setting(const settings& s);

std::int64_t symmetric_dimension_of(const settings& s);
/// Of t-symmetric tensors of its tubal rank, or of its multi-rank.
std::int64_t degrees_of_freedom_of(const settings& s);

}  // namespace tubal::sweep
