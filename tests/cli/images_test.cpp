// tubal complete, denoise, compress, compare: results, reports, wrong input.
#include "cli/command.hpp"
#include "image/frames.hpp"
#include "image/quality.hpp"
#include "io/array_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <limits>
#include <random>

namespace tubal::cli_test {
namespace {

using image::picture;
using io_test::scratch_directory;
using nlohmann::json;
using arguments = std::vector<std::string>;

/// Smooth, and of low tubal rank.
picture smooth(std::int64_t rows, std::int64_t columns, std::int64_t channels, int bits = 8,
               double phase = 0) {
  picture p{rows, columns, channels, bits, false, {}};
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t j = 0; j < columns; ++j)
      for (std::int64_t i = 0; i < rows; ++i)
        p.values.push_back(
            0.5 + 0.3 * std::sin(0.15 * double(i) + double(c) + phase) * std::cos(0.2 * double(j)) +
            0.1 * std::cos(0.4 * double(i + c)));
  return p;
}

class images_test : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return (scratch_ / name).string(); }
  std::string put(const std::string& name, const picture& p) const {
    image::write_png(file(name), p);
    return file(name);
  }
  std::string put_array(const std::string& name, const io::extents& sizes,
                        const std::vector<double>& values) const {
    const auto bytes = io::npy_image(sizes, values);
    std::ofstream(file(name), std::ios::binary).write(bytes.data(), std::ssize(bytes));
    return file(name);
  }
  static json report(arguments a) {
    a.push_back("--json");
    const auto r = tubal(a);
    EXPECT_EQ(r.code, 0) << r.err;
    return r.code == 0 ? json::parse(r.out) : json();
  }
  void expect_error(const arguments& a, int code, const std::string& says) {
    const auto before = scratch_.files();
    const auto r = tubal(a);
    EXPECT_EQ(r.code, code) << r.err;
    EXPECT_TRUE(is_one_error_line(r.err)) << r.err;
    EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(scratch_.files(), before);
  }
  scratch_directory scratch_;
};

TEST_F(images_test, complete_fills_in_what_is_missing) {
  const auto truth = smooth(48, 40, 3);
  const auto in = put("in.png", truth), out = file("out.png");
  for (const std::string solver : {"alternating", "scaled", "gradient", "admm"}) {
    const auto r = report({"complete", in, "--observe", "0.5", "--solver", solver, "--tubes",
                           "last", "-o", out, "--picture", file("beside.png")});
    EXPECT_GE(r["score"]["psnr"], 25) << solver;
    EXPECT_EQ(r["seen"], 48 * 40 * 3 / 2);
    const auto found = image::read_png(out);
    EXPECT_NEAR(image::psnr(found.values, image::read_png(in).values), r["score"]["psnr"],
                1.5);  // rounded to 8 bits
    const auto beside = image::read_png(file("beside.png"));
    EXPECT_EQ(beside.rows, 48);
    EXPECT_EQ(beside.columns, 4 * 40 + 3);
  }
}

TEST_F(images_test, tubes_are_chosen_by_held_out_entries_and_said) {
  const auto in = put("in.png", smooth(40, 48, 3));
  const auto r = report({"complete", in, "--observe", "0.5", "-o", file("out.png")});
  EXPECT_TRUE(r["tubes"]["chosen_by_held_out_entries"]);
  const json& errors = r["tubes"]["held_out_error"];
  for (const char* other : {"last", "columns", "rows"})
    EXPECT_LE(errors[r["tubes"]["along"].get<std::string>()], errors[other]);
  const auto text = tubal({"complete", in, "--observe-tubes", "0.5", "-o", file("out.png")});
  EXPECT_EQ(text.code, 0) << text.err;
  for (const char* part : {"whole tubes at random, seed 1", "chosen by held-out entries", "PSNR",
                           "SSIM", "relative error", "tubal rank", "time"})
    EXPECT_NE(text.out.find(part), std::string::npos) << text.out;
}

TEST_F(images_test, the_same_seed_is_the_same_picture) {
  const auto in = put("in.png", smooth(32, 32, 3));
  std::vector<std::string> pictures;
  for (const char* seed : {"5", "5", "6"}) {
    report({"complete", in, "--observe", "0.4", "--seed", seed, "-o", file("out.png")});
    pictures.push_back(contents(file("out.png")));
  }
  EXPECT_EQ(pictures[0], pictures[1]);
  EXPECT_NE(pictures[0], pictures[2]);
}

