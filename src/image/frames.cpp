#include "frames.hpp"

#include <algorithm>
#include <cstdio>

namespace tubal::image {

namespace fs = std::filesystem;

namespace {

std::string size_of(const picture& p) {
  return std::to_string(p.rows) + " x " + std::to_string(p.columns) + " x " +
         std::to_string(p.channels);
}

std::vector<fs::path> names_in(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> names;
  for (const auto& entry : fs::directory_iterator(folder, code))
    if (entry.path().extension() == ".png") names.push_back(entry.path());
  if (code) throw io::file_error(folder, "cannot read the folder: " + code.message());
  if (names.empty()) throw io::file_error(folder, "expected frames, *.png, found none");
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<picture> read_frames(const fs::path& folder) {
  std::vector<picture> frames;
  for (const auto& name : names_in(folder)) {
    frames.push_back(read_png(name));
    if (size_of(frames.back()) != size_of(frames.front()))
      throw io::file_error(name, "expected a frame of " + size_of(frames.front()) +
                                     " as the first one, found " + size_of(frames.back()));
  }
  return frames;
}

void write_frames(const fs::path& folder, const std::vector<picture>& frames) {
  std::error_code code;
  fs::create_directory(folder, code);
  if (code) throw io::write_error(folder, "cannot make the folder: " + code.message());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "frame_%04zu.png", i);
    write_png(folder / name, frames[i]);
  }
}

}  // namespace tubal::image
