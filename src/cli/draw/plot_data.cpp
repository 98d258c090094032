// The numbers that a picture shows.
#include "cli/draw/plot_script.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tubal::cli {

namespace {

constexpr std::size_t most_points = 2000;

}  // namespace

std::string plot_data(const io::run_data& run) {
  const auto count = run.iteration.size();
  const auto stride = std::max<std::size_t>(1, (count + most_points - 1) / most_points);
  std::ostringstream text;
  text.precision(10);
  auto add = [&](std::size_t i) {
    text << run.iteration[i];
    for (const auto& [name, values] : run.rows)
      std::isfinite(values[i]) ? text << ' ' << values[i] : text << " nan";
    text << '\n';
  };
  for (std::size_t i = 0; i < count; i += stride) add(i);
  if (count > 0 && (count - 1) % stride != 0) add(count - 1);
  return text.str();
}

}  // namespace tubal::cli
