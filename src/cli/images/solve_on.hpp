// The solvers, for any precision and space.
#pragma once

#include "cli/images/solvers.hpp"

#include <tubal/convex.hpp>
#include <tubal/descent.hpp>
#include <tubal/sensing_operators.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tubal::cli {

/// Between the order of the data and that of the tensor whose tubes are its columns: both ways it
/// is the exchange of the last two of three dimensions.
template <class From, class To>
void exchange(const From& from, To& to, std::int64_t rows, std::int64_t second,
              std::int64_t third) {
  for (std::int64_t l = 0; l < third; ++l)
    for (std::int64_t j = 0; j < second; ++j)
      for (std::int64_t i = 0; i < rows; ++i)
        to[static_cast<std::size_t>(i + rows * (l + third * j))] =
            static_cast<typename To::value_type>(
                from[static_cast<std::size_t>(i + rows * (j + second * l))]);
}

/// The data as the tensor that the solver works on.
template <class T>
struct layout {
  layout(const data& d, tubes along)
      : columns(along == tubes::columns),
        rows(d.rows()),
        cols(d.columns()),
        rest(d.tube()),
        sizes(columns ? shape{rows, rest, cols} : shape{rows, cols, rest}) {
    std::vector<std::int64_t> dimensions(d.sizes.begin() + 2, d.sizes.end());
    if (columns) dimensions = {cols};
    transform = dimensions.empty() ? tubal::transform() : tubal::transform::dft(dimensions);
  }
  std::vector<std::int64_t> indices(const std::vector<std::int64_t>& seen) const {
    if (!columns) return seen;
    auto moved = seen;
    for (auto& e : moved) {
      const std::int64_t i = e % rows, j = e / rows % cols, l = e / rows / cols;
      e = i + rows * (l + rest * j);
    }
    return moved;
  }
  std::vector<T> tensor_values(const std::vector<double>& values) const {
    std::vector<T> moved(values.begin(), values.end());
    if (columns) exchange(values, moved, rows, cols, rest);
    return moved;
  }
  std::vector<double> data_values(const std::vector<T>& values) const {
    std::vector<double> moved(values.begin(), values.end());
    if (columns) exchange(values, moved, rows, rest, cols);
    return moved;
  }

  bool columns;
  std::int64_t rows, cols, rest;
  shape sizes;
  tubal::transform transform;
};

inline std::int64_t effective_rank(const singular_values& s) {
  std::vector<double> tubes(static_cast<std::size_t>(s.per_slice));
  for (std::int64_t f = 0; f < s.slices; ++f)
    for (std::int64_t i = 0; i < s.per_slice; ++i)
      tubes[static_cast<std::size_t>(i)] += s(i, f) * s(i, f);
  std::int64_t count = 0;
  for (const double square : tubes) count += square > 1e-4 * tubes.front() ? 1 : 0;
  return count;
}

/// One solver on one tensor.
template <class T, class Space>
class solver_on {
 public:
  solver_on(context<Space>& ctx, const data& d, const std::vector<std::int64_t>& seen,
            const assignment& a)
      : ctx_(ctx), a_(a), layout_(d, a.along), seen_(seen), data_(d) {}

  solution solve() {
    full_ = from_host(ctx_, layout_.sizes, layout_.tensor_values(data_.values));
    const auto begin = clock::now();
    tensor<T, Space> x = a_.solver == solver_name::robust ? robust() : from_measurements();
    ctx_.wait();
    result_.seconds = std::chrono::duration<double>(clock::now() - begin).count();
    result_.effective_rank = effective_rank(singular_values_of(ctx_, x, layout_.transform));
    result_.values = layout_.data_values(to_host(ctx_, x));
    if (a_.exact)
      for (const auto e : seen_)
        result_.values[static_cast<std::size_t>(e)] = data_.values[static_cast<std::size_t>(e)];
    return std::move(result_);
  }

 private:
  using clock = std::chrono::steady_clock;

  observer see(double record::*error, measure otherwise) {
    return [this, error, otherwise](const record& r) {
      const double value = std::isnan(r.*error) ? r[otherwise] : r.*error;
      const bool go_on = !a_.see || a_.see(r.iteration, value);
      result_.stopped = result_.stopped || !go_on;
      return go_on;
    };
  }

  /// Of `robust_pca` or `nuclear_norm_recovery`.
  template <class Admm>
  tensor<T, Space> low_rank_of(Admm& r) {
    const auto ran = run(r, {.iterations = 500, .record_every = 1, .train_tolerance = 1e-5},
                         see(&record::held_out_error, measure::train_error));
    result_.iterations = ran.last.iteration;
    result_.held_out_error = ran.last.held_out_error;
    tensor<T, Space> x(ctx_, layout_.sizes);
    copy<T, Space>(ctx_, r.low_rank(), x);
    return x;
  }

  tensor<T, Space> robust() {
    robust_pca<T, Space> r(ctx_, full_, {.admm = {.along = layout_.transform}});
    return low_rank_of(r);
  }

