// libpng leaves by longjmp: between setjmp and its return no object with a destructor is made.
#include "io/input_file.hpp"
#include "io/read_rules.hpp"
#include "png.hpp"

#include <png.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <new>

namespace tubal::image {

namespace {

constexpr std::size_t signature_bytes = 8;
constexpr double most_compressed = 1040;  // bytes that one byte of deflate can become, rounded up

struct free_memory {
  void operator()(unsigned char* p) const { std::free(p); }
};
/// Memory that the process holds only as far as it is written: a header may claim rows that the
/// file does not have.
std::unique_ptr<unsigned char, free_memory> lazy_zeros(std::size_t bytes) {
  std::unique_ptr<unsigned char, free_memory> memory(
      static_cast<unsigned char*>(std::calloc(std::max<std::size_t>(bytes, 1), 1)));
  if (!memory) throw std::bad_alloc();
  return memory;
}

class reader {
 public:
  reader(const std::filesystem::path& path, const std::vector<unsigned char>& file)
      : path_(path), file_(file) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (!info_) {
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw io::file_error(path_, "libpng: out of memory");
    }
    png_set_read_fn(png_, this, on_read);
    png_set_chunk_malloc_max(png_, 1 << 20);
    png_set_chunk_cache_max(png_, 16);
    png_set_user_limits(png_, 1 << 24, 1 << 24);
    // libpng takes memory for as many bytes as these say that they have. No colour needs them.
    static const png_byte skipped[] = "tEXt\0zTXt\0iTXt\0sPLT\0pCAL\0sCAL\0iCCP\0eXIf";
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, skipped, sizeof skipped / 5);
  }
  ~reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

  picture_size size() {
    if (!guarded([this] { read_header(); })) fail();
    refuse_what_cannot_fit();
    refuse_what_is_too_large();
    return {height_, width_, channels_};
  }

  picture read() {
    size();
    const auto bytes = lazy_zeros(row_bytes_ * height_);
    std::vector<png_bytep> rows(height_);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = bytes.get() + i * row_bytes_;
    if (!guarded([&] {
          png_read_image(png_, rows.data());
          png_read_end(png_, nullptr);
        }))
      fail();
    return converted(bytes.get());
  }

 private:
  template <class F>
  bool guarded(F&& f) {
    if (setjmp(png_jmpbuf(png_))) return false;
    f();
    return true;
  }
  [[noreturn]] void fail() const {
    throw io::file_error(path_, "damaged PNG image: " + std::string(reason_));
  }

  void read_header() {
    png_read_info(png_, info_);
    const int type = png_get_color_type(png_, info_);
    const double bits_of_pixel = png_get_bit_depth(png_, info_) * png_get_channels(png_, info_);
    transparency_ =
        (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png_, info_, PNG_INFO_tRNS) != 0;
    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
    if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png_);
    png_set_strip_alpha(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    width_ = png_get_image_width(png_, info_);
    height_ = png_get_image_height(png_, info_);
    channels_ = png_get_channels(png_, info_);
    depth_ = png_get_bit_depth(png_, info_);
    row_bytes_ = png_get_rowbytes(png_, info_);
    stored_bits_ = static_cast<double>(width_) * height_ * bits_of_pixel;
  }
  void refuse_what_cannot_fit() const {
    if (stored_bits_ / 8 <= most_compressed * static_cast<double>(file_.size())) return;
    throw io::file_error(path_, "damaged PNG image: the header says " + std::to_string(width_) +
                                    " x " + std::to_string(height_) + " pixels, more than " +
                                    std::to_string(file_.size()) + " bytes can hold");
  }

  void refuse_what_is_too_large() const {
    const double pixels = static_cast<double>(width_) * height_;
    if (io::rules().allow_pixels(pixels) &&
        io::rules().allow_bytes(pixels * channels_ * sizeof(double)))
      return;
    throw io::file_error(path_, "a PNG image of " + std::to_string(width_) + " x " +
                                    std::to_string(height_) + " pixels, more than the limit");
  }

  picture converted(const unsigned char* bytes) const {
    picture p{height_, width_, channels_, depth_, transparency_, {}};
    const std::size_t pixels = std::size_t{height_} * width_;
    p.values.resize(pixels * static_cast<std::size_t>(channels_));
    const auto width = static_cast<std::size_t>(depth_ / 8);
    for (std::size_t i = 0; i < height_; ++i)
      for (std::size_t j = 0; j < width_; ++j)
        for (std::size_t c = 0; c < static_cast<std::size_t>(channels_); ++c) {
          const unsigned char* at =
              bytes + i * row_bytes_ + (j * static_cast<std::size_t>(channels_) + c) * width;
          p.values[i + height_ * j + pixels * c] =
              width == 1 ? at[0] / 255.0 : (at[0] * 256 + at[1]) / 65535.0;
        }
    return p;
  }

  static void on_error(png_structp png, png_const_charp text) {
    auto& self = *static_cast<reader*>(png_get_error_ptr(png));
    std::snprintf(self.reason_, sizeof self.reason_, "%s", text);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep to, std::size_t count) {
    auto& self = *static_cast<reader*>(png_get_io_ptr(png));
    if (count > self.file_.size() - self.at_) png_error(png, "it ends too early");
    std::memcpy(to, self.file_.data() + self.at_, count);
    self.at_ += count;
  }

  const std::filesystem::path& path_;
  const std::vector<unsigned char>& file_;
  std::size_t at_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char reason_[160] = "unknown reason";
  png_uint_32 width_ = 0, height_ = 0;
  std::size_t row_bytes_ = 0;
  int channels_ = 0, depth_ = 0;
  bool transparency_ = false;
  double stored_bits_ = 0;
};

}  // namespace

namespace {

std::vector<unsigned char> bytes_of(const std::filesystem::path& path) {
  const auto size = io::require_readable(path, "a PNG image");
  if (!is_png(path)) throw io::file_error(path, "expected a PNG image, found another format");
  std::vector<unsigned char> file(size);
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(file.data()), static_cast<std::streamsize>(size));
  file.resize(static_cast<std::size_t>(stream.gcount()));
  return file;
}

}  // namespace

bool is_png(const std::filesystem::path& path) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code)) return false;  // a pipe would wait
  unsigned char first[signature_bytes] = {};
  std::ifstream(path, std::ios::binary).read(reinterpret_cast<char*>(first), sizeof first);
  return png_sig_cmp(first, 0, sizeof first) == 0;
}

picture_size size_of_png(const std::filesystem::path& path) {
  const auto file = bytes_of(path);
  return reader(path, file).size();
}

picture read_png(const std::filesystem::path& path) {
  const auto file = bytes_of(path);
  return reader(path, file).read();
}

}  // namespace tubal::image
