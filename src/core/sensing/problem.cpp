// Synthetic problems.
#include <tubal/algebra.hpp>
#include <tubal/problem.hpp>
#include <tubal/random.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <cmath>

#include "core/algebra/spectral_factor.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/primitives/symmetric_layout.hpp"

namespace tubal {

namespace {

/// Half spectrum of X^T, r x n x k, before its singular values are given: a Gaussian tensor, or the
/// Q of its t-LQ.
template <class T, class S>
half_spectrum<T, S> random_factor(context<S>& ctx, const synthetic_options& o) {
  const shape s{o.tubal_rank, o.n, o.k};
  const double scale = 1 / std::sqrt(static_cast<double>(o.n) * static_cast<double>(o.k));
  tensor<T, S> g(ctx, s);
  fill_normal<T, S>(ctx, g, scale, o.seed, random_stream::ground_truth);
  half_spectrum<T, S> x(ctx, s);
  tube_transform<T, S>(ctx, s).forward(g, x);
  if (o.factor == truth_factor::orthonormal) {
    half_spectrum<T, S> l(ctx, {s.rows, s.rows, s.tube});
    detail::spectral_lq<T, S>(ctx, s).execute(x, l);
  }
  ctx.wait();
  return x;
}

/// What the rows of (X^T)^_f are multiplied with, r per slice in the order of a half spectrum.
std::vector<double> row_scales(const synthetic_options& o, slice_counts slices) {
  std::vector<double> scales;
  const auto add_slice = [&](std::int64_t f) {
    const std::int64_t rank =
        o.multi_rank.empty() ? o.tubal_rank : o.multi_rank[static_cast<std::size_t>(f)];
    const double steps = static_cast<double>(std::max<std::int64_t>(rank - 1, 1));
    for (std::int64_t i = 0; i < o.tubal_rank; ++i)
      scales.push_back(i < rank ? std::pow(o.condition, -static_cast<double>(i) / steps) : 0.0);
  };
  for (std::int64_t f = 1; f <= slices.complex; ++f) add_slice(f);
  add_slice(0);
  if (slices.real == 2) add_slice(o.k / 2);
  return scales;
}

/// Half spectrum of X^T.
template <class T, class S>
half_spectrum<T, S> draw_factor(context<S>& ctx, const synthetic_options& o) {
  half_spectrum<T, S> x = random_factor<T>(ctx, o);
  const std::vector<double> host_scales = row_scales(o, x.slices());
  const auto scales =
      from_host<double, S>(ctx, {static_cast<std::int64_t>(host_scales.size()), 1, 1}, host_scales);
  detail::for_both_parts_with(
      scales.data(), o.tubal_rank,
      [&](const double* of_part, auto part) {
        using E = std::remove_pointer_t<decltype(part.data)>;
        ctx.backend()->for_each(part.count * part.rows * part.cols,
                                detail::scale_rows_by_power<E>{part, part, of_part, 1.0});
      },
      x);
  ctx.wait();
  return x;
}

void check_multi_rank(const detail::checks& check, const synthetic_options& o) {
  if (o.multi_rank.empty()) return;
  const auto entries = static_cast<std::int64_t>(o.multi_rank.size());
  if (entries != o.k)
    check.fail("multi_rank has " + std::to_string(entries) +
               " entries, but k = " + std::to_string(o.k));
  std::int64_t largest = 0;
  for (std::int64_t f = 0; f < o.k; ++f) {
    const std::int64_t rank = o.multi_rank[static_cast<std::size_t>(f)];
    const std::int64_t pair = o.multi_rank[static_cast<std::size_t>((o.k - f) % o.k)];
    check.between("multi_rank", rank, 0, o.tubal_rank);
    if (rank != pair)
      check.fail("multi_rank differs in slices " + std::to_string(f) + " and " +
                 std::to_string(o.k - f) + ", which are conjugate");
    largest = std::max(largest, rank);
  }
  if (largest != o.tubal_rank)
    check.fail("the largest multi_rank is " + std::to_string(largest) +
               ", but tubal_rank = " + std::to_string(o.tubal_rank));
}

void check_truth(const detail::checks& check, const synthetic_options& o) {
  check.positive("condition", o.condition);
  const bool conditioned = o.condition != 1;
  if (o.condition < 1) check.fail("condition is " + std::to_string(o.condition) + ", under 1");
  if (conditioned && o.tubal_rank == 1) check.fail("with tubal_rank = 1 the condition is 1");
  if (conditioned && o.factor == truth_factor::gaussian)
    check.fail("condition goes with an orthonormal factor");
  check_multi_rank(check, o);
}

}  // namespace

template <class T, class S>
problem<T, S> make_synthetic_problem(context<S>& ctx, const synthetic_options& o) {
  const std::int64_t largest = detail::largest_blas_size;
  const detail::checks check("make_synthetic_problem");
  check.between("n", o.n, 1, largest)
      .between("k", o.k, 1, largest)
      .between("tubal_rank", o.tubal_rank, 1, o.n)
      .between("factor_rank", o.factor_rank, 1, largest)
      .between("measurements", o.measurements, 1, largest)
      .positive("init_scale", o.init_scale)
      .nonnegative("noise", o.noise);
  check_truth(check, o);
  detail::backend<S>& be = *ctx.backend();
  const shape square{o.n, o.n, o.k};

  // T = X * X^T, from X^T
  const half_spectrum<T, S> x_transposed = draw_factor<T>(ctx, o);
  half_spectrum<T, S> t_hat(ctx, square);
  detail::multiply<T, S>(be, op::transpose, op::none, T(1), x_transposed, x_transposed, T(0),
                         t_hat);
  tensor<T, S> x(ctx, {symmetric_dimension(o.n, o.k), 1, 1});
  detail::pack<T, S>(be, t_hat, x.data());
  detail::unpack<T, S>(be, x.data(), t_hat);  // Hermitian to the bit
  tensor<T, S> truth(ctx, square);
  tube_transform<T, S>(ctx, square).inverse(t_hat, truth);

  // y = A(T) + e
  auto sensing = packed_sensing<T, S>::gaussian(ctx, o.n, o.k, o.measurements,
                                                o.operator_seed.value_or(o.seed));
  tensor<T, S> y(ctx, {o.measurements, 1, 1});
  sensing.apply(ctx, x, y);
  if (o.noise > 0) add_noise(ctx, y, o.noise, o.seed);

  tensor<T, S> initial(ctx, {o.n, o.factor_rank, o.k});
  fill_normal<T, S>(ctx, initial, o.init_scale / std::sqrt(static_cast<double>(o.factor_rank)),
                    o.seed, random_stream::initial_factor);
  ctx.wait();
  return {std::move(sensing), std::move(y), std::move(initial), std::move(truth)};
}

#define TUBAL_INSTANTIATE(T, S) \
  template problem<T, S> make_synthetic_problem(context<S>&, const synthetic_options&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
