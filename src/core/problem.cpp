// Synthetic problems.
#include <tubal/algebra.hpp>
#include <tubal/problem.hpp>
#include <tubal/random.hpp>
#include <tubal/tube_transform.hpp>

#include <cmath>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/spectral_factor.hpp"
#include "core/symmetric_layout.hpp"

namespace tubal {

namespace {

/// Half spectrum of X^T, r x n x k: the Q of the t-LQ of a Gaussian tensor.
template <class T, class S>
half_spectrum<T, S> random_orthonormal(context<S>& ctx, shape s, std::uint64_t seed) {
  tensor<T, S> g(ctx, s);
  fill_normal<T, S>(ctx, g, 1.0, seed, random_stream::ground_truth);
  half_spectrum<T, S> q(ctx, s), l(ctx, {s.rows, s.rows, s.tube});
  tube_transform<T, S>(ctx, s).forward(g, q);
  detail::spectral_lq<T, S>(ctx, s).execute(q, l);
  ctx.wait();
  return q;
}

/// y += noise ||y|| / sqrt(m) times standard normal numbers
template <class T, class S>
void add_noise(context<S>& ctx, tensor_view<T, S> y, double noise, std::uint64_t seed) {
  const double level = noise * frobenius_norm(ctx, y) / std::sqrt(static_cast<double>(y.size()));
  tensor<T, S> e(ctx, y.shape());
  fill_normal<T, S>(ctx, e, level, seed, random_stream::noise);
  const tensor<T, S> one = from_host<T, S>(ctx, {1, 1, 1}, std::vector<T>{T(1)});
  ctx.backend()->template gemm<T>(op::none, op::none, T(1),
                                  detail::contiguous<const T>(e.data(), e.size(), 1, 1),
                                  detail::contiguous<const T>(one.data(), 1, 1, 1), T(1),
                                  detail::contiguous(y.data(), y.size(), 1, 1));
  ctx.wait();
}

}  // namespace

template <class T, class S>
problem<T, S> make_synthetic_problem(context<S>& ctx, const synthetic_options& o) {
  const std::int64_t largest = detail::largest_blas_size;
  detail::checks("make_synthetic_problem")
      .between("n", o.n, 1, largest)
      .between("k", o.k, 1, largest)
      .between("tubal_rank", o.tubal_rank, 1, o.n)
      .between("factor_rank", o.factor_rank, 1, largest)
      .between("measurements", o.measurements, 1, largest)
      .positive("init_scale", o.init_scale)
      .nonnegative("noise", o.noise);
  detail::backend<S>& be = *ctx.backend();
  const shape square{o.n, o.n, o.k};

  // T = X * X^T, per slice Q^H Q
  const half_spectrum<T, S> q = random_orthonormal<T>(ctx, shape{o.tubal_rank, o.n, o.k}, o.seed);
  half_spectrum<T, S> t_hat(ctx, square);
  detail::multiply<T, S>(be, op::transpose, op::none, T(1), q, q, T(0), t_hat);
  tensor<T, S> x(ctx, {symmetric_dimension(o.n, o.k), 1, 1});
  detail::pack<T, S>(be, t_hat, x.data());
  detail::unpack<T, S>(be, x.data(), t_hat);  // Hermitian to the bit
  tensor<T, S> truth(ctx, square);
  tube_transform<T, S>(ctx, square).inverse(t_hat, truth);

  // y = A(T) + e
  auto sensing = packed_sensing<T, S>::gaussian(ctx, o.n, o.k, o.measurements, o.seed);
  tensor<T, S> y(ctx, {o.measurements, 1, 1});
  sensing.apply(ctx, x, y);
  if (o.noise > 0) add_noise<T, S>(ctx, y, o.noise, o.seed);

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