TEST_F(images_test, mask_grey_16_bits_and_truth) {
  const auto truth = put("truth.png", smooth(32, 30, 1, 16));
  picture mask{32, 30, 1, 8, false, std::vector<double>(32 * 30, 1)},
      broken = smooth(32, 30, 1, 16);
  for (int i = 10; i < 14; ++i)
    for (int j = 0; j < 30; ++j) {
      mask.values[std::size_t((i * 7 + j * 3) % 32 + 32 * j)] = 0;
      broken.values[std::size_t((i * 7 + j * 3) % 32 + 32 * j)] = 1;
    }
  const auto r = report({"complete", put("broken.png", broken), "--mask", put("mask.png", mask),
                         "--truth", truth, "-o", file("out.png")});
  EXPECT_EQ(r["input"]["bits"], 16);
  EXPECT_GE(r["score"]["psnr"], 30);
  EXPECT_EQ(image::read_png(file("out.png")).bits, 16);
  EXPECT_EQ(image::read_png(file("out.png")).channels, 1);
  EXPECT_TRUE(report({"complete", file("broken.png"), "--mask", file("mask.png"), "-o",
                      file("out.png")})["score"]
                  .is_null());
}

TEST_F(images_test, tensors_and_videos) {
  const std::int64_t n = 20, k = 4;
  std::vector<double> values, mask;
  std::mt19937 generator(1);
  for (std::int64_t e = 0; e < n * n * k; ++e) {
    const std::int64_t i = e % n, j = e / n % n, l = e / n / n;
    values.push_back(std::cos(double(i)) * std::sin(double(j) + double(l)));
    mask.push_back(generator() % 10 < 7 ? 1 : 0);
  }
  const auto x = put_array("x.npy", {n, n, k}, values), m = put_array("m.npy", {n, n, k}, mask);
  const auto r =
      report({"complete", x, "--mask", m, "--truth", x, "-o", file("out.h5") + ":/filled"});
  EXPECT_LE(r["score"]["relative_error"], 1e-3);
  EXPECT_TRUE(r["score"]["psnr"].is_null());
  EXPECT_EQ(io::array_reader({file("out.h5"), "filled"}).sizes(), (io::extents{n, n, k}));

  std::vector<picture> frames;
  for (int f = 0; f < 5; ++f) frames.push_back(smooth(24, 20, 3, 8, 0.1 * f));
  image::write_frames(file("video"), frames);
  const auto v = report({"complete", file("video"), "--observe", "0.5", "-o", file("filled"),
                         "--picture", file("middle.png")});
  EXPECT_EQ(v["input"]["sizes"], (json{24, 20, 3, 5}));
  EXPECT_GE(v["score"]["psnr"], 25);
  EXPECT_EQ(image::read_frames(file("filled")).size(), 5u);
}

TEST_F(images_test, denoise) {
  const auto in = put("in.png", smooth(48, 40, 3)), out = file("out.png");
  const auto noisy = report({"denoise", in, "--noise", "0.1", "-o", out});
  EXPECT_GE(noisy["score"]["psnr"], 24);  // the noise alone: 20 dB
  EXPECT_EQ(noisy["solver"], "alternating");
  const auto corrupt = report({"denoise", in, "--corrupt", "0.1", "-o", out});
  EXPECT_GE(corrupt["score"]["psnr"], 25);
  EXPECT_EQ(corrupt["solver"], "robust");
  const auto plain = report({"denoise", in, "-o", out});
  EXPECT_TRUE(plain["score"].is_null());
}

TEST_F(images_test, compress) {
  const auto in = put("in.png", smooth(48, 40, 3)), out = file("out.png");
  const auto r = report({"compress", in, "--rank", "4", "-o", out, "--picture", file("b.png")});
  EXPECT_EQ(r["tubal_rank"], 4);
  EXPECT_EQ(r["numbers_of_factors"], 4 * (48 + 40) * 3);
  EXPECT_GE(r["score"]["psnr"], 40);
  const auto e = report({"compress", in, "--energy", "0.99", "--tubes", "columns", "-o", out});
  EXPECT_LE(e["score"]["relative_error"], std::sqrt(0.01) * 1.001);
}

TEST_F(images_test, compare_has_a_table_and_a_picture) {
  const auto in = put("in.png", smooth(32, 32, 3));
  const auto r = report({"compare", in, "--observe", "0.5", "-o", file("all.png")});
  ASSERT_EQ(r["solvers"].size(), 4u);
  for (const auto& row : r["solvers"]) EXPECT_GE(row["score"]["psnr"], 20) << row;
  EXPECT_EQ(image::read_png(file("all.png")).columns, 6 * 32 + 5);
  const auto text = tubal({"compare", in, "--observe", "0.5"});
  for (const char* part : {"solver", "PSNR dB", "alternating", "scaled", "gradient", "admm"})
    EXPECT_NE(text.out.find(part), std::string::npos) << text.out;
}

