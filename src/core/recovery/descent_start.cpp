#include "core/recovery/descent_start.hpp"

#include <tubal/random.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <cmath>

#include "core/instantiate.hpp"

namespace tubal::detail {

namespace {

/// factor(:,j) <- sqrt(d(j,j)) factor(:,j) in every slice, of tensors
template <class T, class S>
void scale_by_diagonal(context<S>& ctx, tensor_view<const T, S> d, tensor_view<T, S> factor,
                       const transform& along) {
  tube_transform<T, S> of_d(ctx, d.shape(), along), of_factor(ctx, factor.shape(), along);
  half_spectrum<T, S> d_hat(ctx, of_d.shape()), hat(ctx, of_factor.shape());
  of_d.forward(d, d_hat);
  of_factor.forward(factor, hat);
  for_each_entry<scale_by_roots>(*ctx.backend(), half_spectrum_view<const T, S>(d_hat),
                                 static_cast<half_spectrum_view<T, S>&>(hat));
  of_factor.inverse(hat, factor);
  ctx.wait();
}

/// The R leading eigenvectors per slice of sym(back), times the roots of their eigenvalues.
template <class T, class S>
tensor<T, S> leading_eigenspace(context<S>& ctx, tensor_view<const T, S> back, std::int64_t rank,
                                const transform& along) {
  backend<S>& b = *ctx.backend();
  tube_transform<T, S> of_back(ctx, back.shape(), along);
  const spectrum_shape square = of_back.shape();
  half_spectrum<T, S> hat(ctx, square), v(ctx, square), u(ctx, square.with(square.rows, rank));
  of_back.forward(back, hat);
  for_each_entry<hermitian_part>(b, half_spectrum_view<const T, S>(hat),
                                 static_cast<half_spectrum_view<T, S>&>(v));
  tensor<T, S> values(ctx, {square.rows, square.slices.total(), 1});
  spectral_eigen<T, S>(ctx, square, vectors::compute).execute(v, values.data());
  // v diag(sqrt(max(values, 0))), the last columns first
  b.for_each(values.size(),
             map_values<T>{values.data(), square.rows, value_map::square_root, 0, nullptr});
  scale_by_values<T, S>(b, v, values.data(), square.rows);
  take_block<T, S>(b, v, 0, square.rows - 1, u, true);
  tensor<T, S> result(ctx, {back.shape().rows, rank, back.shape().tube});
  tube_transform<T, S>(ctx, result.shape(), along).inverse(u, result);
  ctx.wait();
  return result;
}

}  // namespace

template <class T, class S>
starting_factors<T, S> random_start(context<S>& ctx, const shape& domain, double size,
                                    const descent_options& o) {
  const double scale = o.init_scale * std::sqrt(size / static_cast<double>(o.factor_rank));
  starting_factors<T, S> start;
  start.left = tensor<T, S>(ctx, {domain.rows, o.factor_rank, domain.tube});
  fill_normal<T, S>(ctx, start.left, scale, o.seed, random_stream::initial_factor);
  if (o.form == factor_form::asymmetric) {
    start.right = tensor<T, S>(ctx, {domain.cols, o.factor_rank, domain.tube});
    fill_normal<T, S>(ctx, start.right, scale, o.seed, random_stream::right_factor);
  }
  return start;
}

template <class T, class S>
starting_factors<T, S> spectral_start(context<S>& ctx, tensor_view<const T, S> back,
                                      const descent_options& o) {
  const std::int64_t rank = std::min({o.factor_rank, back.shape().rows, back.shape().cols});
  if (o.form == factor_form::symmetric)
    return {leading_eigenspace<T, S>(ctx, back, rank, o.along), {}};
  svd_factors<T, S> f = randomized_svd(ctx, back, rank, {.seed = o.seed, .along = o.along});
  scale_by_diagonal<T, S>(ctx, f.s, f.u, o.along);
  scale_by_diagonal<T, S>(ctx, f.s, f.v, o.along);
  return {std::move(f.u), std::move(f.v)};
}

template <class T, class S>
compact_factors<T, S> compact(context<S>& ctx, tensor_view<const T, S> left,
                              tensor_view<const T, S> right, const transform& along) {
  backend<S>& b = *ctx.backend();
  const bool both = right.data() != nullptr;
  const std::int64_t n1 = left.shape().rows, n2 = both ? right.shape().rows : 0;
  const std::int64_t columns = left.shape().cols, c = std::min(columns, n1 + n2);
  compact_factors<T, S> f;
  const auto load = [&](tensor_view<const T, S> x) {
    tube_transform<T, S> to(ctx, x.shape(), along);
    half_spectrum<T, S> hat(ctx, to.shape());
    to.forward(x, hat);
    return hat;
  };
  f.left = load(left);
  if (both) f.right = load(right);
  if (c < columns) {
    // [L_0; Q_0] = [L; Q] * turn
    const spectrum_shape all = f.left.shape().with(c, columns);
    f.turn = half_spectrum<T, S>(ctx, all);
    const auto stack = [&](const half_spectrum<T, S>& from_hat, std::int64_t first) {
      for_both_parts(
          [&](auto from, auto to) {
            using E = std::remove_pointer_t<decltype(to.data)>;
            to.data += first;
            to.rows = from.rows;
            b.for_each(to.count * to.rows * to.cols, copy_block<E>{from, to});
          },
          from_hat, f.turn);
    };
    stack(f.left, 0);
    if (both) stack(f.right, n1);
    half_spectrum<T, S> triangle(ctx, all.with(c, c));
    spectral_lq<T, S>(ctx, all).execute(f.turn, triangle);
    f.left = half_spectrum<T, S>(ctx, all.with(n1, c));
    take_block<T, S>(b, triangle, 0, 0, f.left);
    if (both) {
      f.right = half_spectrum<T, S>(ctx, all.with(n2, c));
      take_block<T, S>(b, triangle, n1, 0, f.right);
    }
    ctx.wait();
  }
  ctx.wait();
  return f;
}

#define TUBAL_INSTANTIATE(T, S)                                                        \
  template starting_factors<T, S> random_start(context<S>&, const shape&, double,      \
                                               const descent_options&);                \
  template starting_factors<T, S> spectral_start(context<S>&, tensor_view<const T, S>, \
                                                 const descent_options&);              \
  template compact_factors<T, S> compact(context<S>&, tensor_view<const T, S>,         \
                                         tensor_view<const T, S>, const transform&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal::detail
