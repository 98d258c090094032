#include "report/figures/panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tubal::report {

namespace {

constexpr int width = 600;
constexpr int frame_height = 365;
constexpr int line_height = 23;
constexpr int font = 18;
constexpr double letter = 8.8;  // mean width in the marks' font
constexpr double frame_width = 490;
constexpr std::size_t most_mark_lines = 4;

struct placed_mark {
  mark what;
  std::size_t line;
  bool to_the_right;
};

// Each name in the lowest line above the frame where it meets no other.
std::vector<placed_mark> place(std::vector<mark> marks, const axis_range& x) {
  std::sort(marks.begin(), marks.end(), [](const mark& a, const mark& b) { return a.at < b.at; });
  std::vector<double> ends;
  std::vector<placed_mark> all;
  for (const auto& m : marks) {
    const double at = x.part(m.at) * frame_width;
    const double size = letter * static_cast<double>(m.name.size());
    const bool right = at + size < frame_width + 20;
    const double begin = right ? at : at - size;
    std::size_t line = 0;
    while (line < ends.size() && ends[line] > begin) ++line;
    if (line == ends.size()) ends.push_back(0);
    ends[line] = begin + size + letter;
    all.push_back({m, line, right});
  }
  return all;
}

std::string draw_mark(const placed_mark& p) {
  const auto at = plain(p.what.at);
  const auto colour = " lc rgb '" + p.what.colour + "'";
  std::string text = "set arrow from " + at + ", graph 0 to " + at + ", graph 1.02 nohead back" +
                     colour + " lw 1.6 dt (8,3,2,3)\n";
  if (p.line < most_mark_lines)
    text += "set label " + quoted(p.what.name) + " at " + at + ", graph 1 offset 0," +
            plain(0.7 + static_cast<double>(p.line)) + (p.to_the_right ? " left" : " right") +
            " noenhanced tc rgb '#333333' font ',15'\n";
  return text;
}

std::size_t lines_of(const std::vector<placed_mark>& marks) {
  std::size_t lines = 0;
  for (const auto& p : marks) lines = std::max(lines, p.line + 1);
  return std::min(lines, most_mark_lines);
}

std::string range(const char* name, const axis_range& r) {
  const std::string axis(name);
  return "set " + axis + "range [" + plain(r.low) + ":" + plain(r.high) + "]\n" +
         (r.logarithmic ? "set logscale " + axis + "\nset format " + axis + " '10^{%L}'\n" : "");
}

std::string tics(const char* name, const std::vector<tic>& all) {
  if (all.empty()) return {};
  std::string list;
  for (const auto& t : all) list += (list.empty() ? "" : ", ") + quoted(t.name) + " " + plain(t.at);
  return std::string("set ") + name + "tics (" + list + ") noenhanced\n";
}

std::string terminal(int height) {
  return "set encoding utf8\nset terminal svg size " + std::to_string(width) + "," +
         std::to_string(height) + " dynamic enhanced background '#ffffff' font '" + font_names +
         "," + std::to_string(font) + "'\nset output 'picture'\nset datafile missing 'nan'\n";
}

std::string shortened(const std::string& text) {
  constexpr std::size_t most = 62;
  if (text.size() <= most) return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
  return text.substr(0, end) + "…";
}

/// A label of the vertical axis, which is shorter than a long label: broken at a blank near its
/// middle.
std::string in_two_lines(const std::string& text) {
  constexpr std::size_t longest = 22;
  if (text.size() <= longest) return quoted(text);
  const auto at = text.find(' ', text.size() / 2 - 4);
  if (at == std::string::npos) return quoted(text);
  return quoted(text.substr(0, at)) + ".\"\\n\"." + quoted(text.substr(at + 1));
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    literal += code < 32 || code == 127 ? ' ' : c;
    if (c == '\'') literal += '\'';
  }
  return literal + "'";
}

std::string plain(double value) {
  if (!std::isfinite(value)) return "nan";
  char text[40];
  std::snprintf(text, sizeof text, "%.7g", value);
  return text;
}

double axis_range::part(double value) const {
  return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

double axis_range::at(double part) const {
  return logarithmic ? low * std::pow(high / low, part) : low + part * (high - low);
}

axis_range range_of(const std::vector<double>& values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double v) { return std::isfinite(v); });
  if (finite.empty()) return {};
  const auto [least, most] = std::minmax_element(finite.begin(), finite.end());
  if (*least > 0 && *most > 100 * *least)
    return {std::pow(10, std::floor(std::log10(*least))),
            std::pow(10, std::ceil(std::log10(*most))), true};
  const double room =
      *most > *least ? 0.05 * (*most - *least) : std::max(0.05 * std::abs(*most), 1e-300);
  const bool from_zero = *least >= 0 && *least < 0.5 * *most;
  return {from_zero ? 0 : *least - room, *most + room, false};
}

panel_script::panel_script(const panel_frame& f) {
  const auto marks = place(f.marks, f.x);
  const auto above = lines_of(marks);
  const int top = (f.title.empty() ? 0 : 1) + static_cast<int>(above);
  const int below = (static_cast<int>(f.legend_entries) + 1) / 2;
  const int height = frame_height + (f.square ? 120 : 0) + line_height * (top + below);
  settings_ = terminal(height) + grid;
  settings_ += "set tmargin " + plain(1.2 + static_cast<double>(top) * 1.1) + "\n";
  settings_ += "set key outside below center horizontal Left reverse samplen 3.2 maxcols 2\n";
  settings_ += range("x", f.x) + range("y", f.y) + tics("x", f.xtics) + tics("y", f.ytics);
  settings_ += "set xlabel " + quoted(f.xlabel) + " noenhanced offset 0,0.55\n";
  settings_ += "set ylabel " + in_two_lines(f.ylabel) + " noenhanced\n";
  if (!f.title.empty())
    settings_ += "set title " + quoted(shortened(f.title)) + " noenhanced offset 0," +
                 plain(static_cast<double>(above) * 1.05) + "\n";
  for (const auto& m : marks) settings_ += draw_mark(m);
}

std::string panel_script::data(const std::string& lines) {
  const auto name = "$data" + std::to_string(++count_);
  blocks_ += name + " << END_OF_DATA\n" + lines + "END_OF_DATA\n";
  return name;
}

void panel_script::draw(const std::string& element) {
  elements_ += (elements_.empty() ? "plot " : ", \\\n  ") + element;
}

std::string panel_script::text() const {
  return settings_ + blocks_ + elements_ + "\nunset output\n";
}

}  // namespace tubal::report
