// Transpose, identity, inner product, norm.
#include <tubal/algebra.hpp>
#include <tubal/error.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <cmath>

#include "core/algebra/slices.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
void transpose(context<S>& ctx, input<T, S> a, tensor_view<T, S> c, const transform& along) {
  const shape s = a.shape();
  checks("transpose")
      .usable(describe("a", a))
      .is(describe("c", c), {s.cols, s.rows, s.tube}, "the transpose of a")
      .disjoint(describe("c", c), describe("a", a));
  const tube_dimensions sizes = along.dimensions(s.tube);
  ctx.backend()->for_each(s.size(),
                          detail::transpose_tensor<T>{a.data(), c.data(), s.rows, s.cols,
                                                      along.is_dft() ? sizes : tube_dimensions{}});
}

template <class T, class S>
void set_identity(context<S>& ctx, tensor_view<T, S> e, const transform& along) {
  const shape s = e.shape();
  checks("set_identity").is(describe("e", e), {s.rows, s.rows, s.tube}, "an identity");
  if (along.is_dft()) {
    static_cast<void>(along.dimensions(s.tube));
    return ctx.backend()->for_each(s.size(), detail::fill_identity<T>{e.data(), s.rows});
  }
  tube_transform<T, S> back(ctx, s, along);
  const half_spectrum<T, S> ones(ctx, back.shape());
  detail::set_identity_slices<T, S>(*ctx.backend(), ones);
  back.inverse(ones, e);
  ctx.wait();
}

template <class T, class S>
void bcirc(context<S>& ctx, input<T, S> a, tensor_view<T, S> c) {
  const shape s = a.shape();
  checks("bcirc")
      .usable(describe("a", a))
      .is(describe("c", c), {s.rows * s.tube, s.cols * s.tube, 1}, "bcirc of a")
      .disjoint(describe("c", c), describe("a", a));
  ctx.backend()->for_each(c.size(),
                          detail::block_circulant<T>{a.data(), c.data(), s.rows, s.cols, s.tube});
}

namespace {

/// The slices of a tensor on top of each other, as a batch of blocks.
template <class T>
detail::batch<T> stacked(T* data, const shape& slices) {
  return {data, slices.rows, slices.cols, slices.rows * slices.tube, slices.rows, slices.tube};
}

}  // namespace

template <class T, class S>
void unfold(context<S>& ctx, input<T, S> a, tensor_view<T, S> c) {
  const shape s = a.shape();
  checks("unfold")
      .usable(describe("a", a))
      .is(describe("c", c), {s.rows * s.tube, s.cols, 1}, "a")
      .disjoint(describe("c", c), describe("a", a));
  ctx.backend()->for_each(
      s.size(), detail::copy_block<T>{detail::contiguous(a.data(), s.rows, s.cols, s.tube),
                                      stacked(c.data(), s)});
}

template <class T, class S>
void fold(context<S>& ctx, input<T, S> a, tensor_view<T, S> c) {
  const shape s = c.shape();
  checks("fold")
      .usable(describe("c", c))
      .is(describe("a", a), {s.rows * s.tube, s.cols, 1}, "c")
      .disjoint(describe("c", c), describe("a", a));
  ctx.backend()->for_each(
      s.size(), detail::copy_block<T>{stacked(a.data(), s),
                                      detail::contiguous(c.data(), s.rows, s.cols, s.tube)});
}

