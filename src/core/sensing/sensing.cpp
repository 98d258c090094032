// Dense measurements, packed and plain.
#include <tubal/random.hpp>
#include <tubal/sensing.hpp>
#include <tubal/tube_transform.hpp>

#include <cmath>
#include <limits>

#include "core/algebra/slices.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/primitives/symmetric_layout.hpp"

namespace tubal {

using detail::checks;
using detail::contiguous;
using detail::describe;

namespace {

constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();

/// out = op(A^T) in for the matrix whose column i is measurement i.
template <class T, class S>
void product(context<S>& ctx, op op_matrix, tensor_view<const T, S> matrix,
             tensor_view<const T, S> in, tensor_view<T, S> out) {
  const shape a = matrix.shape();
  ctx.backend()->template gemm<T>(
      op_matrix, op::none, T(1), contiguous(matrix.data(), a.rows, a.cols, 1),
      contiguous(in.data(), in.size(), 1, 1), T(0), contiguous(out.data(), out.size(), 1, 1));
}

}  // namespace

template <class T, class S>
packed_sensing<T, S>::packed_sensing(context<S>& ctx, std::int64_t n, std::int64_t k,
                                     std::int64_t m)
    : n_(n), k_(k) {
  checks("packed_sensing").valid("X", {n, n, k}).between("m", m, 1, detail::largest_blas_size);
  matrix_ = zeros<T>(ctx, {symmetric_dimension(n, k), m, 1});
}

template <class T, class S>
packed_sensing<T, S> packed_sensing<T, S>::gaussian(context<S>& ctx, std::int64_t n, std::int64_t k,
                                                    std::int64_t m, std::uint64_t seed) {
  packed_sensing a(ctx, n, k, m);
  fill_normal<T, S>(ctx, a.matrix_, 1 / std::sqrt(static_cast<double>(m)), seed,
                    random_stream::measurement);
  return a;
}

template <class T, class S>
void packed_sensing<T, S>::assign(context<S>& ctx, std::int64_t first,
                                  tensor_view<const T, S> tensors) {
  const checks check("packed_sensing::assign");
  const std::int64_t count = tensors.shape().tube / k_;
  check.is(describe("tensors", tensors), {n_, n_, count * k_}, "n x n x k per measurement");
  if (count > measurements())
    check.fail("tensors is " + to_string(tensors.shape()) + ", " + std::to_string(count) +
               " measurements, but the operator has " + std::to_string(measurements()));
  check.between("first", first, 0, measurements() - count);
  detail::require_finite(ctx, "packed_sensing::assign: tensors", tensors.data(), tensors.size());
  const shape one{n_, n_, k_};
  tube_transform<T, S> transform(ctx, one);
  half_spectrum<T, S> spectrum(ctx, one);
  for (std::int64_t i = 0; i < count; ++i) {
    transform.forward({tensors.data() + i * one.size(), one}, spectrum);
    detail::pack<T, S>(*ctx.backend(), spectrum, matrix_.data() + (first + i) * dimension());
  }
  ctx.wait();
}

template <class T, class S>
void packed_sensing<T, S>::apply(context<S>& ctx, tensor_view<const T, S> x,
                                 tensor_view<T, S> y) const {
  checks("packed_sensing::apply")
      .is(describe("x", x), {dimension(), 1, 1}, "the operator")
      .is(describe("y", y), {measurements(), 1, 1}, "the operator")
      .disjoint(describe("y", y), describe("x", x));
  product<T, S>(ctx, op::transpose, matrix_, x, y);
  detail::watch_finite<T>(*ctx.backend(), y.data(), y.size(),
                          detail::nonfinite("sensing apply: x or the operator"));
}

template <class T, class S>
void packed_sensing<T, S>::adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                   tensor_view<T, S> x) const {
  checks("packed_sensing::adjoint")
      .is(describe("y", y), {measurements(), 1, 1}, "the operator")
      .is(describe("x", x), {dimension(), 1, 1}, "the operator")
      .disjoint(describe("x", x), describe("y", y));
  product<T, S>(ctx, op::none, matrix_, y, x);
  detail::watch_finite<T>(*ctx.backend(), x.data(), x.size(),
                          detail::nonfinite("sensing adjoint: y or the operator"));
}

template <class T, class S>
plain_sensing<T, S>::plain_sensing(tensor_view<const T, S> tensors, std::int64_t k) {
  const checks check("plain_sensing");
  check.usable(describe("tensors", tensors)).between("k", k, 1, unbounded);
  const shape s = tensors.shape();
  if (s.tube % k != 0)
    check.fail_shape("tensors is " + to_string(s) + ", but k = " + std::to_string(k) +
                     " does not divide " + std::to_string(s.tube));
  shape_ = {s.rows, s.cols, k};
  matrix_ = {tensors.data(), {shape_.size(), s.tube / k, 1}};
}

template <class T, class S>
void plain_sensing<T, S>::apply(context<S>& ctx, tensor_view<const T, S> x,
                                tensor_view<T, S> y) const {
  checks("plain_sensing::apply")
      .is(describe("x", x), shape_, "the operator")
      .is(describe("y", y), {measurements(), 1, 1}, "the operator")
      .disjoint(describe("y", y), describe("x", x));
  product<T, S>(ctx, op::transpose, matrix_, x, y);
  detail::watch_finite<T>(*ctx.backend(), y.data(), y.size(),
                          detail::nonfinite("sensing apply: x or the operator"));
}

template <class T, class S>
void plain_sensing<T, S>::adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                  tensor_view<T, S> x) const {
  checks("plain_sensing::adjoint")
      .is(describe("y", y), {measurements(), 1, 1}, "the operator")
      .is(describe("x", x), shape_, "the operator")
      .disjoint(describe("x", x), describe("y", y));
  product<T, S>(ctx, op::none, matrix_, y, x);
  detail::watch_finite<T>(*ctx.backend(), x.data(), x.size(),
                          detail::nonfinite("sensing adjoint: y or the operator"));
}

#define TUBAL_INSTANTIATE(T, S)        \
  template class packed_sensing<T, S>; \
  template class plain_sensing<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