TEST_F(images_test, one_pixel_and_other_edges) {
  const auto in = put("in.png", smooth(1, 1, 3)), out = file("out.png");
  const auto one = report({"complete", in, "--observe", "0.5", "-o", out});
  EXPECT_EQ(one["seen"], 2);
  EXPECT_TRUE(one["score"]["ssim"].is_null());
  report({"compress", in, "--rank", "1", "-o", out});
  report({"denoise", in, "-o", out});
  const auto row = put("row.png", smooth(1, 30, 1));
  report({"complete", row, "--observe", "0.5", "-o", out});
  expect_error({"complete", put("grey.png", smooth(1, 1, 1)), "--observe", "0.5", "-o",
                file("grey_out.png")},
               2, "nothing is missing");
}

TEST_F(images_test, wrong_options_end_with_code_2) {
  const auto in = put("in.png", smooth(16, 16, 3)), out = file("out.png");
  for (const char* share : {"0", "1", "2", "-0.5", "nan"})
    expect_error({"complete", in, "--observe", share, "-o", out}, 2,
                 "--observe: expected a share above 0 and under 1, got ");
  expect_error({"complete", in, "-o", out}, 2,
               "expected one of --observe, --observe-tubes, --mask");
  expect_error({"complete", in, "--observe", "0.5"}, 2, "--output is required");
  expect_error({"complete", in, "--observe", "0.5", "-o", in}, 2, "would overwrite the input");
  expect_error({"complete", in, "--observe", "0.5", "-o", file("out.jpg")}, 2, "ends in .png");
  expect_error({"complete", in, "--observe", "0.5", "--factor-rank", "17", "-o", out}, 2,
               "--factor-rank: expected 1 to 16");
  expect_error({"compress", in, "--rank", "17", "-o", out}, 2, "--rank: expected 1 to 16");
  expect_error({"compress", in, "--rank", "0", "-o", out}, 2, "--rank: expected 1 to 16");
  expect_error({"compress", in, "--energy", "2", "-o", out}, 2, "--energy");
  expect_error({"compress", in, "-o", out}, 2, "expected one of --rank, --energy");
  expect_error({"denoise", in, "--corrupt", "1", "-o", out}, 2, "--corrupt");
  expect_error({"denoise", in, "--noise", "-1", "-o", out}, 2, "--noise");
  expect_error({"complete", "in.gif", "--observe", "0.5", "-o", out}, 3, "no such file");
  expect_error({"compare", in, "--observe", "0.5", "-o", file("x.svg")}, 2, "ends in .png");
}

TEST_F(images_test, wrong_files_end_with_code_3) {
  const auto in = put("in.png", smooth(16, 16, 3)), out = file("out.png");
  const auto whole = contents(in);
  std::ofstream(file("cut.png"), std::ios::binary) << whole.substr(0, whole.size() / 2);
  expect_error({"complete", file("cut.png"), "--observe", "0.5", "-o", out}, 3,
               file("cut.png") + ": damaged PNG image: ");
  expect_error({"complete", in, "--mask", put("m.png", smooth(16, 15, 1)), "-o", out}, 3,
               "expected a mask of 16 x 16 x 3 or 16 x 16, found 16 x 15 x 1");
  picture black{16, 16, 1, 8, false, std::vector<double>(256, 0)};
  expect_error({"complete", in, "--mask", put("b.png", black), "-o", out}, 3,
               "the mask shows nothing");
  std::vector<double> values(24, 1);
  values[5] = std::numeric_limits<double>::quiet_NaN();
  const auto x = put_array("x.npy", {4, 3, 2}, values);
  expect_error({"complete", x, "--observe", "0.5", "-o", file("y.npy")}, 3,
               "expected finite values that fit the precision, found NaN at (1, 1, 0)");
  expect_error({"complete", file("none.png"), "--observe", "0.5", "-o", out}, 3, "no such file");
  std::filesystem::create_directory(file("empty"));
  expect_error({"complete", file("empty"), "--observe", "0.5", "-o", file("o")}, 3,
               "expected frames, *.png, found none");
}

TEST_F(images_test, a_signal_ends_it_with_what_there_is) {
  const auto in = put("in.png", smooth(200, 200, 3)), out = file("out.png");
  process running({"complete", in, "--observe", "0.5", "--solver", "admm", "--tubes", "last",
                   "--threads", "1", "-o", out});
  usleep(600000);
  running.signal(SIGINT);
  const auto r = running.wait();
  EXPECT_EQ(r.code, 130) << r.err;
  EXPECT_NE(r.out.find("interrupted"), std::string::npos) << r.out;
  EXPECT_EQ(image::read_png(out).rows, 200);
}

}  // namespace
}  // namespace tubal::cli_test
