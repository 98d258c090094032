#include "panels.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::image {

picture side_by_side(const std::vector<picture>& panels) {
  const picture& first = panels.front();
  const std::int64_t gap = std::max<std::int64_t>(1, first.columns / 32);
  picture all{first.rows, 0, first.channels, first.bits, false, {}};
  all.columns = static_cast<std::int64_t>(panels.size()) * (first.columns + gap) - gap;
  all.values.assign(static_cast<std::size_t>(all.rows * all.columns * all.channels), 1);
  const std::int64_t plane = first.rows * first.columns;
  for (std::size_t p = 0; p < panels.size(); ++p)
    for (std::int64_t c = 0; c < first.channels; ++c)
      std::copy_n(
          panels[p].values.begin() + c * plane, plane,
          all.values.begin() +
              all.rows * (static_cast<std::int64_t>(p) * (first.columns + gap) + all.columns * c));
  return all;
}

picture difference(const picture& a, const picture& b, double gain) {
  picture d = a;
  for (std::size_t i = 0; i < d.values.size(); ++i)
    d.values[i] = std::min(1., gain * std::abs(std::clamp(a.values[i], 0., 1.) - b.values[i]));
  return d;
}

}  // namespace tubal::image
