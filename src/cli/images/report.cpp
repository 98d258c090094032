#include "cli/images/report.hpp"

#include "cli/terminal/exit_code.hpp"
#include "image/panels.hpp"
#include "image/png.hpp"
#include "image/quality.hpp"

#include <cmath>
#include <cstdio>
#include <iostream>

namespace tubal::cli {

namespace {

constexpr double error_gain = 4;

const char* name_of(data_kind kind) {
  switch (kind) {
    case data_kind::image:
      return "image";
    case data_kind::video:
      return "video";
    case data_kind::array:
      break;
  }
  return "tensor";
}

}  // namespace

score compare(const data& found, const data& truth) {
  score s;
  double error = 0, size = 0;
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    error += std::pow(found.values[i] - truth.values[i], 2);
    size += std::pow(truth.values[i], 2);
  }
  s.relative_error = std::sqrt(error / size);
  if (!truth.is_picture()) return s;
  s.psnr = image::psnr(found.values, truth.values);
  s.ssim = image::ssim(found.values, truth.values, truth.rows(), truth.columns());
  return s;
}

std::string line(const std::string& label, const std::string& text) {
  std::string padded = label;
  padded.resize(16, ' ');
  return padded + text + "\n";
}

std::string number(double value, const char* format) {
  if (std::isnan(value)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string input_text(const data& d, const std::string& name) {
  std::string text = std::string(name_of(d.kind)) + " " + name + ", " + io::to_string(d.sizes);
  if (d.is_picture()) text += ", " + std::to_string(d.bits) + " bits";
  if (d.had_transparency) text += ", transparency left out";
  return text;
}

io::json input_object(const data& d, const std::string& name) {
  io::json object = {{"file", name}, {"kind", name_of(d.kind)}, {"sizes", d.sizes}};
  if (d.is_picture()) {
    object["bits"] = d.bits;
    object["transparency"] = d.had_transparency ? "left out" : "none";
  }
  return object;
}

std::string score_text(const score& s) {
  return line("PSNR", number(s.psnr, "%.2f dB")) + line("SSIM", number(s.ssim, "%.4f")) +
         line("relative error", number(s.relative_error, "%.4e"));
}

io::json score_object(const score& s) {
  return {{"psnr", s.psnr}, {"ssim", s.ssim}, {"relative_error", s.relative_error}};
}

void print_report(const io::json& report) { std::cout << report.dump(2) << '\n'; }

void write_picture(const std::string& name, const std::vector<data>& panels,
                   const std::optional<data>& truth, bool error) {
  std::vector<image::picture> pictures;
  for (const auto& panel : panels)
    if (auto p = picture_of(panel)) pictures.push_back(std::move(*p));
  if (pictures.empty()) throw usage_error("a picture can be made of an image or a video alone");
  if (truth) {
    auto p = *picture_of(*truth);
    const auto last = pictures.back();
    pictures.push_back(p);
    if (error) pictures.push_back(image::difference(last, p, error_gain));
  }
  image::write_png(name, image::side_by_side(pictures));
}

}  // namespace tubal::cli
