#include "cli/images/data.hpp"

#include "cli/terminal/exit_code.hpp"
#include "image/frames.hpp"
#include "io/atomic_file.hpp"

#include <algorithm>

namespace tubal::cli {

namespace fs = std::filesystem;

namespace {

data from_pictures(const std::vector<image::picture>& frames, data_kind kind) {
  const auto& first = frames.front();
  data d{.kind = kind, .sizes = {first.rows, first.columns}};
  d.bits = first.bits;
  d.channels = first.channels;
  if (kind == data_kind::image || first.channels > 1) d.sizes.push_back(first.channels);
  if (kind == data_kind::video) d.sizes.push_back(static_cast<std::int64_t>(frames.size()));
  for (const auto& frame : frames) {
    d.values.insert(d.values.end(), frame.values.begin(), frame.values.end());
    d.had_transparency = d.had_transparency || frame.had_transparency;
    d.bits = std::max(d.bits, frame.bits);
  }
  return d;
}

data from_array(const io::array_place& place, content wanted) {
  const io::array_reader file(place);
  data d{.kind = data_kind::array, .sizes = file.sizes(), .is_float = file.is_float()};
  d.values = wanted == content::holes ? file.read_any<double>() : file.read<double>();
  while (d.sizes.size() < 2) d.sizes.push_back(1);
  if (d.values.empty())
    file.fail("expected a tensor with entries, found " + io::to_string(d.sizes));
  return d;
}

std::vector<image::picture> pictures_of(const data& d) {
  const std::int64_t size = d.rows() * d.columns() * d.channels;
  std::vector<image::picture> frames;
  for (auto at = d.values.begin(); at != d.values.end(); at += size)
    frames.push_back({d.rows(), d.columns(), d.channels, d.bits, false, {at, at + size}});
  return frames;
}

}  // namespace

data read_data(const char* option, const std::string& name, content wanted) {
  if (fs::is_directory(name)) return from_pictures(image::read_frames(name), data_kind::video);
  if (const auto place = io::array_place_of(name)) return from_array(*place, wanted);
  if (fs::path(name).extension() == ".png" || image::is_png(name))
    return from_pictures({image::read_png(name)}, data_kind::image);
  if (!fs::exists(name)) throw io::file_error(name, "no such file");
  if (!fs::is_regular_file(name)) throw io::file_error(name, "expected a regular file");
  throw usage_error(std::string(option) +
                    ": expected IMAGE.png, a folder of frames, FILE.npy or FILE.h5:/dataset, got " +
                    name);
}

data with_values(const data& like, std::vector<double> values) {
  data d = like;
  d.values = std::move(values);
  return d;
}

void require_output(const data& like, const std::string& input, const std::string& name) {
  std::error_code code;
  if (fs::equivalent(input, name, code) && !code)
    throw usage_error("--output: would overwrite the input " + input);
  if (like.kind == data_kind::image) {
    if (fs::path(name).extension() != ".png")
      throw usage_error("--output: expected a name that ends in .png, got " + name);
    io::require_writable(name);
  } else if (like.kind == data_kind::array) {
    const auto place = io::array_place_of(name);
    if (!place) throw usage_error("--output: expected FILE.npy or FILE.h5:/dataset, got " + name);
    if (*place == io::array_place_of(input))
      throw usage_error("--output: would overwrite the input " + input);
    io::require_writable(place->file);
  } else {
    image::require_frames_folder(name);
  }
}

void write_data(const data& d, const std::string& name) {
  if (d.kind == data_kind::image) return image::write_png(name, pictures_of(d).front());
  if (d.kind == data_kind::video) return image::write_frames(name, pictures_of(d));
  const auto place = *io::array_place_of(name);
  if (d.is_float)
    io::write_arrays<float>({{place, d.sizes, {d.values.begin(), d.values.end()}}});
  else
    io::write_arrays<double>({{place, d.sizes, d.values}});
}

std::optional<image::picture> picture_of(const data& d) {
  if (!d.is_picture()) return std::nullopt;
  auto frames = pictures_of(d);
  return std::move(frames[frames.size() / 2]);
}

std::optional<io::extents> size_of_picture(const std::string& name) {
  if (fs::is_directory(name) || io::array_place_of(name) || !image::is_png(name))
    return std::nullopt;
  const auto size = image::size_of_png(name);
  return io::extents{size.rows, size.columns, size.channels};
}

namespace {

io::extents without_ones(io::extents sizes) {
  while (sizes.size() > 2 && sizes.back() == 1) sizes.pop_back();
  return sizes;
}

/// How many planes of the data one of a mask of these sizes stands for. Throws `io::file_error`.
std::int64_t repeats_of(const std::string& name, const io::extents& found, const data& d) {
  const auto sizes = without_ones(found);
  if (sizes == io::extents{d.rows(), d.columns()}) return d.tube();
  if (sizes == without_ones(d.sizes)) return 1;
  if (d.kind == data_kind::video && d.channels > 1 &&
      sizes == without_ones({d.rows(), d.columns(), d.tube() / d.channels}))
    return d.channels;
  throw io::file_error(name, "expected a mask of " + io::to_string(d.sizes) + " or " +
                                 io::to_string({d.rows(), d.columns()}) + ", found " +
                                 io::to_string(found));
}

}  // namespace

std::vector<std::int64_t> seen_in(const std::string& name, const data& d) {
  if (const auto size = size_of_picture(name)) repeats_of(name, *size, d);
  const data mask = read_data("--mask", name);
  const std::int64_t repeats = repeats_of(name, mask.sizes, d), plane = d.rows() * d.columns();
  // Half of the brightest: a mask of 0 and 1 in 8 bits is black and white, too.
  const double threshold =
      mask.is_picture() ? *std::max_element(mask.values.begin(), mask.values.end()) / 2 : 0;
  std::vector<std::int64_t> seen;
  for (std::int64_t e = 0; e < static_cast<std::int64_t>(d.values.size()); ++e) {
    const double value =
        mask.values[static_cast<std::size_t>(e % plane + plane * (e / plane / repeats))];
    if (mask.is_picture() ? value > threshold : value != 0) seen.push_back(e);
  }
  if (seen.empty()) throw io::file_error(name, "the mask shows nothing: all of it is black or 0");
  return seen;
}

}  // namespace tubal::cli
