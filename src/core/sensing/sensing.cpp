// Dense measurements, packed and plain.
#include <tubal/random.hpp>
#include <tubal/sensing.hpp>
#include <tubal/tube_transform.hpp>

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/algebra/slices.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/primitives/symmetric_layout.hpp"
#include "core/sensing/packed_pass.hpp"
#include "core/sensing/random_measurements.hpp"

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

shape packed_shape(std::int64_t n, std::int64_t k, std::int64_t m) {
  checks("packed_sensing").valid("X", {n, n, k}).between("m", m, 1, detail::largest_blas_size);
  return {symmetric_dimension(n, k), 1, 1};
}

}  // namespace

/// What applying rounded entries needs: passes do both products.
template <class T, class S>
struct packed_sensing<T, S>::pass {
  detail::packed_pass<T, S> both;
  tensor<T, S> no_x, no_y, other_x, other_y;

  pass(context<S>& ctx, const packed_sensing& a)
      : both(*ctx.backend(), a),
        no_x(zeros<T>(ctx, a.domain())),
        no_y(zeros<T>(ctx, {a.measurements(), 1, 1})),
        other_x(ctx, no_x.shape()),
        other_y(ctx, no_y.shape()) {}
  std::size_t bytes() const {
    return static_cast<std::size_t>(2 * (no_x.size() + no_y.size())) * sizeof(T) +
           both.workspace_bytes();
  }
};

template <class T, class S>
packed_sensing<T, S>::packed_sensing(context<S>& ctx, std::int64_t n, std::int64_t k,
                                     std::int64_t m, entry_precision precision)
    : sensing_operator<T, S>("packed_sensing", packed_shape(n, k, m), m),
      n_(n),
      k_(k),
      precision_(std::is_same_v<T, float> ? entry_precision::working : precision) {
  const shape all{dimension(), m, 1};
  if (precision_ == entry_precision::working) {
    matrix_ = zeros<T>(ctx, all);
  } else {
    rounded_ = zeros<float>(ctx, all);
    pass_ = detail::make_owned<pass>(ctx, *this);
  }
}

template <class T, class S>
packed_sensing<T, S> packed_sensing<T, S>::gaussian(context<S>& ctx, std::int64_t n, std::int64_t k,
                                                    std::int64_t m, std::uint64_t seed,
                                                    entry_precision precision) {
  packed_sensing a(ctx, n, k, m, precision);
  const auto fill = [&]<class E>(const tensor<E, S>& entries) {
    fill_normal<E, S>(ctx, entries, 1 / std::sqrt(static_cast<double>(m)), seed,
                      random_stream::measurement);
  };
  if (a.pass_)
    fill(a.rounded_);
  else
    fill(a.matrix_);
  return a;
}

template <class T, class S>
tensor_view<const T, S> packed_sensing<T, S>::matrix() const {
  if (pass_) checks("packed_sensing::matrix").fail("the entries are kept in single precision");
  return matrix_;
}

template <class T, class S>
void packed_sensing<T, S>::assign(context<S>& ctx, std::int64_t first,
                                  tensor_view<const T, S> tensors) {
  const checks check("packed_sensing::assign");
  const std::int64_t count = tensors.shape().tube / k_;
  check.is(describe("tensors", tensors), {n_, n_, count * k_}, "n x n x k per measurement");
  if (count > this->measurements())
    check.fail("tensors is " + to_string(tensors.shape()) + ", " + std::to_string(count) +
               " measurements, but the operator has " + std::to_string(this->measurements()));
  check.between("first", first, 0, this->measurements() - count);
  detail::require_finite(ctx, "packed_sensing::assign: tensors", tensors.data(), tensors.size());
  const shape one{n_, n_, k_};
  tube_transform<T, S> transform(ctx, one);
  half_spectrum<T, S> spectrum(ctx, one);
  detail::backend<S>& b = *ctx.backend();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t at = (first + i) * dimension();
    transform.forward({tensors.data() + i * one.size(), one}, spectrum);
    T* packed = pass_ ? pass_->other_x.data() : matrix_.data() + at;
    detail::pack<T, S>(b, spectrum, packed);
    if (pass_) b.for_each(dimension(), detail::round_entries<T>{packed, rounded_.data() + at});
  }
  ctx.wait();
}

