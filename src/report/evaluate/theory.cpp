#include "report/evaluate/theory.hpp"

#include "report/evaluate/quantile.hpp"
#include "report/evaluate/values.hpp"

#include <cmath>

namespace tubal::report {

namespace {

double number(const point& p, const std::string& key, double otherwise) {
  const auto found = p.all.find(key);
  return found != p.all.end() && found->second.is_number() ? found->second.number() : otherwise;
}

double start_of(const point& p) {
  double start = std::nan("");
  if (p.curves.rows.count("signal") > 0)
    start = quantile(values_of(p, "signal", {quantity::what::at, 0, 0}), 0.5);
  return std::isfinite(start) && start > 0 ? start : number(p, "alpha", 0);
}

}  // namespace

double prediction::signal(double t) const { return start * std::pow(growth, t); }

double prediction::convergence() const {
  return std::log(sigma / (std::sqrt(10) * start)) / std::log(growth);
}

std::optional<prediction> predict(const point& p) {
  const auto truth = p.all.find("truth");
  if (truth != p.all.end() && truth->second != "orthonormal") return {};
  const double sigma = 1 / number(p, "condition", 1);
  const prediction found{sigma, 1 + number(p, "step", 0) * sigma * sigma, start_of(p)};
  if (!(found.growth > 1) || !(found.start > 0) || !std::isfinite(found.growth)) return {};
  return found;
}

}  // namespace tubal::report
