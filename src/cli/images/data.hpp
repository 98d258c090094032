// What is to be completed, denoised or compressed: an image, a video, or any tensor.
#pragma once

#include "image/picture.hpp"
#include "io/array_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tubal::cli {

enum class data_kind { image, video, array };

struct data {
  data_kind kind = data_kind::array;
  /// rows, columns, then what the tubes are made of: channels; frames; channels and frames.
  io::extents sizes;
  std::vector<double> values = {};  ///< first index fastest
  int bits = 8;
  std::int64_t channels = 1;
  bool had_transparency = false;
  bool is_float = false;

  bool is_picture() const { return kind != data_kind::array; }
  std::int64_t rows() const { return sizes[0]; }
  std::int64_t columns() const { return sizes[1]; }
  /// k
  std::int64_t tube() const {
    return static_cast<std::int64_t>(values.size()) / (rows() * columns());
  }
};

/// What may stand in a tensor in a file.
enum class content {
  finite,  ///< finite numbers
  holes    ///< numbers; NaN is missing
};

/// A folder of frames, FILE.npy, FILE.h5:/dataset, or a PNG image. `option` names it in messages.
/// Throws `io::file_error`, `usage_error`.
data read_data(const char* option, const std::string& name, content wanted = content::finite);

/// Other values in the place of those of `like`.
data with_values(const data& like, std::vector<double> values);

/// Where results of the kind of `like` can go, before the work. Throws `usage_error`,
/// `io::write_error`.
void require_output(const data& like, const std::string& input, const std::string& name);
/// Throws `io::write_error`.
void write_data(const data& d, const std::string& name);

/// The image, or the frame in the middle of the video; nothing of an array.
std::optional<image::picture> picture_of(const data& d);

/// Rows, columns and channels where `name` is a picture, before it is decoded. Throws
/// `io::file_error`.
std::optional<io::extents> size_of_picture(const std::string& name);

/// The entries (linear, ascending) where the mask is not zero; of pictures, above half of the
/// largest value, so that 0 and 1 are a mask as 0 and 255 are. A mask has the sizes of the data, or
/// rows x columns: then it holds for whole tubes; or for a video in colour rows x columns x frames.
/// Throws `io::file_error`.
std::vector<std::int64_t> seen_in(const std::string& mask, const data& d);

}  // namespace tubal::cli
