// Every kind of PNG file, and damaged ones.
#include "image/png.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "image/frames.hpp"
#include "image/panels.hpp"
#include "image/sample_png.hpp"
#include "io/allocations.hpp"
#include "io/read_rules.hpp"
#include "io/scratch.hpp"

namespace tubal::image_test {
namespace {

using image::picture;

using io_test::message_of;
using io_test::put;

class png_test : public testing::Test {
 protected:
  picture read(const std::string& bytes) {
    put(path(), bytes);
    return image::read_png(path());
  }
  std::string failure(const std::string& bytes) {
    return message_of<io::file_error>([&] { read(bytes); });
  }
  std::string path() const { return scratch_ / "x.png"; }
  static std::string strange(const std::string& name) {
    return std::string(TUBAL_TEST_DATA) + "/strange/" + name;
  }
  io_test::scratch_directory scratch_;
};

TEST_F(png_test, grey) {
  const auto p = read(png(3, 2, 8, grey, {{"\x00\x33\xff", 3}, {"\x66\x99\xcc", 3}}));
  EXPECT_EQ(p.rows, 2);
  EXPECT_EQ(p.columns, 3);
  EXPECT_EQ(p.channels, 1);
  EXPECT_EQ(p.bits, 8);
  EXPECT_FALSE(p.had_transparency);
  EXPECT_EQ(p.values, (std::vector<double>{0, 0.4, 0.2, 0.6, 1, 0.8}));  // by columns
}

TEST_F(png_test, colour_and_transparency_left_out) {
  const auto p = read(png(2, 1, 8, rgba, {{"\xff\x00\x33\x00\x66\x99\xcc\xff", 8}}));
  EXPECT_EQ(p.channels, 3);
  EXPECT_TRUE(p.had_transparency);
  EXPECT_EQ(p.values, (std::vector<double>{1, 0.4, 0, 0.6, 0.2, 0.8}));
  const auto g = read(png(1, 1, 8, grey_alpha, {{"\x33\x80", 2}}));
  EXPECT_EQ(g.channels, 1);
  EXPECT_TRUE(g.had_transparency);
  EXPECT_EQ(g.values, (std::vector<double>{0.2}));
}

TEST_F(png_test, sixteen_bits) {
  const auto p =
      read(png(2, 1, 16, rgb, {{"\x80\x00\x00\x01\xff\xff\x00\x00\x33\x33\x00\xff", 12}}));
  EXPECT_EQ(p.bits, 16);
  EXPECT_EQ(p.values, (std::vector<double>{32768 / 65535., 0, 1 / 65535., 0.2, 1, 255 / 65535.}));
}

TEST_F(png_test, palette_and_few_bits) {
  const std::string colours = chunk("PLTE", {"\xff\x00\x33\x66\x99\xcc", 6});
  const auto p = read(png(3, 1, 1, palette, {"\x40"}, colours));  // 0, 1, 0
  EXPECT_EQ(p.channels, 3);
  EXPECT_EQ(p.values, (std::vector<double>{1, 0.4, 1, 0, 0.6, 0, 0.2, 0.8, 0.2}));
  EXPECT_TRUE(
      read(png(3, 1, 1, palette, {"\x40"}, colours + chunk("tRNS", {"\x00", 1}))).had_transparency);
  EXPECT_EQ(read(png(4, 1, 2, grey, {"\x1b"})).values,
            (std::vector<double>{0, 1 / 3., 2 / 3., 1}));  // 0 1 2 3
}

TEST_F(png_test, written_and_read_again) {
  for (const int bits : {8, 16})
    for (const std::int64_t channels : {1, 3}) {
      const double largest = bits == 8 ? 255 : 65535;
      picture p{5, 7, channels, bits, false, {}};
      for (int i = 0; i < 35 * channels; ++i) p.values.push_back(std::round(i * 2.4) / largest);
      image::write_png(path(), p);
      const auto again = image::read_png(path());
      EXPECT_EQ(again.bits, bits);
      EXPECT_EQ(again.channels, channels);
      EXPECT_EQ(again.values, p.values);
    }
  picture beyond{1, 2, 1, 8, false, {-0.5, 1.5}};
  image::write_png(path(), beyond);
  EXPECT_EQ(image::read_png(path()).values, (std::vector<double>{0, 1}));
  EXPECT_NE(message_of<io::file_error>([&] {
              image::write_png(scratch_ / "no/x.png", beyond);
            }).find("no/x.png"),
            std::string::npos);
}

TEST_F(png_test, every_truncation_and_every_flip_is_noticed_or_harmless) {
  const auto whole =
      png(4, 3, 8, rgb, {std::string(12, 'a'), std::string(12, 'b'), std::string(12, 'c')});
  const auto good = read(whole).values;
  for (std::size_t keep = 0; keep < whole.size(); ++keep) {
    const auto text = failure(whole.substr(0, keep));
    EXPECT_EQ(text.find(path() + ": "), 0u) << keep << " " << text;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    const auto text = failure(bytes);
    EXPECT_NE(text, "") << at;  // all bytes of this file are under a checksum
  }
  EXPECT_NE(failure(whole.substr(0, whole.size() / 2)).find("damaged PNG image: "),
            std::string::npos);
}

TEST_F(png_test, says_what_is_no_png) {
  EXPECT_EQ(failure("GIF89a, not a PNG"), path() + ": expected a PNG image, found another format");
  EXPECT_EQ(failure(""), path() + ": expected a PNG image, found an empty file");
  EXPECT_NE(message_of<io::file_error>([&] {
              image::read_png(scratch_ / "none.png");
            }).find("no such file"),
            std::string::npos);
}

TEST_F(png_test, a_header_that_claims_too_much_allocates_little) {
  for (const std::uint32_t size : {100000u, 16000000u, 0x7fffffffu}) {
    const auto bytes = png(size, size, 16, rgba, {std::string(8, 'x')});
    io_test::largest_allocation();
    EXPECT_NE(failure(bytes).find("damaged PNG image: "), std::string::npos);
    EXPECT_LE(io_test::largest_allocation(), 1u << 20);
  }
}

TEST_F(png_test, frames) {
  const auto folder = scratch_ / "video";
  std::vector<picture> frames;
  for (int f = 0; f < 3; ++f) frames.push_back({2, 1, 1, 8, false, {f / 255., 1}});
  image::write_frames(folder, frames);
  const auto again = image::read_frames(folder);
  ASSERT_EQ(again.size(), 3u);
  for (int f = 0; f < 3; ++f)
    EXPECT_EQ(again[std::size_t(f)].values, frames[std::size_t(f)].values);
  put((folder / "frame_0001.png").string(), png(3, 2, 8, grey, {"abc", "def"}));
  EXPECT_NE(message_of<io::file_error>([&] {
              image::read_frames(folder);
            }).find("frame_0001.png: expected a frame of 2 x 1 x 1 as the first one"),
            std::string::npos);
  EXPECT_NE(message_of<io::file_error>([&] {
              image::read_frames(scratch_ / "none");
            }).find("cannot read"),
            std::string::npos);
  std::filesystem::create_directory(scratch_ / "empty");
  EXPECT_NE(message_of<io::file_error>([&] {
              image::read_frames(scratch_ / "empty");
            }).find("found none"),
            std::string::npos);
}

TEST_F(png_test, texts_that_claim_gigabytes_are_skipped) {
  const std::string text = chunk("tEXt", "Comment\0hello") + chunk("iCCP", std::string(100, 'x'));
  EXPECT_EQ(read(png(1, 1, 8, grey, {"\x33"}, text)).values, (std::vector<double>{0.2}));
  const auto before = io_test::peak_memory();
  EXPECT_NE(message_of<io::file_error>([&] {
              image::read_png(strange("text_of_2_GB.png"));
            }).find("damaged PNG image"),
            std::string::npos);
  EXPECT_LE(io_test::peak_memory() - before, std::size_t{8} << 20);
}

TEST_F(png_test, rows_that_are_not_there_take_no_memory) {
  const auto before = io_test::peak_memory();
  EXPECT_NE(message_of<io::file_error>([&] {
              image::read_png(strange("no_data.png"));
            }).find("damaged PNG image: "),
            std::string::npos);
  EXPECT_LE(io_test::peak_memory() - before, std::size_t{32} << 20);
}

TEST_F(png_test, more_pixels_than_the_limit_are_refused_before_they_are_decoded) {
  const auto file = strange("black_8192x4096.png");
  EXPECT_EQ(image::size_of_png(file).rows, 4096);
  io::rules().most_pixels = 1e6;
  io_test::largest_allocation();
  const auto text = message_of<io::file_error>([&] { image::read_png(file); });
  io::rules() = {};
  EXPECT_NE(text.find("8192 x 4096 pixels, more than the limit"), std::string::npos) << text;
  EXPECT_LE(io_test::largest_allocation(), std::size_t{1} << 20);
}

TEST_F(png_test, frames_come_in_natural_order_and_other_files_are_left_out) {
  const auto folder = scratch_ / "video";
  std::filesystem::create_directory(folder);
  for (const int f : {1, 2, 10, 11})
    put((folder / (std::to_string(f) + ".png")).string(),
        png(1, 1, 8, grey, {std::string(1, static_cast<char>(f))}));
  put((folder / "._1.png").string(), "resource fork");
  put((folder / "notes.txt").string(), "notes");
  std::vector<double> found;
  for (const auto& frame : image::read_frames(folder)) found.push_back(frame.values[0] * 255);
  EXPECT_EQ(found, (std::vector<double>{1, 2, 10, 11}));
  EXPECT_NE(message_of<io::write_error>([&] {
              image::require_frames_folder(folder);
            }).find("holds '1.png', which would be a frame too"),
            std::string::npos);
}

TEST_F(png_test, frames_of_an_earlier_video_are_removed) {
  const auto folder = scratch_ / "video";
  const picture one{1, 1, 1, 8, false, {0}};
  image::write_frames(folder, std::vector<picture>(5, one));
  put((folder / "notes.txt").string(), "notes");
  image::write_frames(folder, std::vector<picture>(2, one));
  EXPECT_EQ(image::read_frames(folder).size(), 2u);
  EXPECT_EQ(io_test::contents(folder / "notes.txt"), "notes");
}

TEST(panels, side_by_side_and_difference) {
  const picture a{1, 2, 1, 8, false, {0.1, 0.5}}, b{1, 2, 1, 8, false, {0.2, 1.5}};
  const auto all = image::side_by_side({a, b});
  EXPECT_EQ(all.columns, 5);
  EXPECT_EQ(all.values, (std::vector<double>{0.1, 0.5, 1, 0.2, 1.5}));
  const auto d = image::difference(b, a, 4);
  EXPECT_NEAR(d.values[0], 0.4, 1e-15);
  EXPECT_EQ(d.values[1], 1);
}

}  // namespace
}  // namespace tubal::image_test
