// The choices of a completion, direction of the tubes, centring and rank, and what is said of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/completion/held_out_sample.hpp"
#include "core/completion/orientation.hpp"
#include "core/completion/path.hpp"
#include "core/completion/seen_data.hpp"

namespace tubal::detail {

/// One direction and centring, tried.
struct trial {
  tube_direction tubes;
  centring centre;
  std::vector<double> x = {};          ///< the whole tensor, in the order and scale of the data
  std::vector<double> predicted = {};  ///< the same before it knew what was held out
  double error =
      std::numeric_limits<double>::quiet_NaN();  ///< weighted mean square of what is held out
  std::int64_t iterations = 0, factor_rank = 0;
  bool stopped = false, not_finite = false;
};

template <class T, class S>
class completing {
 public:
  completing(context<S>& ctx, const std::vector<T>& given, seen_data data,
             const completion_options& o, const observer& see)
      : ctx_(ctx),
        given_(given),
        data_(std::move(data)),
        o_(o),
        see_(see),
        pattern_(data_.sizes, data_.seen),
        fold_(data_, pattern_, share_held_out(), o.seed) {
    result_.unseen_rows = pattern_.unseen(unit_kind::row);
    result_.unseen_cols = pattern_.unseen(unit_kind::column);
    result_.unseen_slices = pattern_.unseen(unit_kind::slice);
    result_.solver = o.solver;
  }

  completion<T, S> complete() {
    if (data_.is_zero)
      finish({}, completion_reason::all_zero);
    else if (pattern_.missing() == 0 && !o_.noisy)
      finish(data_.values, completion_reason::nothing_missing);
    else
      find();
    return std::move(result_);
  }

 private:
  void find() {
    trial best = choose();
    if (!best.stopped && o_.solver != completion_solver::alternating)
      best = solve(best.tubes, best.centre, o_.solver, fold_);
    else if (!best.stopped && !o_.factor_rank && !o_.noisy)
      best = with_low_rank(std::move(best));
    judge(best);
  }

  /// Held out of what is seen; of few entries more. Of fewer than these nothing is.
  static constexpr std::int64_t fewest = 24;
  /// Mean squares under this, of data whose largest magnitude is near 1, are rounding.
  static constexpr double exact = sizeof(T) == 8 ? 1e-20 : 1e-10;
  double share_held_out() const {
    const auto seen = static_cast<double>(pattern_.seen());
    return pattern_.seen() < fewest ? 0 : std::max(0.08, std::min(0.2, 40 / seen));
  }

  orientation turned(tube_direction d) const { return {data_.sizes, d, o_.along}; }

  /// Whether each row and column of the turned tensor has a seen entry, and slices can be of low
  /// rank.
  bool is_fit(tube_direction d) const {
    const shape s = turned(d).sizes;
    if (std::min(s.rows, s.cols) < 2) return false;
    const bool rows = result_.unseen_rows.empty(), cols = result_.unseen_cols.empty(),
               slices = result_.unseen_slices.empty();
    return d == tube_direction::tube   ? rows && cols
           : d == tube_direction::cols ? rows && slices
                                       : cols && slices;
  }
  std::vector<tube_direction> directions() const {
    if (o_.tubes) return {*o_.tubes};
    std::vector<tube_direction> fit;
    for (const auto d : {tube_direction::tube, tube_direction::cols, tube_direction::rows})
      if (is_fit(d)) fit.push_back(d);
    if (fit.empty() || !fold_.holds_out())
      return {fit.empty() ? tube_direction::tube : fit.front()};
    return fit;
  }

  /// The mean of a slice is worth subtracting where it rests on some entries.
  centring mean_to_try() const {
    return pattern_.seen() >= 20 * data_.sizes.tube ? centring::slices : centring::mean;
  }

  trial choose() {
    const auto all = directions();
    trial best;
    const centring first = o_.centre ? *o_.centre : mean_to_try();
    for (const auto d : all)
      keep_better(best, solve(d, first, completion_solver::alternating, fold_), d == all.front());
    // what held-out entries cannot show is safer about the mean
    if (o_.centre || best.stopped || fold_.set.at_rim) return best;
    // of few units it must be clear
    const double margin = fold_.units() < 16 ? 0.9 : 1;
    keep_better(best, solve(best.tubes, centring::none, completion_solver::alternating, fold_),
                false, margin);
    return best;
  }
  void keep_better(trial& best, trial next, bool is_first, double margin = 1) {
    result_.tried.push_back({next.tubes, next.centre, plain(next.error)});
    if (is_first || next.error < margin * best.error || best.not_finite || next.stopped)
      best = std::move(next);
  }
  /// A mean square of errors over held-out entries, as a relative error.
  double plain(double square) const {
    return std::sqrt(square / fold_.error_of([](std::int64_t) { return 0.0; }));
  }

