#include "core/completion/path.hpp"

#include <tubal/convex.hpp>
#include <tubal/norms.hpp>
#include <tubal/svd.hpp>
#include <tubal/tproduct.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal::detail {

namespace {

template <class T, class S>
class solver {
 public:
  solver(context<S>& ctx, const shape& s, const std::vector<std::int64_t>& fitted,
         const std::vector<T>& y, const watched_entries& watched, const path_options& o,
         const observer& see)
      : ctx_(ctx),
        sizes_(s),
        o_(o),
        see_(see),
        watched_(watched),
        fitted_(ctx, s, fitted),
        y_(from_host<T, S>(ctx, {static_cast<std::int64_t>(y.size()), 1, 1}, y)) {
    for (std::size_t e = 0; e < watched.values.size(); ++e)
      result_.first_error += watched.weights[e] * watched.values[e] * watched.values[e];
    if (watched.indices.empty()) {
      result_.first_error = std::numeric_limits<double>::quiet_NaN();
    } else {
      watch_.emplace(ctx, s, watched.indices);
      found_ = tensor<T, S>(ctx, {watch_->measurements(), 1, 1});
      all_indices_ = fitted;
      all_indices_.insert(all_indices_.end(), watched.indices.begin(), watched.indices.end());
      all_values_ = y;
      all_values_.insert(all_values_.end(), watched.values.begin(), watched.values.end());
    }
  }

  path_result<T, S> solve() {
    if (o_.solver == completion_solver::nuclear_norm)
      convex();
    else
      descend();
    return std::move(result_);
  }

  path_result<T, S> solve_rank(const std::vector<T>& start) {
    descent_options o = options();
    o.continuation = 0;
    o.start = descent_start::given;
    const auto f = svd(ctx_, from_host<T, S>(ctx_, sizes_, start),
                       {.rank = *o_.factor_rank, .along = o_.along});
    const auto left = tproduct(ctx_, f.u, f.s, {op::none, op::none, o_.along});
    descent<T, S> d(ctx_, fitted_, y_, o, left, f.v);
    result_.factor_rank = d.factor_rank();
    watch_descent(d, 5, 40, 600, 0);
    if (!result_.not_finite && !result_.stopped) polish(d, o, 0, true);
    return std::move(result_);
  }

 private:
  bool watches() const { return watch_.has_value(); }

  double error_of(tensor_view<const T, S> x) {
    if (!watches()) return std::numeric_limits<double>::quiet_NaN();
    watch_->apply(ctx_, x, found_);
    const std::vector<T> found = to_host(ctx_, found_);
    double sum = 0;
    for (std::size_t e = 0; e < found.size(); ++e) {
      const double off = static_cast<double>(found[e]) - watched_.values[e];
      sum += watched_.weights[e] * off * off;
    }
    return sum;
  }

  bool show(std::int64_t t, double error) {
    record r;
    r.iteration = t;
    r.held_out_error = std::sqrt(error / result_.first_error);
    result_.stopped = see_ && !see_(r);
    return !result_.stopped;
  }

  void convex() {
    const auto solve = [&](const entry_mask<T, S>& a, tensor_view<const T, S> y) {
      nuclear_norm_recovery<T, S> r(ctx_, a, y, {.along = o_.along});
      const auto ran = run(r, {.iterations = 500, .record_every = 1, .train_tolerance = 1e-5},
                           [&](const record& at) {
                             return show(at.iteration, std::numeric_limits<double>::quiet_NaN());
                           });
      result_.iterations = ran.last.iteration;
      result_.not_finite = ran.reason == stop_reason::not_finite;
      result_.error = error_of(r.low_rank());
      result_.x = to_host(ctx_, r.low_rank());
    };
    solve(fitted_, y_);
    if (!watches() || result_.stopped || result_.not_finite) return;
    const double error = result_.error;
    result_.predicted = result_.x;
    const entry_mask<T, S> all(ctx_, sizes_, all_indices_);
    solve(all, all_data());
    result_.error = error;
  }

