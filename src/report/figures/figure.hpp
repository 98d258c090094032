// The figures of a plan: what to draw, and the numbers behind it.
#pragma once

#include "report/read/results.hpp"

namespace tubal::report {

struct picture {
  std::string about;   ///< what a reader who cannot see it is told
  std::string script;  ///< for gnuplot: writes the file "picture", an SVG
};

/// A table of texts; the first `names` columns name the row.
struct text_table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> lines;
  std::size_t names = 0;
};

struct data_file {
  std::string suffix;  ///< behind the figure's name: "", "-trials"
  text_table values;
};

struct figure {
  std::string title, caption;
  std::vector<picture> pictures;
  std::optional<text_table> table;
  std::vector<data_file> data;
};

figure make_figure(const results& r, const figure_plan& plan);

/// By kind.
figure curves_figure(const results& r, const figure_plan& plan);
figure final_figure(const results& r, const figure_plan& plan);
figure heatmap_figure(const results& r, const figure_plan& plan);
figure table_figure(const results& r, const figure_plan& plan);

/// The lines that a figure is to have: one per value of the group, in the order of the plan.
std::vector<std::string> names_of_group(const results& r, const figure_plan& plan);
bool is_ordered(const results& r, const std::string& key);

/// "m = 150, R = 50": what a panel holds fixed, out of what varies.
std::string title_of(const results& r, const figure_plan& plan, const settings& fixed);

}  // namespace tubal::report
