// The lines of a table that a terminal shows.
#pragma once

#include <string>

namespace tubal::cli {

/// The label, in 13 columns, and a text without its control characters.
std::string table_line(std::string label, const std::string& text);
/// As printf has it; "nan" for NaN of either sign.
std::string table_number(double value, const char* format = "%.4g");

}  // namespace tubal::cli
