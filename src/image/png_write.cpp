#include "io/atomic_file.hpp"
#include "png.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <new>

namespace tubal::image {

namespace {

/// The rows of a PNG image, big-endian.
std::vector<unsigned char> samples(const picture& p) {
  const std::int64_t pixels = p.rows * p.columns, width = p.bits / 8;
  const double largest = p.bits == 16 ? 65535 : 255;
  std::vector<unsigned char> bytes(static_cast<std::size_t>(pixels * p.channels * width));
  std::size_t at = 0;
  for (std::int64_t i = 0; i < p.rows; ++i)
    for (std::int64_t j = 0; j < p.columns; ++j)
      for (std::int64_t c = 0; c < p.channels; ++c) {
        const double x = p.values[static_cast<std::size_t>(i + p.rows * j + pixels * c)];
        const auto sample =
            static_cast<unsigned>(std::lround(largest * std::clamp(std::isnan(x) ? 0 : x, 0., 1.)));
        if (p.bits == 16) bytes[at++] = static_cast<unsigned char>(sample >> 8);
        bytes[at++] = static_cast<unsigned char>(sample & 255);
      }
  return bytes;
}

class writer {
 public:
  explicit writer(const std::filesystem::path& path) : path_(path) {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (!info_) {
      png_destroy_write_struct(&png_, &info_);
      throw io::write_error(path_, "libpng: out of memory");
    }
    png_set_write_fn(png_, this, on_write, on_flush);
  }
  ~writer() { png_destroy_write_struct(&png_, &info_); }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  const std::vector<unsigned char>& encode(const picture& p, std::vector<unsigned char>& bytes) {
    const std::size_t row = bytes.size() / static_cast<std::size_t>(p.rows);
    std::vector<png_bytep> rows(static_cast<std::size_t>(p.rows));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = bytes.data() + i * row;
    if (!run(p, rows.data())) throw io::write_error(path_, std::string("libpng: ") + reason_);
    return out_;
  }

 private:
  bool run(const picture& p, png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_set_IHDR(png_, info_, static_cast<png_uint_32>(p.columns), static_cast<png_uint_32>(p.rows),
                 p.bits, p.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png_, info_);
    png_write_image(png_, rows);
    png_write_end(png_, nullptr);
    return true;
  }
  static void on_error(png_structp png, png_const_charp text) {
    auto& self = *static_cast<writer*>(png_get_error_ptr(png));
    std::snprintf(self.reason_, sizeof self.reason_, "%s", text);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_write(png_structp png, png_bytep data, std::size_t count) {
    bool full = false;  // no jump out of a handler
    try {
      auto& out = static_cast<writer*>(png_get_io_ptr(png))->out_;
      out.insert(out.end(), data, data + count);
    } catch (const std::bad_alloc&) {
      full = true;
    }
    if (full) png_error(png, "out of memory");
  }
  static void on_flush(png_structp) {}

  const std::filesystem::path& path_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char reason_[160] = "unknown reason";
  std::vector<unsigned char> out_;
};

}  // namespace

void write_png(const std::filesystem::path& path, const picture& p) {
  auto bytes = samples(p);
  writer encoder(path);
  const auto& file = encoder.encode(p, bytes);
  io::write_atomically(path, file.data(), file.size());
}

}  // namespace tubal::image
