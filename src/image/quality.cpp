#include "quality.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace tubal::image {

namespace {

constexpr std::int64_t radius = 5, window = 2 * radius + 1;
constexpr double sigma = 1.5, c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;

std::array<double, window> weights() {
  std::array<double, window> w{};
  double sum = 0;
  for (std::int64_t i = 0; i < window; ++i) {
    const auto x = static_cast<double>(i - radius);
    sum += w[static_cast<std::size_t>(i)] = std::exp(-x * x / (2 * sigma * sigma));
  }
  for (double& x : w) x /= sum;
  return w;
}

using plane = std::vector<double>;

/// The weighted means over all windows inside, (rows - 10) x (columns - 10).
plane smooth(const plane& x, std::int64_t rows, std::int64_t columns) {
  static const auto w = weights();
  const std::int64_t fewer_rows = rows - window + 1, fewer_columns = columns - window + 1;
  plane down(static_cast<std::size_t>(fewer_rows * columns));
  plane both(static_cast<std::size_t>(fewer_rows * fewer_columns));
  for (std::int64_t j = 0; j < columns; ++j)
    for (std::int64_t i = 0; i < fewer_rows; ++i)
      for (std::int64_t t = 0; t < window; ++t)
        down[static_cast<std::size_t>(i + fewer_rows * j)] +=
            w[static_cast<std::size_t>(t)] * x[static_cast<std::size_t>(i + t + rows * j)];
  for (std::int64_t j = 0; j < fewer_columns; ++j)
    for (std::int64_t t = 0; t < window; ++t)
      for (std::int64_t i = 0; i < fewer_rows; ++i)
        both[static_cast<std::size_t>(i + fewer_rows * j)] +=
            w[static_cast<std::size_t>(t)] *
            down[static_cast<std::size_t>(i + fewer_rows * (j + t))];
  return both;
}

double clip(double x) { return std::clamp(x, 0., 1.); }

double ssim_of_plane(const plane& x, const plane& y, std::int64_t rows, std::int64_t columns) {
  const auto product = [](const plane& a, const plane& b) {
    plane c(a.size());
    std::transform(a.begin(), a.end(), b.begin(), c.begin(), std::multiplies<>());
    return c;
  };
  const auto mean = [&](const plane& a) { return smooth(a, rows, columns); };
  const plane mx = mean(x), my = mean(y), xx = mean(product(x, x)), yy = mean(product(y, y)),
              xy = mean(product(x, y));
  double sum = 0;
  for (std::size_t i = 0; i < mx.size(); ++i) {
    const double vx = xx[i] - mx[i] * mx[i], vy = yy[i] - my[i] * my[i],
                 vxy = xy[i] - mx[i] * my[i];
    sum += (2 * mx[i] * my[i] + c1) * (2 * vxy + c2) /
           ((mx[i] * mx[i] + my[i] * my[i] + c1) * (vx + vy + c2));
  }
  return sum / static_cast<double>(mx.size());
}

}  // namespace

double psnr(std::span<const double> found, std::span<const double> truth) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::pow(clip(found[i]) - truth[i], 2);
  return -10 * std::log10(sum / static_cast<double>(truth.size()));
}

double ssim(std::span<const double> found, std::span<const double> truth, std::int64_t rows,
            std::int64_t columns) {
  if (rows < window || columns < window) return std::numeric_limits<double>::quiet_NaN();
  const auto size = static_cast<std::size_t>(rows * columns);
  double sum = 0;
  for (std::size_t at = 0; at < truth.size(); at += size) {
    plane x(found.begin() + static_cast<std::ptrdiff_t>(at),
            found.begin() + static_cast<std::ptrdiff_t>(at + size));
    std::transform(x.begin(), x.end(), x.begin(), clip);
    sum += ssim_of_plane(x,
                         {truth.begin() + static_cast<std::ptrdiff_t>(at),
                          truth.begin() + static_cast<std::ptrdiff_t>(at + size)},
                         rows, columns);
  }
  return sum * static_cast<double>(size) / static_cast<double>(truth.size());
}

}  // namespace tubal::image
