// What the trials of a point came to.
#pragma once

#include "report/read/results.hpp"

namespace tubal::report {

/// One value per finished trial. A trial that diverged counts as +infinity, and so does one that
/// never came below a threshold; NaN where nothing was measured.
std::vector<double> values_of(const point& p, const std::string& row, const quantity& asked);

/// The row of one trial. After its end it keeps its last value, or is +infinity if it diverged.
std::vector<double> held_row(const point& p, const std::string& row, std::size_t trial);

/// The values of all trials at one of the measured iterations.
std::vector<double> column_of(const std::vector<std::vector<double>>& rows, std::size_t i);
std::vector<std::vector<double>> held_rows(const point& p, const std::string& row);

/// Per cent of the finished trials; NaN without any.
double success_rate(const point& p);

/// Points that agree in every varied setting outside `free`, in the order of the plan.
struct group_of_points {
  settings fixed;  ///< what they agree in
  std::vector<const point*> points;
};
std::vector<group_of_points> split(const results& r, const settings& where,
                                   const std::vector<std::string>& free);

bool matches(const point& p, const settings& where);

}  // namespace tubal::report
