// What all measurement operators share.
#include <tubal/algebra.hpp>
#include <tubal/error.hpp>
#include <tubal/sensing_operator.hpp>

#include <cmath>

#include "core/algebra/slices.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
sensing_operator<T, S>::sensing_operator(const char* name, const shape& domain,
                                         std::int64_t measurements)
    : name_(name), domain_(domain), measurements_(measurements) {
  checks(name).valid("domain", domain);
}

template <class T, class S>
void sensing_operator<T, S>::apply(context<S>& ctx, tensor_view<const T, S> x,
                                   tensor_view<T, S> y) const {
  checks(name_, "apply")
      .is(describe("x", x), domain_, "the operator")
      .is(describe("y", y), {measurements_, 1, 1}, "the operator")
      .disjoint(describe("y", y), describe("x", x));
  do_apply(ctx, x, y);
  detail::watch_finite<T>(*ctx.backend(), y.data(), y.size(),
                          detail::nonfinite("sensing apply: x or the operator"));
}

template <class T, class S>
void sensing_operator<T, S>::adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                     tensor_view<T, S> x) const {
  checks(name_, "adjoint")
      .is(describe("y", y), {measurements_, 1, 1}, "the operator")
      .is(describe("x", x), domain_, "the operator")
      .disjoint(describe("x", x), describe("y", y));
  do_adjoint(ctx, y, x);
  detail::watch_finite<T>(*ctx.backend(), x.data(), x.size(),
                          detail::nonfinite("sensing adjoint: y or the operator"));
}

template <class T, class S>
void sensing_operator<T, S>::normal_step(context<S>& ctx, tensor_view<const T, S> x,
                                         tensor_view<const T, S> y, tensor_view<T, S> residual,
                                         tensor_view<T, S> z) const {
  const shape data{measurements_, 1, 1};
  checks(name_, "normal_step")
      .is(describe("x", x), domain_, "the operator")
      .is(describe("y", y), data, "the operator")
      .is(describe("residual", residual), data, "the operator")
      .is(describe("z", z), domain_, "the operator")
      .disjoint(describe("residual", residual), describe("x", x))
      .disjoint(describe("residual", residual), describe("y", y))
      .disjoint(describe("z", z), describe("x", x))
      .disjoint(describe("z", z), describe("y", y))
      .disjoint(describe("z", z), describe("residual", residual));
  do_normal_step(ctx, x, y, residual, z);
}

template <class T, class S>
void sensing_operator<T, S>::do_normal_step(context<S>& ctx, tensor_view<const T, S> x,
                                            tensor_view<const T, S> y, tensor_view<T, S> residual,
                                            tensor_view<T, S> z) const {
  do_apply(ctx, x, residual);
  ctx.backend()->for_each(measurements_, detail::subtract_data<T>{y.data(), residual.data()});
  do_adjoint(ctx, residual, z);
}

template <class T, class S>
double operator_norm(context<S>& ctx, const sensing_operator<T, S>& a,
                     const operator_norm_options& o) {
  checks("operator_norm")
      .between("iterations", o.iterations, 1, std::numeric_limits<std::int64_t>::max())
      .nonnegative("tolerance", o.tolerance);
  tensor<T, S> x(ctx, a.domain()), next(ctx, a.domain()), y(ctx, {a.measurements(), 1, 1});
  fill_normal<T, S>(ctx, x, 1, o.seed, random_stream::probe);
  double estimate = 0;
  for (std::int64_t i = 0; i < o.iterations; ++i) {
    // x <- x / ||x||,  ||A x|| <= ||A||,  x <- A^T A x
    const double size = frobenius_norm(ctx, x);
    if (size == 0) break;
    ctx.backend()->for_each(x.size(), detail::scale_all<T>{x.data(), 1 / size});
    a.apply(ctx, x, y);
    const double found = frobenius_norm(ctx, y);
    ctx.wait();
    const bool settled = found <= estimate * (1 + o.tolerance);
    estimate = std::max(estimate, found);
    if (settled) break;
    a.adjoint(ctx, y, next);
    std::swap(x, next);
  }
  return estimate;
}

template <class T, class S>
double adjoint_error(context<S>& ctx, const sensing_operator<T, S>& a, std::uint64_t seed) {
  tensor<T, S> x(ctx, a.domain()), pulled(ctx, a.domain()), y(ctx, {a.measurements(), 1, 1}),
      image(ctx, y.shape());
  fill_normal<T, S>(ctx, x, 1, seed, random_stream::probe);
  fill_normal<T, S>(ctx, y, 1, seed, random_stream::measurement);
  a.apply(ctx, x, image);
  a.adjoint(ctx, y, pulled);
  ctx.wait();
  const double size = frobenius_norm(ctx, image), of_y = frobenius_norm(ctx, y);
  if (!(size > 0 && of_y > 0)) return frobenius_norm(ctx, pulled) > 0 ? 1 : 0;
  const tensor<T, S> unit_image = scale(ctx, 1 / size, image),
                     unit_pulled = scale(ctx, 1 / size, pulled);
  return std::abs(inner_product<T, S>(ctx, y, unit_image) -
                  inner_product<T, S>(ctx, x, unit_pulled)) /
         of_y;
}

template <class T, class S>
void add_noise(context<S>& ctx, tensor_view<T, S> y, double level, std::uint64_t seed) {
  checks("add_noise").usable(describe("y", y)).nonnegative("level", level);
  if (y.size() == 0) return;
  const double scale = level * frobenius_norm(ctx, y) / std::sqrt(static_cast<double>(y.size()));
  tensor<T, S> e(ctx, y.shape());
  fill_normal<T, S>(ctx, e, scale, seed, random_stream::noise);
  ctx.backend()->for_each(y.size(), detail::add_scaled<T>{e.data(), 1, 1, y.data()});
  ctx.wait();
}

#define TUBAL_INSTANTIATE(T, S)                                                             \
  template class sensing_operator<T, S>;                                                    \
  template double operator_norm(context<S>&, const sensing_operator<T, S>&,                 \
                                const operator_norm_options&);                              \
  template double adjoint_error(context<S>&, const sensing_operator<T, S>&, std::uint64_t); \
  template void add_noise(context<S>&, tensor_view<T, S>, double, std::uint64_t);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