namespace {

template <class T, class S>
double scaled_dot(context<S>& ctx, const T* a, const T* b, std::int64_t n, double scale) {
  return detail::sum_of(ctx, n, detail::dot_term<T>{a, b, scale});
}

/// The root of `sum_of_squares(scale)`, scale^2 times a sum of squares.
template <class F>
double root_of(F&& sum_of_squares) {
  // Squares may leave the range of double where the norm does not; then once more, scaled.
  constexpr double large = 1e290, small = 1e-270, factor = 0x1p600;
  double scale = 1, sum = sum_of_squares(scale);
  if (!(sum <= large)) scale = 1 / factor;
  if (sum < small) scale = factor;
  if (scale != 1) sum = sum_of_squares(scale);
  return std::sqrt(sum) / scale;
}

/// a + factor b
template <class T, class S>
tensor<T, S> combined(const char* operation, context<S>& ctx, tensor_view<const T, S> a,
                      tensor_view<const T, S> b, double factor) {
  checks(operation).usable(describe("a", a)).is(describe("b", b), a.shape(), "a");
  tensor<T, S> to(ctx, a.shape());
  ctx.backend()->for_each(a.size(), detail::sum_of_two<T>{a.data(), b.data(), factor, to.data()});
  return to;
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
  const double norm = root_of(
      [&](double scale) { return scaled_dot<bare>(ctx, a.data(), a.data(), a.size(), scale); });
  if (!std::isfinite(norm))
    throw nonfinite_error("frobenius_norm: a holds NaN or Inf, or the norm overflowed");
  return norm;
}

template <class T, class S>
double distance(context<S>& ctx, const tensor_view<T, S>& a, input<std::remove_const_t<T>, S> b) {
  using bare = std::remove_const_t<T>;
  checks("distance").usable(describe("a", a)).is(describe("b", b), a.shape(), "a");
  const double found = root_of([&](double scale) {
    return detail::sum_of(ctx, a.size(),
                          detail::squared_difference_term<bare>{a.data(), b.data(), scale});
  });
  if (!std::isfinite(found))
    throw nonfinite_error("distance: a or b holds NaN or Inf, or the distance overflowed");
  return found;
}

template <class T, class S>
tensor<std::remove_const_t<T>, S> add(context<S>& ctx, const tensor_view<T, S>& a,
                                      input<std::remove_const_t<T>, S> b) {
  return combined<std::remove_const_t<T>, S>("add", ctx, a, b, 1);
}
template <class T, class S>
tensor<std::remove_const_t<T>, S> subtract(context<S>& ctx, const tensor_view<T, S>& a,
                                           input<std::remove_const_t<T>, S> b) {
  return combined<std::remove_const_t<T>, S>("subtract", ctx, a, b, -1);
}
template <class T, class S>
tensor<std::remove_const_t<T>, S> scale(context<S>& ctx, double factor,
                                        const tensor_view<T, S>& a) {
  using bare = std::remove_const_t<T>;
  checks("scale").usable(describe("a", a));
  tensor<bare, S> to(ctx, a.shape());
  copy<bare, S>(ctx, a, to);
  ctx.backend()->for_each(a.size(), detail::scale_all<bare>{to.data(), factor});
  return to;
}

#define TUBAL_INSTANTIATE_READING(T, S, X)                                            \
  template double inner_product(context<S>&, input<T, S>, const tensor_view<X, S>&);  \
  template double frobenius_norm(context<S>&, const tensor_view<X, S>&);              \
  template double distance(context<S>&, const tensor_view<X, S>&, input<T, S>);       \
  template tensor<T, S> add(context<S>&, const tensor_view<X, S>&, input<T, S>);      \
  template tensor<T, S> subtract(context<S>&, const tensor_view<X, S>&, input<T, S>); \
  template tensor<T, S> scale(context<S>&, double, const tensor_view<X, S>&);
#define TUBAL_INSTANTIATE(T, S)                                                           \
  template void transpose(context<S>&, input<T, S>, tensor_view<T, S>, const transform&); \
  template void set_identity(context<S>&, tensor_view<T, S>, const transform&);           \
  template void bcirc(context<S>&, input<T, S>, tensor_view<T, S>);                       \
  template void unfold(context<S>&, input<T, S>, tensor_view<T, S>);                      \
  template void fold(context<S>&, input<T, S>, tensor_view<T, S>);                        \
  TUBAL_INSTANTIATE_READING(T, S, T)                                                      \
  TUBAL_INSTANTIATE_READING(T, S, const T)
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
