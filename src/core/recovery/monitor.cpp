// Diagnostics of a run, computed where the data is.
#include <tubal/algebra.hpp>
#include <tubal/diagnostics.hpp>
#include <tubal/error.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <cmath>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/recovery/measures_of_stages.hpp"

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

  /// Root of the r-th eigenvalue of every slice, 0 for a negative one.
  std::vector<double> roots(std::int64_t r) const {
    std::vector<double> found;
    for (std::size_t i = static_cast<std::size_t>(r - 1); i < values.size();
         i += static_cast<std::size_t>(basis.shape().rows))
      found.push_back(std::sqrt(std::max(values[i], 0.0)));
    return found;
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
  measure_set wanted;
  detail::readback<T, S> result;
  std::vector<std::unique_ptr<detail::measurer<T, S>>> parts;
  measure_set available;
  bool reads_products = false;  // the packed product and the residual
  double smallest_signal = std::numeric_limits<double>::quiet_NaN();

  state(recovery<T, S>& r, measure_set rows) : run(r), wanted(rows) {}

  template <class Part, class... Args>
  Part& add(Args&&... args) {
    auto part = std::make_unique<Part>(std::forward<Args>(args)..., result);
    Part& added = *part;
    parts.push_back(std::move(part));
    return added;
  }

  /// What of `wanted` can be measured.
  void choose(bool truth, bool rank) {
    using enum measure;
    const auto offer = [&](bool possible, std::initializer_list<measure> rows) {
      for (const measure m : rows)
        if (possible && wanted.contains(m)) available.insert(m);
    };
    offer(true, {train_error, effective_tubal_rank});
    offer(truth, {test_error});
    offer(rank, {angle_to_spectral_subspace, power_method_angle_to_spectral_subspace});
    offer(truth && rank, {singular_tube_error, angle_to_ground_truth, signal, measure::noise});
  }

  void add_errors(const half_spectrum<T, S>& truth) {
    const bool train = available.contains(measure::train_error);
    const bool test = available.contains(measure::test_error);
    if (!train && !test) return;
    tensor<T, S> packed;
    double norm = 0;
    if (truth.size() > 0) {
      context<S>& ctx = run.where();
      packed = tensor<T, S>(ctx, run.packed_product().shape());
      detail::pack<T, S>(*ctx.backend(), truth, packed.data());
      norm = std::sqrt(detail::sum_of(ctx, packed.size(),
                                      detail::dot_term<T>{packed.data(), packed.data(), 1.0}));
      if (run.has_errors_for(packed)) {
        add<detail::stepped_errors_measurer<T, S>>(run, norm);
        return;
      }
    }
    reads_products = true;
    if (train) add<detail::train_error_measurer<T, S>>(run);
    if (test) add<detail::test_error_measurer<T, S>>(run, std::move(packed), norm);
  }

  /// The singular tubes, where a measure reads them or their singular vectors, or null.
  detail::tube_measurer<T, S>* add_tubes(double rank_tolerance) {
    using enum measure;
    const measure_set readers{effective_tubal_rank, singular_tube_error, angle_to_spectral_subspace,
                              angle_to_ground_truth};
    if (!available.intersects(readers)) return nullptr;
    return &add<detail::tube_measurer<T, S>>(run, rank_tolerance);
  }

  void add_spectral_subspace(std::int64_t r, const detail::tube_measurer<T, S>* tubes) {
    using enum measure;
    const measure_set rows{angle_to_spectral_subspace, power_method_angle_to_spectral_subspace};
    if (!available.intersects(rows)) return;
    context<S>& ctx = run.where();
    const eigen_decomposition<T, S> back(ctx, run.backprojection());
    if (available.contains(angle_to_spectral_subspace))
      add<detail::angle_measurer<T, S>>(angle_to_spectral_subspace, ctx, *tubes,
                                        back.leading(ctx, r));
    if (available.contains(power_method_angle_to_spectral_subspace))
      add<detail::power_measurer<T, S>>(run, r, back.basis, back.values);
  }

  void add_truth(std::int64_t r, const half_spectrum<T, S>& truth,
                 detail::tube_measurer<T, S>* tubes) {
    using enum measure;
    const measure_set rows{singular_tube_error, angle_to_ground_truth, signal, measure::noise};
    if (!available.intersects(rows)) return;
    context<S>& ctx = run.where();
    const eigen_decomposition<T, S> answer(ctx, truth);
    std::vector<double> sigma = answer.roots(r);  // sigma_r of X, one per slice
    smallest_signal = *std::min_element(sigma.begin(), sigma.end());
    if (available.contains(singular_tube_error)) tubes->compare_with(r, std::move(sigma));
    if (available.contains(angle_to_ground_truth))
      add<detail::angle_measurer<T, S>>(angle_to_ground_truth, ctx, *tubes, answer.leading(ctx, r));
    if (available.intersects({signal, measure::noise}))
      add<detail::signal_measurer<T, S>>(run, answer.leading(ctx, r));
  }
};

template <class T, class S>
monitor<T, S>::monitor(recovery<T, S>& run, input<T, S> truth, const monitor_options& options)
    : state_(detail::make_owned<state>(run, options.measures)) {
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
  s.choose(known, options.tubal_rank.has_value());
  half_spectrum<T, S> truth_hat;
  if (known) {
    truth_hat = half_spectrum<T, S>(ctx, square);
    tube_transform<T, S>(ctx, square).forward(truth, truth_hat);
  }
  s.add_errors(truth_hat);
  auto* tubes = s.add_tubes(options.rank_tolerance);
  if (options.tubal_rank) {
    s.add_spectral_subspace(*options.tubal_rank, tubes);
    s.add_truth(*options.tubal_rank, truth_hat, tubes);
  }
  s.result.allocate(ctx);
  ctx.wait();
}

template <class T, class S>
record monitor<T, S>::observe() {
  state& s = *state_;
  const typename detail::backend<S>::range name("tubal::monitor observe");
  if (s.reads_products) s.run.evaluate();
  for (auto& part : s.parts) part->enqueue(s.result);
  s.result.fetch(*s.run.where().backend());
  record r;
  r.iteration = s.run.iteration();
  for (const auto& part : s.parts) part->read(s.result, r);
  for (int i = 0; i < measure_count; ++i)  // what came in for another measure's sake
    if (!available(static_cast<measure>(i)))
      r[static_cast<measure>(i)] = std::numeric_limits<double>::quiet_NaN();
  return r;
}

template <class T, class S>
std::size_t monitor<T, S>::workspace_bytes() const {
  std::size_t bytes = state_->result.bytes();
  for (const auto& part : state_->parts) bytes += part->workspace_bytes();
  return bytes;
}
template <class T, class S>
bool monitor<T, S>::available(measure m) const {
  return state_->available.contains(m);
}
template <class T, class S>
double monitor<T, S>::smallest_signal_of_truth() const {
  return state_->smallest_signal;
}

#define TUBAL_INSTANTIATE(T, S) template class monitor<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
