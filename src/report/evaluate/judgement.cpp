#include "report/evaluate/judgement.hpp"

#include "report/evaluate/names.hpp"
#include "report/evaluate/quantile.hpp"
#include "report/evaluate/values.hpp"

#include <algorithm>
#include <cmath>

namespace tubal::report {

namespace {

double value_at(const point& p, const expectation& e) {
  const auto values = values_of(p, e.row, e.value);
  return e.of_mean ? mean(values) : quantile(values, e.quantile);
}

verdict compare(double value, const expectation& e) {
  const bool above = !e.lower || value >= *e.lower;
  const bool below = !e.upper || value <= *e.upper;
  return above && below && !std::isnan(value) ? verdict::holds : verdict::fails;
}

finding at_point(const results& r, const point& p, const expectation& e) {
  finding f{shown(p.varied, r.plan), value_at(p, e), p.trials.size(),
            static_cast<std::size_t>(r.plan.repetitions)};
  if (!std::isnan(f.value)) f.outcome = compare(f.value, e);
  return f;
}

/// The point that differs from p by `change` alone.
const point* changed(const results& r, const point& p, const settings& change) {
  auto wanted = p.varied;
  for (const auto& [key, value] : change)
    if (wanted.count(key) > 0) wanted[key] = value;
  const auto found = std::find_if(r.points.begin(), r.points.end(),
                                  [&](const point& other) { return other.varied == wanted; });
  return found == r.points.end() ? nullptr : &*found;
}

finding of_ratio(const results& r, const point& p, const expectation& e) {
  const auto& other = *changed(r, p, *e.over);
  const double above = value_at(other, e);
  const double below = value_at(p, e);
  finding f{shown(other.varied, r.plan) + " over " + shown(p.varied, r.plan), above / below,
            std::min(p.trials.size(), other.trials.size()),
            static_cast<std::size_t>(r.plan.repetitions)};
  if (!std::isnan(above) && !std::isnan(below)) f.outcome = compare(f.value, e);
  return f;
}

verdict worst(const std::vector<finding>& all) {
  auto any = [&](verdict v) {
    return std::any_of(all.begin(), all.end(), [&](const finding& f) { return f.outcome == v; });
  };
  if (any(verdict::fails)) return verdict::fails;
  return all.empty() || any(verdict::undecided) ? verdict::undecided : verdict::holds;
}

}  // namespace

std::vector<judgement> judge(const results& r) {
  std::vector<judgement> all;
  for (const auto& e : r.plan.expect) {
    std::vector<finding> findings;
    for (const auto& p : r.points)
      if (matches(p, e.where)) findings.push_back(e.over ? of_ratio(r, p, e) : at_point(r, p, e));
    const auto outcome = worst(findings);
    all.push_back({&e, std::move(findings), outcome});
  }
  return all;
}

std::size_t holding(const std::vector<judgement>& all) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const judgement& j) { return j.outcome == verdict::holds; }));
}

std::string bounds_of(const expectation& e) {
  if (e.lower && e.upper) return shown(*e.lower) + " to " + shown(*e.upper);
  return e.lower ? "at least " + shown(*e.lower) : "at most " + shown(*e.upper);
}

std::string subject_of(const expectation& e) {
  const auto what = label(e.row, e.value);
  const auto of = e.of_mean           ? "mean of "
                  : e.quantile == 0.5 ? "median of "
                                      : shown(100 * e.quantile) + " % quantile of ";
  return of + what + (e.over ? ", ratio" : "");
}

const char* word(verdict v) {
  return v == verdict::holds ? "pass" : v == verdict::fails ? "fail" : "not decided";
}

}  // namespace tubal::report