  tensor<T, S> all_data() {
    return from_host<T, S>(ctx_, {static_cast<std::int64_t>(all_values_.size()), 1, 1},
                           all_values_);
  }

  /// q (0.2 + 0.6 p): what natural images ask for.
  std::int64_t generous_rank() const {
    const std::int64_t q = std::min(sizes_.rows, sizes_.cols);
    const auto wanted = static_cast<std::int64_t>(static_cast<double>(q) * (0.2 + 0.6 * o_.share));
    return std::clamp<std::int64_t>(wanted, std::min<std::int64_t>(q, 16), q);
  }

  descent_options options() {
    descent_options o;
    o.factor_rank = o_.factor_rank.value_or(generous_rank());
    o.seed = o_.seed;
    o.norm = 1;
    o.along = o_.along;
    o.init_scale = 1e-2;
    if (o_.solver == completion_solver::gradient) {
      o.momentum = 0.9;
      o.init_scale = 1e-3;
    } else if (o_.solver == completion_solver::scaled) {
      tensor<T, S> x(ctx_, sizes_);
      fitted_.adjoint(ctx_, y_, x);
      o.method = descent_method::scaled;
      o.momentum = 0.5;
      o.step_size = 0.5;
      o.continuation = 0.005;
      o.continuation_rate = 0.97;
      o.damping = 0.03 * spectral_norm(ctx_, x, o_.along);
    } else {
      o.method = descent_method::alternating;
      o.momentum = 0.4;
      // The path begins above what holes look like; noise forgives no haste. Found on photographs.
      o.continuation = o_.noisy ? 0.07 : 0.3;
      o.continuation_rate = o_.noisy ? 0.95 : 0.8;
      if (o_.noisy) o.momentum = 0.5;
    }
    return o;
  }

  void descend() {
    const auto o = options();
    const bool slow = o.method != descent_method::alternating;
    descent<T, S> d(ctx_, fitted_, y_, o);
    result_.factor_rank = d.factor_rank();
    // nothing is judged before the weight decay is at 3 % of the norm
    const auto floor = static_cast<std::int64_t>(
        std::ceil(std::log(0.03 / o.continuation) / std::log(o.continuation_rate)));
    if (slow)
      watch_descent(d, 5, 30, 400, 0);
    else
      watch_descent(d, o_.noisy ? 2 : 1, o_.noisy ? 24 : 4, 150, floor);
    if (!watches()) result_.x = to_host(ctx_, d.product());
    if (slow || !watches() || result_.stopped || result_.not_finite) return;
    polish(d, o, result_.iterations, false);
  }

  /// Steps until the watched error has not fallen for `window` steps after step `floor`, and goes
  /// back to the best iterate.
  void watch_descent(descent<T, S>& d, std::int64_t every, std::int64_t window, std::int64_t end,
                     std::int64_t floor) {
    double best = std::numeric_limits<double>::infinity();
    std::int64_t best_at = 0;
    for (;;) {
      const std::int64_t t = d.iteration();
      d.evaluate();
      const double error = error_of(d.evaluated_product());
      result_.not_finite = watches() && !std::isfinite(error);
      if (result_.not_finite) break;
      if (error < best * (1 - 1e-4)) {
        best = error;
        best_at = t;
        d.keep();
      }
      if (!show(t, error) || t >= end || best < 1e-30 * result_.first_error) break;
      if (t >= floor && t - std::max(best_at, floor) >= window) break;
      d.steps(every);
    }
    if (!watches()) {
      result_.iterations = d.iteration();
      result_.error = std::numeric_limits<double>::quiet_NaN();
      return;
    }
    if (std::isfinite(best)) d.go_back();
    result_.iterations = best_at;
    result_.error = best;
    if (result_.not_finite) return;
    result_.x = to_host(ctx_, d.product());
    result_.predicted = result_.x;
  }

