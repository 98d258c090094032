// PSNR and SSIM against their definitions.
#include "image/quality.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tubal::image_test {
namespace {

std::vector<double> pattern(std::int64_t rows, std::int64_t columns, double phase) {
  std::vector<double> x;
  for (std::int64_t j = 0; j < columns; ++j)
    for (std::int64_t i = 0; i < rows; ++i)
      x.push_back(0.5 + 0.4 * std::sin(0.7 * double(i) + 0.3 * double(j * j) + phase));
  return x;
}

/// The definition, window by window.
double reference(const std::vector<double>& x, const std::vector<double>& y, std::int64_t rows,
                 std::int64_t columns) {
  double sum = 0, windows = 0;
  for (std::int64_t j = 5; j < columns - 5; ++j)
    for (std::int64_t i = 5; i < rows - 5; ++i, ++windows) {
      double w = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
      for (std::int64_t b = -5; b <= 5; ++b)
        for (std::int64_t a = -5; a <= 5; ++a) {
          const double g = std::exp(-double(a * a + b * b) / (2 * 1.5 * 1.5));
          const double u = x[std::size_t(i + a + rows * (j + b))];
          const double v = y[std::size_t(i + a + rows * (j + b))];
          w += g, mx += g * u, my += g * v, xx += g * u * u, yy += g * v * v, xy += g * u * v;
        }
      mx /= w, my /= w, xx /= w, yy /= w, xy /= w;
      const double c1 = 1e-4, c2 = 9e-4;
      sum += (2 * mx * my + c1) * (2 * (xy - mx * my) + c2) /
             ((mx * mx + my * my + c1) * (xx - mx * mx + yy - my * my + c2));
    }
  return sum / windows;
}

TEST(psnr, by_hand) {
  EXPECT_NEAR(image::psnr(std::vector<double>{0.1, 0.9}, std::vector<double>{0, 1}), 20, 1e-12);
  EXPECT_NEAR(image::psnr(std::vector<double>{-1, 0.9}, std::vector<double>{0, 1}),
              -10 * std::log10(0.005), 1e-12);  // -1 is taken as 0
  EXPECT_TRUE(std::isinf(image::psnr(std::vector<double>{0.5}, std::vector<double>{0.5})));
}

TEST(ssim, is_its_definition) {
  const auto x = pattern(17, 23, 0), y = pattern(17, 23, 0.4);
  EXPECT_NEAR(image::ssim(x, y, 17, 23), reference(x, y, 17, 23), 1e-12);
  EXPECT_NEAR(image::ssim(x, x, 17, 23), 1, 1e-12);
  auto two = x, other = y;
  two.insert(two.end(), y.begin(), y.end());
  other.insert(other.end(), y.begin(), y.end());
  EXPECT_NEAR(image::ssim(two, other, 17, 23), (reference(x, y, 17, 23) + 1) / 2, 1e-12);
  EXPECT_TRUE(std::isnan(image::ssim(x, y, 17 * 23, 1)));
}

}  // namespace
}  // namespace tubal::image_test
