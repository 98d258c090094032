// Diagnostics of a run, computed where the data is.
#include <tubal/algebra.hpp>
#include <tubal/diagnostics.hpp>
#include <tubal/error.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <cmath>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/measures_of_stages.hpp"

namespace tubal {

using detail::checks;

namespace {

/// Eigenvectors and eigenvalues of a t-symmetric tensor, descending per slice.
template <class T, class S>
struct eigen_decomposition {
  half_spectrum<T, S> basis;
  std::vector<double> values;  // n per slice

  /// Allocates, waits.
  eigen_decomposition(context<S>& ctx, spectrum_input<T, S> x) : basis(ctx, x.shape()) {
    const std::int64_t n = x.shape().rows, slices = x.shape().slices.total();
    half_spectrum<T, S> work(ctx, x.shape());
    tensor<T, S> ascending(ctx, {n, slices, 1});
    detail::backend<S>& b = *ctx.backend();
    detail::copy_spectrum<T, S>(b, x, work);
    detail::spectral_eigen<T, S>(ctx, x.shape(), detail::vectors::compute)
        .execute(work, ascending.data());
    detail::take_block<T, S>(b, work, 0, n - 1, basis, true);
    const std::vector<T> found = to_host(ctx, ascending);
    for (std::int64_t i = 0; i < n * slices; ++i)
      values.push_back(
          static_cast<double>(found[static_cast<std::size_t>(i / n * n + n - 1 - i % n)]));
  }

  half_spectrum<T, S> leading(context<S>& ctx, std::int64_t r) const {
    half_spectrum<T, S> space(ctx, {basis.shape().rows, r, basis.shape().tube});
    detail::take_block<T, S>(*ctx.backend(), basis, 0, 0, space);
    return space;
  }
};

template <class T, class S>
void check_truth(const recovery<T, S>& run, context<S>& ctx, tensor_view<const T, S> truth) {
  const shape s = run.backprojection().shape();
  const checks check("monitor");
  check.is(detail::describe("truth", truth), s, "the recovery");
  detail::require_finite(ctx, "monitor: truth", truth.data(), truth.size());
  tensor<T, S> transposed(ctx, s);
  transpose<T, S>(ctx, truth, transposed);
  const double off = std::sqrt(detail::sum_of(
      ctx, s.size(), detail::squared_difference_term<T>{truth.data(), transposed.data()}));
  const double norm = frobenius_norm(ctx, truth);
  const double tolerance = sizeof(T) == 4 ? 1e-4 : 1e-8;
  if (!(norm > 0)) check.fail("truth is all zero");
  if (!(off <= tolerance * norm))
    check.fail("truth is not t-symmetric: ||T - T^T|| / ||T|| = " + std::to_string(off / norm));
}

}  // namespace

template <class T, class S>
struct monitor<T, S>::state {
  recovery<T, S>& run;
  detail::readback<T, S> result;
  std::vector<std::unique_ptr<detail::measurer<T, S>>> parts;
  std::array<bool, measure_count> available{};
  double smallest_signal = std::numeric_limits<double>::quiet_NaN();

  template <class Part, class... Args>
  Part& add(std::initializer_list<measure> rows, Args&&... args) {
    auto part = std::make_unique<Part>(std::forward<Args>(args)..., result);
    Part& added = *part;
    parts.push_back(std::move(part));
    for (measure m : rows) available[static_cast<std::size_t>(m)] = true;
    return added;
  }
};

template <class T, class S>
monitor<T, S>::monitor(recovery<T, S>& run, input<T, S> truth, const monitor_options& options)
    : state_(new state{run, {}, {}}) {
  using namespace detail;
  context<S>& ctx = run.where();
  const shape square = run.backprojection().shape();
  const bool known = truth.shape() != shape{};
  checks check("monitor");
  check.nonnegative("rank_tolerance", options.rank_tolerance);
  if (options.tubal_rank) check.between("tubal_rank", *options.tubal_rank, 1, square.rows);
  if (run.iteration() != 0)
    check.fail("the recovery is at iteration " + std::to_string(run.iteration()) +
               "; a monitor starts at 0");
  if (known) check_truth(run, ctx, truth);

  state& s = *state_;
  s.template add<train_error_measurer<T, S>>({measure::train_error}, run);
  auto& tubes = s.template add<tube_measurer<T, S>>({measure::effective_tubal_rank}, run,
                                                    options.rank_tolerance);
  half_spectrum<T, S> truth_hat;
  if (known) {
    truth_hat = half_spectrum<T, S>(ctx, square);
    tube_transform<T, S>(ctx, square).forward(truth, truth_hat);
    s.template add<test_error_measurer<T, S>>({measure::test_error}, run, truth_hat);
  }
  if (options.tubal_rank) {
    const std::int64_t r = *options.tubal_rank;
    const eigen_decomposition<T, S> back(ctx, run.backprojection());
    s.template add<angle_measurer<T, S>>({measure::angle_to_spectral_subspace},
                                         measure::angle_to_spectral_subspace, ctx, tubes,
                                         back.leading(ctx, r));
    s.template add<power_measurer<T, S>>({measure::power_method_angle_to_spectral_subspace}, run, r,
                                         back.basis, back.values);
    if (known) {
      const eigen_decomposition<T, S> answer(ctx, truth_hat);
      const half_spectrum<T, S> space = answer.leading(ctx, r);
      std::vector<double> sigma;  // sigma_r of X, one per slice
      for (std::size_t i = static_cast<std::size_t>(r - 1); i < answer.values.size();
           i += static_cast<std::size_t>(square.rows))
        sigma.push_back(std::sqrt(std::max(answer.values[i], 0.0)));
      s.smallest_signal = *std::min_element(sigma.begin(), sigma.end());
      tubes.compare_with(r, std::move(sigma));
      s.available[static_cast<std::size_t>(measure::singular_tube_error)] = true;
      s.template add<angle_measurer<T, S>>({measure::angle_to_ground_truth},
                                           measure::angle_to_ground_truth, ctx, tubes,
                                           answer.leading(ctx, r));
      s.template add<signal_measurer<T, S>>({measure::signal, measure::noise}, run, space);
    }
  }
  s.result.allocate(ctx);
  ctx.wait();
}
template <class T, class S>
monitor<T, S>::~monitor() = default;
template <class T, class S>
monitor<T, S>::monitor(monitor&&) noexcept = default;
template <class T, class S>
monitor<T, S>& monitor<T, S>::operator=(monitor&&) noexcept = default;

template <class T, class S>
record monitor<T, S>::observe() {
  state& s = *state_;
  const typename detail::backend<S>::range name("tubal::monitor observe");
  s.run.evaluate();
  for (auto& part : s.parts) part->enqueue(s.result);
  s.result.fetch(*s.run.where().backend());
  record r;
  r.iteration = s.run.iteration();
  for (const auto& part : s.parts) part->read(s.result, r);
  return r;
}

template <class T, class S>
bool monitor<T, S>::available(measure m) const {
  return state_->available[static_cast<std::size_t>(m)];
}
template <class T, class S>
double monitor<T, S>::smallest_signal_of_truth() const {
  return state_->smallest_signal;
}

#define TUBAL_INSTANTIATE(T, S) template class monitor<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
