// Transpose, identity, inner product, norm.
#include <tubal/algebra.hpp>
#include <tubal/error.hpp>

#include <cmath>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/slices.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
void transpose(context<S>& ctx, input<T, S> a, tensor_view<T, S> c) {
  const shape s = a.shape();
  checks("transpose")
      .usable(describe("a", a))
      .is(describe("c", c), {s.cols, s.rows, s.tube}, "the transpose of a")
      .disjoint(describe("c", c), describe("a", a));
  ctx.backend()->for_each(s.size(),
                          detail::transpose_tensor<T>{a.data(), c.data(), s.rows, s.cols, s.tube});
}

template <class T, class S>
void set_identity(context<S>& ctx, tensor_view<T, S> e) {
  const shape s = e.shape();
  checks("set_identity").is(describe("e", e), {s.rows, s.rows, s.tube}, "an identity");
  ctx.backend()->for_each(s.size(), detail::fill_identity<T>{e.data(), s.rows});
}

namespace {

template <class T, class S>
double scaled_dot(context<S>& ctx, const T* a, const T* b, std::int64_t n, double scale) {
  return detail::sum_of(ctx, n, detail::dot_term<T>{a, b, scale});
}

template <class T, class S>
double norm_of(context<S>& ctx, const T* a, std::int64_t n) {
  // Squares may leave the range of double where the norm does not; then once more, scaled.
  constexpr double large = 1e290, small = 1e-270, factor = 0x1p600;
  double scale = 1, sum = scaled_dot(ctx, a, a, n, scale);
  if (!(sum <= large)) scale = 1 / factor;
  if (sum < small) scale = factor;
  if (scale != 1) sum = scaled_dot(ctx, a, a, n, scale);
  return std::sqrt(sum) / scale;
}

}  // namespace

template <class T, class S>
double inner_product(context<S>& ctx, input<T, S> a, const tensor_view<T, S>& b) {
  using bare = std::remove_const_t<T>;
  checks("inner_product").usable(describe("a", a)).is(describe("b", b), a.shape(), "a");
  const double sum = scaled_dot<bare>(ctx, a.data(), b.data(), a.size(), 1.0);
  if (!std::isfinite(sum))
    throw nonfinite_error("inner_product: a or b holds NaN or Inf, or the sum overflowed");
  return sum;
}

template <class T, class S>
double frobenius_norm(context<S>& ctx, const tensor_view<T, S>& a) {
  using bare = std::remove_const_t<T>;
  checks("frobenius_norm").usable(describe("a", a));
  const double norm = norm_of<bare>(ctx, a.data(), a.size());
  if (!std::isfinite(norm))
    throw nonfinite_error("frobenius_norm: a holds NaN or Inf, or the norm overflowed");
  return norm;
}

#define TUBAL_INSTANTIATE(T, S)                                                            \
  template void transpose(context<S>&, input<T, S>, tensor_view<T, S>);                    \
  template void set_identity(context<S>&, tensor_view<T, S>);                              \
  template double inner_product(context<S>&, input<T, S>, const tensor_view<T, S>&);       \
  template double inner_product(context<S>&, input<T, S>, const tensor_view<const T, S>&); \
  template double frobenius_norm(context<S>&, const tensor_view<T, S>&);                   \
  template double frobenius_norm(context<S>&, const tensor_view<const T, S>&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