template <class T, class S>
void packed_sensing<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                    tensor_view<T, S> y) const {
  if (!pass_) return product<T, S>(ctx, op::transpose, matrix_, x, y);
  // A x - 0
  pass_->both.execute(*this, x.data(), pass_->no_y.data(), y.data(), pass_->other_x.data());
}
template <class T, class S>
void packed_sensing<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                      tensor_view<T, S> x) const {
  if (!pass_) return product<T, S>(ctx, op::none, matrix_, y, x);
  // -A^T(A 0 - y)
  pass_->both.execute(*this, pass_->no_x.data(), y.data(), pass_->other_y.data(), x.data());
  ctx.backend()->for_each(x.size(), detail::scale_all<T>{x.data(), -1});
}
template <class T, class S>
void packed_sensing<T, S>::do_normal_step(context<S>& ctx, tensor_view<const T, S> x,
                                          tensor_view<const T, S> y, tensor_view<T, S> residual,
                                          tensor_view<T, S> z) const {
  if (!pass_) return sensing_operator<T, S>::do_normal_step(ctx, x, y, residual, z);
  pass_->both.execute(*this, x.data(), y.data(), residual.data(), z.data());
}
template <class T, class S>
std::size_t packed_sensing<T, S>::bytes() const {
  return static_cast<std::size_t>(matrix_.size()) * sizeof(T) +
         static_cast<std::size_t>(rounded_.size()) * sizeof(float) + (pass_ ? pass_->bytes() : 0);
}

/// A x - y and A^T(A x - y) in one pass over A
template <class T, class S>
struct dense_sensing<T, S>::pass {
  using sensing_plan = typename detail::backend<S>::template sensing_plan<T>;
  sensing_plan plan;
  pass(context<S>& ctx, std::int64_t m, std::int64_t n) : plan(*ctx.backend(), m, n) {}
};

namespace {

template <class T, class S>
shape measured_shape(tensor_view<const T, S> tensors, std::int64_t k) {
  const checks check("dense_sensing");
  check.usable(describe("tensors", tensors)).between("k", k, 1, unbounded);
  const shape s = tensors.shape();
  if (s.tube % k != 0)
    check.fail_shape("tensors is " + to_string(s) + ", but k = " + std::to_string(k) +
                     " does not divide " + std::to_string(s.tube));
  return {s.rows, s.cols, k};
}

}  // namespace

template <class T, class S>
dense_sensing<T, S>::dense_sensing(context<S>& ctx, tensor_view<const T, S> tensors, std::int64_t k)
    : sensing_operator<T, S>("dense_sensing", measured_shape(tensors, k),
                             tensors.shape().tube / measured_shape(tensors, k).tube),
      matrix_(tensors.data(), {this->domain().size(), this->measurements(), 1}),
      pass_(detail::make_owned<pass>(ctx, this->measurements(), this->domain().size())) {}

template <class T, class S>
dense_sensing<T, S> dense_sensing<T, S>::random(context<S>& ctx, const shape& domain,
                                                std::int64_t m, ensemble_law law,
                                                std::uint64_t seed) {
  checks("dense_sensing::random")
      .valid("domain", domain)
      .between("m", m, 1, detail::largest_blas_size);
  tensor<T, S> entries(ctx, {domain.rows, domain.cols, domain.tube * m});
  detail::fill_measurements(ctx, entries.data(), 0, entries.size(), m, law, seed);
  dense_sensing a(ctx, entries, domain.tube);
  a.owned_ = std::move(entries);
  return a;
}

template <class T, class S>
void dense_sensing<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                   tensor_view<T, S> y) const {
  product<T, S>(ctx, op::transpose, matrix_, x, y);
}
template <class T, class S>
void dense_sensing<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                     tensor_view<T, S> x) const {
  product<T, S>(ctx, op::none, matrix_, y, x);
}
template <class T, class S>
void dense_sensing<T, S>::do_normal_step(context<S>&, tensor_view<const T, S> x,
                                         tensor_view<const T, S> y, tensor_view<T, S> residual,
                                         tensor_view<T, S> z) const {
  pass_->plan.execute(matrix_.data(), x.data(), y.data(), residual.data(), z.data());
}
template <class T, class S>
std::size_t dense_sensing<T, S>::bytes() const {
  return static_cast<std::size_t>(owned_.size()) * sizeof(T) + pass_->plan.workspace_bytes();
}

#define TUBAL_INSTANTIATE(T, S)        \
  template class packed_sensing<T, S>; \
  template class dense_sensing<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
