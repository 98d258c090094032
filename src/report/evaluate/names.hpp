// How settings, rows and numbers are written for people.
#pragma once

#include "report/read/results.hpp"

namespace tubal::report {

/// "1e-7", "0.0228", "∞", "–" for NaN.
std::string shown(double value, int digits = 4);
std::string shown(const json& value);

/// "α"; "initial scale α"
std::string symbol(const std::string& key);
std::string axis_label(const std::string& key);

/// "relative test error"
std::string row_label(const std::string& row);
/// "final", "at t = 1500", ...; with the row: "relative test error at t = 1500"
std::string label(const std::string& row, const quantity& asked);

/// "α = 1e-7, m = 150"
std::string shown(const settings& all);
/// In the order of the plan.
std::string shown(const settings& all, const plan& p);

}  // namespace tubal::report