  tensor<T, Space> from_measurements() {
    const entry_mask<T, Space> sensing(ctx_, layout_.sizes, layout_.indices(seen_));
    tensor<T, Space> y(ctx_, {sensing.measurements(), 1, 1});
    sensing.apply(ctx_, full_, y);
    return a_.solver == solver_name::admm ? convex(sensing, y) : factorised(sensing, y);
  }

  tensor<T, Space> convex(const entry_mask<T, Space>& sensing, const tensor<T, Space>& y) {
    nuclear_norm_recovery<T, Space> r(ctx_, sensing, y, {.along = layout_.transform});
    return low_rank_of(r);
  }

  /// Enough measurements to hold some out.
  static constexpr std::int64_t enough = 400;

  /// p; of noisy entries 0.3: noise hides as much as holes do.
  double share(std::int64_t measurements) const {
    if (!a_.exact) return 0.3;
    return static_cast<double>(measurements) / static_cast<double>(layout_.sizes.size());
  }
  /// Of what natural images ask for at a share p of the entries: q (0.2 + 0.6 p).
  std::int64_t generous_rank(std::int64_t measurements) const {
    const std::int64_t q = std::min(layout_.sizes.rows, layout_.sizes.cols);
    const auto wanted =
        static_cast<std::int64_t>(static_cast<double>(q) * (0.2 + 0.6 * share(measurements)));
    return std::clamp<std::int64_t>(wanted, std::min<std::int64_t>(q, 16), q);
  }

  /// `norm`: the spectral norm of A^T y.
  descent_options options(std::int64_t measurements, double norm) const {
    descent_options o;
    o.factor_rank = a_.factor_rank.value_or(generous_rank(measurements));
    o.seed = a_.seed;
    o.norm = 1;
    o.held_out = measurements >= enough ? 0.04 : 0;
    o.along = layout_.transform;
    o.momentum = 0.5;
    o.init_scale = 1e-2;
    if (a_.solver == solver_name::gradient) {
      o.momentum = 0.9;
      o.init_scale = 1e-3;
    } else if (a_.solver == solver_name::scaled) {
      o.method = descent_method::scaled;
      o.step_size = 0.5;
      o.continuation = 0.005;
      o.continuation_rate = 0.97;
      o.damping = 0.03 * norm;
    } else {
      o.method = descent_method::alternating;
      // Found on photographs: the path begins above what the holes look like, and is slower where
      // less is seen.
      const double p = share(measurements);
      o.continuation = std::max(0.03, 0.045 * std::sqrt((1 - p) / p));
      o.continuation_rate = a_.exact ? 0.92 - 0.17 * p : 0.95;  // noise forgives no haste
    }
    return o;
  }

  double norm_of(const entry_mask<T, Space>& sensing, const tensor<T, Space>& y) {
    if (a_.solver != solver_name::scaled) return 0;
    tensor<T, Space> x(ctx_, layout_.sizes);
    sensing.adjoint(ctx_, y, x);
    return spectral_norm(ctx_, x, layout_.transform);
  }

  tensor<T, Space> factorised(const entry_mask<T, Space>& sensing, const tensor<T, Space>& y) {
    const auto o = options(sensing.measurements(), norm_of(sensing, y));
    const bool slow = o.method != descent_method::alternating, holds_out = o.held_out > 0;
    descent<T, Space> d(ctx_, sensing, y, o);
    run_options r{.iterations = slow ? 400 : 150, .record_every = slow ? 5 : 2};
    r.held_out_window = holds_out ? (slow ? 30 : a_.exact ? 4 : 12) : 0;
    if (!holds_out) r.iterations = slow ? 300 : 80;
    const auto ran = run(d, r, see(&record::held_out_error, measure::train_error));
    result_.iterations = ran.last.iteration;
    result_.held_out_error = ran.last.held_out_error;
    result_.factor_rank = d.factor_rank();
    if (slow || !holds_out || result_.stopped || ran.reason == stop_reason::not_finite)
      return d.product();
    return polished(sensing, y, d, o, ran.last.iteration);
  }

  /// A few more steps from there, with all measurements.
  tensor<T, Space> polished(const entry_mask<T, Space>& sensing, const tensor<T, Space>& y,
                            descent<T, Space>& d, descent_options o, std::int64_t best) {
    o.weight_decay = d.weight_decay(best);
    o.continuation = 0;
    o.held_out = 0;
    o.start = descent_start::given;
    descent<T, Space> last(ctx_, sensing, y, o, d.left(), d.right());
    last.steps(std::lround(10 - 8 * share(sensing.measurements())));
    return last.product();
  }

  context<Space>& ctx_;
  const assignment& a_;
  layout<T> layout_;
  const std::vector<std::int64_t>& seen_;
  const data& data_;
  tensor<T, Space> full_;
  solution result_;
};

template <class T, class Space>
solution solve_on(const data& d, const std::vector<std::int64_t>& seen, const assignment& a,
                  const typename Space::options& where) {
  context<Space> ctx{where};
  return solver_on<T, Space>(ctx, d, seen, a).solve();
}

}  // namespace tubal::cli
