// The solvers, for any precision and space.
#pragma once

#include "cli/images/solvers.hpp"

#include <tubal/convex.hpp>
#include <tubal/norms.hpp>

#include <chrono>
#include <cmath>

namespace tubal::cli {

/// The data as a tensor whose tubes run along one of three dimensions.
template <class T>
struct layout {
  layout(const data& d, tube_direction along) : given{d.rows(), d.columns(), d.tube()} {
    const std::int64_t n1 = given.rows, n2 = given.cols, k = given.tube;
    std::vector<std::int64_t> dimensions(d.sizes.begin() + 2, d.sizes.end());
    if (along == tube_direction::tube) {
      sizes = given;
      strides = {1, n1, n1 * n2};
      if (!dimensions.empty()) transform = tubal::transform::dft(dimensions);
    } else if (along == tube_direction::cols) {
      sizes = {n1, k, n2};
      strides = {1, n1 * k, n1};
    } else {
      sizes = {n2, k, n1};
      strides = {n2 * k, 1, n2};
    }
  }
  std::vector<T> tensor_values(const std::vector<double>& values) const {
    std::vector<T> moved(values.size());
    for (std::size_t e = 0; e < values.size(); ++e) moved[index(e)] = static_cast<T>(values[e]);
    return moved;
  }
  std::vector<double> data_values(const std::vector<T>& values) const {
    std::vector<double> moved(values.size());
    for (std::size_t e = 0; e < values.size(); ++e)
      moved[e] = static_cast<double>(values[index(e)]);
    return moved;
  }
  std::size_t index(std::size_t entry) const {
    const auto e = static_cast<std::int64_t>(entry);
    return static_cast<std::size_t>(e % given.rows * strides[0] +
                                    e / given.rows % given.cols * strides[1] +
                                    e / given.slice_size() * strides[2]);
  }

  shape given, sizes;
  std::array<std::int64_t, 3> strides;
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

/// What was said of a completion, without its tensor.
template <class T, class Space>
completion<double, host> said_of(const completion<T, Space>& c) {
  completion<double, host> said;
  said.converged = c.converged;
  said.reason = c.reason;
  said.solver = c.solver;
  said.tubes = c.tubes;
  said.centre = c.centre;
  said.factor_rank = c.factor_rank;
  said.iterations = c.iterations;
  said.tried = c.tried;
  said.held_out_error = c.held_out_error;
  said.held_out_error_of_mean = c.held_out_error_of_mean;
  said.unseen_rows = c.unseen_rows;
  said.unseen_cols = c.unseen_cols;
  said.unseen_slices = c.unseen_slices;
  return said;
}

/// One solver on one tensor.
template <class T, class Space>
class solver_on {
 public:
  solver_on(context<Space>& ctx, const data& d, const std::vector<std::int64_t>& seen,
            const assignment& a)
      : ctx_(ctx), data_(d), seen_(seen), a_(a) {}

  solution solve() {
    const auto begin = clock::now();
    a_.solver == solver_name::robust ? robust() : complete_tensor();
    result_.seconds = std::chrono::duration<double>(clock::now() - begin).count();
    const layout<T> at(data_, result_.said.tubes);
    const auto x = from_host<T, Space>(ctx_, at.sizes, at.tensor_values(result_.values));
    result_.effective_rank = effective_rank(singular_values_of(ctx_, x, at.transform));
    return std::move(result_);
  }

 private:
  using clock = std::chrono::steady_clock;

  bool show(const record& r, double error) const { return !a_.see || a_.see(r.iteration, error); }

  void robust() {
    const layout<T> at(data_, a_.tubes.value_or(tube_direction::tube));
    const auto x = from_host<T, Space>(ctx_, at.sizes, at.tensor_values(data_.values));
    robust_pca<T, Space> r(ctx_, x, {.sparsity = {}, .admm = {.along = at.transform}});
    auto& said = result_.said;
    const auto ran = run(r, {.iterations = 500, .record_every = 1, .train_tolerance = 1e-5},
                         [&](const record& now) { return show(now, now[measure::train_error]); });
    said.iterations = ran.last.iteration;
    said.tubes = a_.tubes.value_or(tube_direction::tube);
    said.converged = ran.reason != stop_reason::observer;
    if (!said.converged) said.reason = completion_reason::stopped;
    result_.values = at.data_values(to_host(ctx_, r.low_rank()));
  }

  void complete_tensor() {
    const layout<T> at(data_, tube_direction::tube);
    completion_options o;
    o.solver = a_.solver == solver_name::scaled     ? completion_solver::scaled
               : a_.solver == solver_name::gradient ? completion_solver::gradient
               : a_.solver == solver_name::admm     ? completion_solver::nuclear_norm
                                                    : completion_solver::alternating;
    o.tubes = a_.tubes;
    o.factor_rank = a_.factor_rank;
    o.along = at.transform;
    o.noisy = !a_.exact;
    o.seed = a_.seed;
    const auto x = from_host<T, Space>(ctx_, at.sizes, at.tensor_values(data_.values));
    const entry_mask<T, Space> mask(ctx_, at.sizes, seen_);
    const auto found =
        complete(ctx_, x, mask, o, [&](const record& r) { return show(r, r.held_out_error); });
    result_.said = said_of(found);
    result_.values = at.data_values(to_host(ctx_, found.x));
    if (!a_.exact) return;  // in double, to the bit
    for (const auto e : seen_)
      result_.values[static_cast<std::size_t>(e)] = data_.values[static_cast<std::size_t>(e)];
  }

  context<Space>& ctx_;
  const data& data_;
  const std::vector<std::int64_t>& seen_;
  const assignment& a_;
  solution result_;
};

template <class T, class Space>
solution solve_on(const data& d, const std::vector<std::int64_t>& seen, const assignment& a,
                  const typename Space::options& where) {
  context<Space> ctx{where};
  return solver_on<T, Space>(ctx, d, seen, a).solve();
}

}  // namespace tubal::cli
