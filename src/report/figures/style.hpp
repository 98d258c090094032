// How lines look, in all pictures of the command.
#pragma once

#include <string>
#include <vector>

namespace tubal::report {

/// A colour and a dash type each, so that lines differ without colour too.
struct line_style {
  std::string colour;  ///< "#0072B2"
  const char* dash;
  int marker;
};

/// Okabe and Ito's colours.
inline const line_style blue = {"#0072B2", "1", 7};
inline const line_style vermilion = {"#D55E00", "(14,6)", 5};
inline const line_style green = {"#009E73", "(3,4)", 9};

/// "lc rgb '#0072B2' dt 1"
std::string stroke(const line_style& style);

/// Styles for so many lines. `ordered`: colours from dark to light, for values of a scale.
std::vector<line_style> styles(std::size_t count, bool ordered);

/// Colours for 0 to 1 whose lightness grows evenly, in grey too (cividis).
std::string heat_colour(double part);
/// White or nearly black, whatever can be read on that colour.
std::string ink_on(double part);
/// The same colours as gnuplot's palette.
std::string heat_palette();

inline constexpr const char* font_names = "DejaVu Sans,Arial,sans-serif";
inline constexpr const char* grid =
    "set grid lc rgb '#dddddd' lw 0.8 dt 1\nset border 3\nset tics nomirror out\n";

}  // namespace tubal::report
