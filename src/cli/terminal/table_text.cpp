#include "cli/terminal/table_text.hpp"

#include "cli/terminal/printable.hpp"

#include <cmath>
#include <cstdio>

namespace tubal::cli {

std::string table_line(std::string label, const std::string& text) {
  label.resize(13, ' ');
  return label + printable(text) + "\n";
}

std::string table_number(double value, const char* format) {
  if (std::isnan(value)) return "nan";
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace tubal::cli
