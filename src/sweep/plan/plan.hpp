// What a sweep is to do: read from TOML, checked, nothing run yet.
#pragma once

#include "sweep/plan/plan_error.hpp"
#include "sweep/plan/settings.hpp"

#include <tubal/diagnostics.hpp>

#include <filesystem>
#include <optional>

namespace tubal::sweep {

/// A key that varies, and its values; one of a section.
struct axis {
  std::string key;
  std::vector<json> values;
};

struct measuring {
  std::vector<measure> rows;  ///< train and test error always among them; in the order of `measure`
  std::int64_t every = 10;
  double success = 1e-2;
  std::vector<double> first_below = {};
};

enum class trial_kind { fresh, chained };
enum class operator_kind { own, shared };

struct plan {
  std::string title;
  std::string text;
  std::int64_t seed = 1;
  std::int64_t repetitions = 1;
  trial_kind trials = trial_kind::fresh;
  operator_kind sensing = operator_kind::own;
  settings base;
  bool rank_is_given = false;  ///< or follows the multi-rank
  measuring measured;
  std::vector<axis> vary;        ///< the last one varies fastest
  json figures = json::array();  ///< as docs/sweeps.md has them, with every default filled in
  json expects = json::array();
  std::string source;  ///< the TOML
};

/// Reads and checks a plan. Throws `io::file_error` when there is no such file or it is no TOML
/// (with line and column), `plan_error` for what it says.
plan read_plan(const std::filesystem::path& path);
/// The same from memory; `name` is that of the file in messages.
plan parse_plan(const std::string& toml, const std::string& name);

/// The contents of plan.json. `device` and `precision` belong to what a sweep is.
json to_json(const plan& p, const std::string& device, const std::string& precision);

struct difference {
  std::string key;
  std::string before;
  std::string now;
};
/// Where two plan.json differ in what changes results: all but title, text, figures, expect,
/// measure.success and source.
std::vector<difference> differences(const json& before, const json& now);

}  // namespace tubal::sweep
