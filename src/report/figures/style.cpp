#include "report/figures/style.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tubal::report {

namespace {

using colour = std::array<double, 3>;

constexpr std::array<colour, 9> cividis = {{{0, 34, 78},
                                            {18, 53, 112},
                                            {59, 73, 108},
                                            {87, 93, 109},
                                            {112, 113, 115},
                                            {138, 134, 120},
                                            {165, 156, 116},
                                            {195, 179, 105},
                                            {254, 232, 56}}};
constexpr std::array<colour, 9> viridis = {{{68, 1, 84},
                                            {72, 40, 120},
                                            {62, 74, 137},
                                            {49, 104, 142},
                                            {38, 130, 142},
                                            {31, 158, 137},
                                            {53, 183, 121},
                                            {109, 205, 89},
                                            {180, 222, 44}}};

const std::vector<line_style> apart = {blue,
                                       vermilion,
                                       green,
                                       {"#000000", "(10,3,2,3)", 13},
                                       {"#CC79A7", "(6,3)", 11},
                                       {"#E69F00", "(2,2)", 4},
                                       {"#56B4E9", "(16,3,2,3,2,3)", 6}};

colour between(const std::array<colour, 9>& scale, double part) {
  const double place = std::clamp(part, 0.0, 1.0) * static_cast<double>(scale.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), scale.size() - 2);
  colour mixed;
  for (std::size_t c = 0; c < 3; ++c)
    mixed[c] = scale[below][c] +
               (place - static_cast<double>(below)) * (scale[below + 1][c] - scale[below][c]);
  return mixed;
}

std::string hex(const colour& c) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x",
                static_cast<unsigned>(std::lround(c[0])) & 0xffu,
                static_cast<unsigned>(std::lround(c[1])) & 0xffu,
                static_cast<unsigned>(std::lround(c[2])) & 0xffu);
  return text;
}

}  // namespace

std::string stroke(const line_style& style) {
  return "lc rgb '" + style.colour + "' dt " + style.dash;
}

std::vector<line_style> styles(std::size_t count, bool ordered) {
  constexpr double lightest = 0.88;  // lighter ones are lost on white
  std::vector<line_style> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(apart[i % apart.size()]);
    if (ordered && count > 2)
      all.back().colour =
          hex(between(viridis, lightest * static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  return all;
}

std::string heat_colour(double part) { return hex(between(cividis, part)); }

std::string ink_on(double part) { return part > 0.5 ? "#111111" : "#ffffff"; }

std::string heat_palette() {
  std::string text = "set palette defined (";
  for (std::size_t i = 0; i < cividis.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(i) + " '" + hex(cividis[i]) + "'";
  return text + ")\n";
}

}  // namespace tubal::report