  /// A few more steps from there, with all measurements; with `to_the_end`, until they are met.
  void polish(descent<T, S>& d, descent_options o, std::int64_t best, bool to_the_end) {
    o.weight_decay = d.weight_decay(best);
    o.continuation = 0;
    o.start = descent_start::given;
    std::optional<entry_mask<T, S>> all;
    if (watches()) all.emplace(ctx_, sizes_, all_indices_);
    descent<T, S> last(ctx_, watches() ? *all : fitted_, watches() ? all_data() : std::move(y_), o,
                       d.left(), d.right());
    if (to_the_end)
      run(last, {.iterations = 500,
                 .record_every = 10,
                 .train_tolerance = 1e-15,
                 .progress_window = 40,
                 .progress_tolerance = 0.1});
    else
      last.steps(std::lround(10 - 8 * o_.share));
    last.evaluate();
    result_.x = to_host(ctx_, last.evaluated_product());
  }

  context<S>& ctx_;
  shape sizes_;
  const path_options& o_;
  const observer& see_;
  const watched_entries& watched_;
  entry_mask<T, S> fitted_;
  tensor<T, S> y_, found_;
  std::optional<entry_mask<T, S>> watch_;
  std::vector<std::int64_t> all_indices_;
  std::vector<T> all_values_;
  path_result<T, S> result_;
};

}  // namespace

template <class T, class S>
path_result<T, S> follow_path(context<S>& ctx, const shape& s,
                              const std::vector<std::int64_t>& fitted, const std::vector<T>& y,
                              const watched_entries& watched, const path_options& o,
                              const observer& see) {
  return solver<T, S>(ctx, s, fitted, y, watched, o, see).solve();
}

template <class T, class S>
path_result<T, S> follow_rank(context<S>& ctx, const shape& s,
                              const std::vector<std::int64_t>& fitted, const std::vector<T>& y,
                              const watched_entries& watched, const path_options& o,
                              const std::vector<T>& start, const observer& see) {
  return solver<T, S>(ctx, s, fitted, y, watched, o, see).solve_rank(start);
}

template <class T, class S>
std::vector<std::int64_t> ranks_at_gaps(context<S>& ctx, const shape& s, const std::vector<T>& x,
                                        const transform& along) {
  const auto v = singular_values_of(ctx, from_host<T, S>(ctx, s, x), along);
  std::vector<double> tubes(static_cast<std::size_t>(v.per_slice));
  for (std::int64_t f = 0; f < v.slices; ++f)
    for (std::int64_t i = 0; i < v.per_slice; ++i)
      tubes[static_cast<std::size_t>(i)] += v(i, f) * v(i, f);
  std::vector<std::int64_t> ranks;
  double behind = std::accumulate(tubes.begin(), tubes.end(), 0.0);
  const double little = 0.02 * behind, gap = 0.25 * 0.25;  // of squares
  for (std::size_t i = 1; 2 * i <= tubes.size(); ++i) {
    behind -= tubes[i - 1];
    if (behind < little && tubes[i] < gap * tubes[i - 1])
      ranks.push_back(static_cast<std::int64_t>(i));
  }
  return ranks;
}

#define TUBAL_INSTANTIATE(T, S)                                                             \
  template path_result<T, S> follow_path(                                                   \
      context<S>&, const shape&, const std::vector<std::int64_t>&, const std::vector<T>&,   \
      const watched_entries&, const path_options&, const observer&);                        \
  template path_result<T, S> follow_rank(                                                   \
      context<S>&, const shape&, const std::vector<std::int64_t>&, const std::vector<T>&,   \
      const watched_entries&, const path_options&, const std::vector<T>&, const observer&); \
  template std::vector<std::int64_t> ranks_at_gaps(context<S>&, const shape&,               \
                                                   const std::vector<T>&, const transform&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal::detail
