// Numbers and settings as the cells of tables of data.
#pragma once

#include "report/figures/figure.hpp"

namespace tubal::report {

/// With all the digits that matter; nothing for NaN.
std::string exact(double value);
std::string exact(const json& value);

/// The varied settings of a point, in the order of the plan, and their names.
std::vector<std::string> cells_of(const point& p, const plan& plan);
std::vector<std::string> keys_of(const plan& plan);

/// As RFC 4180 has it.
std::string csv(const text_table& table);

}  // namespace tubal::report