  struct problem {
    orientation turned;
    std::vector<std::int64_t> fitted;
    std::vector<T> y;
    watched_entries watched;
    path_options options;
  };
  problem problem_of(tube_direction d, centring c, completion_solver s, const fold& f) const {
    problem p{turned(d), {}, {}, {}, {}};
    for (const auto e : f.fitted) {
      p.fitted.push_back(p.turned.index(e));
      p.y.push_back(static_cast<T>(data_.values[static_cast<std::size_t>(e)] - f.mean(c, e)));
    }
    for (std::size_t h = 0; h < f.set.entries.size(); ++h) {
      p.watched.indices.push_back(p.turned.index(f.set.entries[h]));
      p.watched.values.push_back(f.held_values[h] - f.mean(c, f.set.entries[h]));
    }
    p.watched.weights = f.weights;
    const shape& n = p.turned.sizes;
    p.options.solver = s;
    p.options.along = p.turned.along;
    p.options.noisy = o_.noisy;
    p.options.seed = o_.seed;
    if (o_.factor_rank) p.options.factor_rank = std::min({*o_.factor_rank, n.rows, n.cols});
    p.options.share = o_.noisy
                          ? 0.3  // noise hides as much as holes do
                          : static_cast<double>(pattern_.seen()) / static_cast<double>(n.size());
    return p;
  }
  trial trial_of(const problem& p, tube_direction d, centring c, const fold& f,
                 path_result<T, S> r) const {
    trial t{d, c, {}, {}, r.error, r.iterations, r.factor_rank, r.stopped, r.not_finite};
    if (r.x.empty()) r.x.resize(data_.values.size());
    const auto place = [&](const std::vector<T>& from) {
      const std::vector<T> x = p.turned.back(from);
      std::vector<double> to(x.begin(), x.end());
      for (std::size_t e = 0; e < to.size(); ++e) to[e] += f.mean(c, static_cast<std::int64_t>(e));
      return to;
    };
    t.x = place(r.x);
    if (!r.predicted.empty()) t.predicted = place(r.predicted);
    return t;
  }
  trial solve(tube_direction d, centring c, completion_solver s, const fold& f) {
    const problem p = problem_of(d, c, s, f);
    if (std::all_of(p.y.begin(), p.y.end(), [](T v) { return v == T(0); }))
      return mean_alone(d, c, f);
    return trial_of(
        p, d, c, f,
        follow_path<T, S>(ctx_, p.turned.sizes, p.fitted, p.y, p.watched, p.options, see_));
  }

  /// Where all that is fitted is the mean.
  trial mean_alone(tube_direction d, centring c, const fold& f) const {
    trial t{d, c};
    t.x.resize(data_.values.size());
    for (std::size_t e = 0; e < t.x.size(); ++e) t.x[e] = f.mean(c, static_cast<std::int64_t>(e));
    if (f.holds_out()) t.predicted = t.x;
    t.error = f.error_of([&](std::int64_t e) { return f.mean(c, e); });
    return t;
  }

  /// The same with a tubal rank at which singular tubes fall off, where one predicts better.
  trial with_low_rank(trial best) {
    if (best.predicted.empty()) return best;
    const trial start = best;
    for (const centring c : {centring::none, start.centre}) {
      try_ranks(start, c, best);
      if (start.centre == c) break;
    }
    return best;
  }
  void try_ranks(const trial& from, centring c, trial& best) {
    problem p = problem_of(from.tubes, c, completion_solver::alternating, fold_);
    std::vector<T> start(from.predicted.size());
    for (std::size_t e = 0; e < start.size(); ++e)
      start[e] = static_cast<T>(from.predicted[e] - fold_.mean(c, static_cast<std::int64_t>(e)));
    start = p.turned.turn(start);
    const auto& [sizes, along] = std::tie(p.turned.sizes, p.turned.along);
    auto ranks = ranks_at_gaps<T, S>(ctx_, sizes, start, along);
    if (ranks.size() > 3) ranks.resize(3);
    for (const auto rank : ranks) {
      p.options.factor_rank = rank;
      trial t = trial_of(
          p, from.tubes, c, fold_,
          follow_rank<T, S>(ctx_, sizes, p.fitted, p.y, p.watched, p.options, start, see_));
      if (!t.not_finite && t.iterations > 0 && t.error < 0.5 * best.error) best = std::move(t);
    }
  }

