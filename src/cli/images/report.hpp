// What complete, denoise, compress and compare tell.
#pragma once

#include "cli/images/options.hpp"
#include "io/json.hpp"

#include <cmath>

namespace tubal::cli {

/// Against a truth; NaN where there is none, and where a measure has no meaning.
struct score {
  double psnr = NAN, ssim = NAN, relative_error = NAN;
};
/// PSNR and SSIM of images and videos alone.
score compare(const data& found, const data& truth);

/// Label and text, one line.
std::string line(const std::string& label, const std::string& text);
/// "%.4g" and the like; "-" for NaN.
std::string number(double value, const char* format = "%.4g");

/// What was read: kind, sizes, bits, what became of transparency.
std::string input_text(const data& d, const std::string& name);
io::json input_object(const data& d, const std::string& name);
std::string score_text(const score& s);
io::json score_object(const score& s);
void print_report(const io::json& report);

/// Observed, result and, with a truth, the truth and the error, as one picture; nothing of arrays.
void write_picture(const std::string& name, const std::vector<data>& panels,
                   const std::optional<data>& truth, bool error);

}  // namespace tubal::cli
