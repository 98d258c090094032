#include "frames.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace tubal::image {

namespace fs = std::filesystem;

namespace {

std::string size_of(const picture& p) {
  return std::to_string(p.rows) + " x " + std::to_string(p.columns) + " x " +
         std::to_string(p.channels);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that begins at `at`, without zeros in front; `at` moves behind it.
std::string number_at(const std::string& text, std::size_t& at) {
  const auto begin = std::min(text.find_first_not_of('0', at), text.size());
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(std::min(begin, at), at - std::min(begin, at));
}

/// frame_2 before frame_10
bool naturally_less(const std::string& a, const std::string& b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const auto x = number_at(a, i), y = number_at(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    } else {
      ++i, ++j;
    }
  }
  return a.size() - i != b.size() - j ? a.size() - i < b.size() - j : a < b;
}

/// Not the hidden ones: macOS leaves `._x.png` beside x.png.
bool is_frame(const fs::directory_entry& entry) {
  auto ending = entry.path().extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::error_code code;
  return ending == ".png" && entry.path().filename().string()[0] != '.' &&
         entry.is_regular_file(code);
}

std::vector<std::string> frames_in(const fs::path& folder, std::error_code& code) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, code))
    if (is_frame(entry)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end(), naturally_less);
  return names;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::error_code code;
  auto names = frames_in(folder, code);
  if (code) throw io::file_error(folder, "cannot read the folder: " + code.message());
  if (names.empty()) throw io::file_error(folder, "expected frames, *.png, found none");
  return names;
}

/// As write_frames names them: frame_, digits, .png.
bool is_ours(const std::string& name) {
  const std::string begin = "frame_", end = ".png";
  return name.size() > begin.size() + end.size() && name.rfind(begin, 0) == 0 &&
         name.substr(name.size() - end.size()) == end &&
         std::all_of(name.begin() + std::ptrdiff_t(begin.size()),
                     name.end() - std::ptrdiff_t(end.size()), is_digit);
}

/// All of one length, so that they sort as text, too.
std::string frame_name(std::size_t number, std::size_t count) {
  constexpr std::size_t fewest_digits = 4;
  const auto digits = std::max(fewest_digits, std::to_string(count - 1).size());
  const auto text = std::to_string(number);
  return "frame_" + std::string(digits - text.size(), '0') + text + ".png";
}

}  // namespace

std::vector<picture> read_frames(const fs::path& folder) {
  std::vector<picture> frames;
  for (const auto& name : names_in(folder)) {
    frames.push_back(read_png(folder / name));
    if (size_of(frames.back()) != size_of(frames.front()))
      throw io::file_error(folder / name, "expected a frame of " + size_of(frames.front()) +
                                              " as the first one, found " + size_of(frames.back()));
  }
  return frames;
}

void require_frames_folder(const fs::path& folder) {
  std::error_code code;
  if (!fs::exists(folder, code)) return;
  if (!fs::is_directory(folder, code))
    throw io::write_error(folder, "expected a folder for the frames, found a file");
  for (const auto& name : frames_in(folder, code))
    if (!is_ours(name))
      throw io::write_error(folder,
                            "holds '" + name + "', which would be a frame too; name a new folder");
}

void write_frames(const fs::path& folder, const std::vector<picture>& frames) {
  require_frames_folder(folder);
  std::error_code code;
  fs::create_directory(folder, code);
  if (code) throw io::write_error(folder, "cannot make the folder: " + code.message());
  std::set<std::string> written;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto name = frame_name(i, frames.size());
    write_png(folder / name, frames[i]);
    written.insert(name);
  }
  for (const auto& name : frames_in(folder, code))
    if (!written.contains(name)) fs::remove(folder / name, code);
}

}  // namespace tubal::image