  void judge(trial& best) {
    result_.tubes = best.tubes;
    result_.centre = best.centre;
    result_.iterations = best.iterations;
    result_.factor_rank = best.factor_rank;
    held_out_sample found, mean;
    if (!best.predicted.empty()) sample(best, found, mean);
    const completion_reason why = reason(best, found, mean);
    if (why != completion_reason::done && why != completion_reason::stopped &&
        why != completion_reason::not_checked) {
      for (std::size_t e = 0; e < best.x.size(); ++e)
        best.x[e] = fold_.mean(centring::slices, static_cast<std::int64_t>(e));
      found = mean;
    }
    finish(best.x, why);
    if (best.predicted.empty()) return;
    result_.held_out_error = estimate(found, [&](std::size_t e) { return best.x[e]; });
    result_.held_out_error_of_mean = estimate(mean, [&](std::size_t e) {
      return fold_.mean(centring::slices, static_cast<std::int64_t>(e));
    });
  }
  completion_reason reason(const trial& t, const held_out_sample& found,
                           const held_out_sample& mean) const {
    if (t.stopped) return completion_reason::stopped;
    if (t.not_finite) return completion_reason::not_finite;
    if (!fold_.holds_out()) return completion_reason::not_checked;
    if (found.mean_square() < exact) return completion_reason::done;
    if (t.iterations == 0) return completion_reason::no_iteration;
    if (!(plain(t.error) < 1)) return completion_reason::held_out_error;
    if (!found.is_under(mean, 2)) return completion_reason::no_better_than_mean;
    return completion_reason::done;
  }

  /// The errors of the trial's choices and of the mean; where one set of held-out units is small,
  /// over several.
  void sample(const trial& best, held_out_sample& found, held_out_sample& mean) {
    const auto add = [&](const fold& f, const trial& t) {
      found.add(
          f.errors_of([&](std::int64_t e) { return t.predicted[static_cast<std::size_t>(e)]; }));
      mean.add(f.errors_of([&](std::int64_t e) { return f.mean(centring::slices, e); }));
    };
    add(fold_, best);
    const auto enough = [&] {
      return found.mean_square() < exact ||
             (found.fewest_units() >= 16 && found.spread() < 0.06 && found.is_under(mean, 3));
    };
    for (std::uint64_t i = 1; i < 4 && !best.stopped && !enough(); ++i) {
      const fold f(data_, pattern_, share_held_out(), o_.seed + i);
      const trial t = solve(best.tubes, best.centre, o_.solver, f);
      if (t.stopped || t.not_finite) break;
      add(f, t);
    }
  }

  /// Whether the sample is large enough to speak of what is missing.
  bool tells(const held_out_sample& sample) const {
    if (sample.mean_square() < exact) return true;
    if (sample.fewest_units() < (fold_.set.of_holes ? 4 : 6)) return false;
    if (fold_.set.hole > 0.6) return false;
    const double most = fold_.set.at_rim ? 0.075 : fold_.set.of_holes ? 0.15 : 0.1;
    return sample.spread([&](int k) { return pattern_.missing_units(static_cast<unit_kind>(k)); }) <
           most;
  }
  /// Over the size of what is missing: that of what fills it and, beside it, of the error.
  template <class Filled>
  double estimate(const held_out_sample& sample, const Filled& filled) const {
    double sum = 0;
    std::int64_t count = 0;
    for (std::size_t e = 0; e < data_.seen.size(); ++e)
      if (data_.seen[e] == 0 || pattern_.missing() == 0) {
        sum += filled(e) * filled(e);
        ++count;
      }
    if (!tells(sample)) return std::numeric_limits<double>::quiet_NaN();
    // the inside of a large hole is predicted worse than its rim; found on photographs
    const double error = sample.mean_square() * (fold_.set.at_rim ? 1.3 * 1.3 : 1);
    return std::sqrt(error / (sum / static_cast<double>(count) + error));
  }

  void finish(std::vector<double> x, completion_reason why) {
    if (x.empty()) x.resize(data_.values.size());
    std::vector<T> values(x.size());
    for (std::size_t e = 0; e < x.size(); ++e) {
      const bool given = data_.seen[e] != 0 && !o_.noisy;
      values[e] = given ? given_[e] : static_cast<T>(std::ldexp(x[e], data_.exponent));
    }
    result_.x = from_host<T, S>(ctx_, data_.sizes, values);
    result_.reason = why;
    result_.converged = why == completion_reason::done || why == completion_reason::all_zero ||
                        why == completion_reason::nothing_missing;
  }

  context<S>& ctx_;
  const std::vector<T>& given_;
  seen_data data_;
  const completion_options& o_;
  const observer& see_;
  missing_pattern pattern_;
  fold fold_;
  completion<T, S> result_;
};

}  // namespace tubal::detail
