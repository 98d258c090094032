// The folder of a sweep, as plain data.
#pragma once

#include "io/file_error.hpp"
#include "io/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tubal::report {

using io::json;

/// Settings by their names in a plan: numbers, words, lists of whole numbers.
using settings = std::map<std::string, json>;

/// What is asked of a trial: its final value, its smallest one, the value at an iteration, or the
/// first iteration that was measured with a test error below a threshold.
struct quantity {
  enum class what { final, smallest, at, first_below };
  what kind = what::final;
  std::int64_t iteration = 0;  ///< at
  double threshold = 0;        ///< first_below
};

enum class figure_kind { curves, final, heatmap, table };

struct figure_plan {
  figure_kind kind = figure_kind::curves;
  std::string title;
  std::vector<std::string> rows;
  std::optional<std::string> group;
  std::string x, y;  ///< final, heatmap; x may be "m/dof" in a heatmap
  settings where;
  quantity value;          ///< final, table
  std::string cell_value;  ///< heatmap: "success" or a row
  bool individual = false;
  bool mean = false;
  bool theory = false;
  std::optional<double> power;
};

/// The claim lower <= quantile <= upper, of a value at `where`, or with `over` of the value there
/// divided by the value at `where`.
struct expectation {
  std::string text;
  settings where;
  std::optional<settings> over;
  std::string row;
  quantity value;
  double quantile = 0.5;
  bool of_mean = false;  ///< not of a quantile
  std::optional<double> lower, upper;
};

struct axis {
  std::string key;
  std::vector<json> values;
};

struct plan {
  std::string tubal_version, title, text, trials, operators, source, device, precision;
  std::vector<std::pair<std::string, std::string>> machine;
  std::int64_t seed = 0;
  std::int64_t repetitions = 0;
  settings base;  ///< of the problem and the descent
  settings measure;
  std::vector<std::string> rows;
  double success = 0;
  std::vector<axis> vary;
  std::vector<figure_plan> figures;
  std::vector<expectation> expect;

  std::int64_t point_count() const;
  /// The varied settings of a point: the product of the axes, the last one fastest.
  settings varied(std::int64_t point) const;
  bool is_varied(const std::string& key) const;
  /// Of a key that is varied.
  const axis& axis_of(const std::string& key) const;
};

struct trial {
  std::int64_t number = 0;
  std::int64_t iterations = 0;
  std::string stop;
  std::map<std::string, double> final, smallest;  ///< NaN where there is none
  std::map<double, double> first_below = {};      ///< NaN where it never was
  bool success = false;
  double seconds = 0;

  bool diverged() const { return stop == "not_finite"; }
};

/// The trajectories of a point's finished trials.
struct curve_set {
  std::vector<std::int64_t> iteration;
  /// By row, then as the trials of the point: one value per iteration, NaN after the end.
  std::map<std::string, std::vector<std::vector<double>>> rows;
};

struct point {
  std::int64_t number = 0;
  settings varied, all;
  std::vector<trial> trials;
  curve_set curves;
};

struct results {
  std::filesystem::path folder;
  std::string name;
  report::plan plan;
  std::vector<point> points;

  std::int64_t expected() const { return plan.point_count() * plan.repetitions; }
  std::int64_t finished() const;
  double seconds() const;
};

/// Reads a folder, of a sweep that is not finished too. A last line of trials.jsonl that is torn is
/// left out. Throws `io::file_error` that names file and place when anything else is not as it
/// should be.
results read_results(const std::filesystem::path& folder);

/// The parts of it.
plan read_plan(const std::filesystem::path& path);
std::vector<std::vector<trial>> read_trials(const std::filesystem::path& folder, const plan& plan);
curve_set read_curves(const std::filesystem::path& path, const plan& plan, const point& where);

}  // namespace tubal::report
