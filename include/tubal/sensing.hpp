// Linear measurements y_i = <A_i, X>, i = 1..m, of n x n x k tensors.
#pragma once

#include <tubal/symmetric.hpp>

namespace tubal {

/// Dense measurements of t-symmetric tensors, as an m x N matrix A of packed spectral coordinates
/// (symmetric.hpp): A(X) = A x with x = pack(X). Only sym(A_i) is kept, because <A_i, X> of a
/// t-symmetric X sees nothing else. Memory: m N reals, about half of the m n^2 k of the tensors.
/// NaN or Inf in x or y is reported by the next `context::wait` as `nonfinite_error`.
template <class T, class Space>
class packed_sensing {
 public:
  /// m measurement tensors, all zero until `assign`ed. Allocates.
  packed_sensing(context<Space>& ctx, std::int64_t n, std::int64_t k, std::int64_t m);

  /// The Gaussian ensemble, A_i i.i.d. N(0, 1/m), drawn in packed coordinates: the law is rotation
  /// invariant, so these are i.i.d. N(0, 1/m) too. Allocates, enqueues.
  static packed_sensing gaussian(context<Space>& ctx, std::int64_t n, std::int64_t k,
                                 std::int64_t m, std::uint64_t seed);

  /// Measurement tensors first .. first + c - 1 from `tensors`, c of them one after the other, each
  /// n x n x k: shape {n, n, k c}. Allocates, enqueues, waits; throws `shape_error`,
  /// `argument_error`, `nonfinite_error`.
  void assign(context<Space>& ctx, std::int64_t first, tensor_view<const T, Space> tensors);

  std::int64_t n() const { return n_; }
  std::int64_t k() const { return k_; }
  /// m
  std::int64_t measurements() const { return matrix_.shape().cols; }
  /// N
  std::int64_t dimension() const { return matrix_.shape().rows; }
  /// Shape {N, m, 1}: column i holds pack(A_i).
  tensor_view<const T, Space> matrix() const { return matrix_; }

  /// y = A x; x {N,1,1}, y {m,1,1}. Enqueues only. 2 m N flops.
  void apply(context<Space>& ctx, tensor_view<const T, Space> x, tensor_view<T, Space> y) const;
  /// x = A^T y. Enqueues only. 2 m N flops.
  void adjoint(context<Space>& ctx, tensor_view<const T, Space> y, tensor_view<T, Space> x) const;

 private:
  std::int64_t n_ = 0;
  std::int64_t k_ = 0;
  tensor<T, Space> matrix_;
};

/// The same measurements in plain form: A(X)_i = sum A_i .* X over the tensors as they are, for any
/// X, n1 x n2 x k. The definition, and the oracle of the packed form; twice the memory and traffic.
/// NaN or Inf, in the tensors too, is reported as above.
template <class T, class Space>
class plain_sensing {
 public:
  /// `tensors` holds A_1 .. A_m one after the other, shape {n1, n2, k m}; they stay the caller's.
  /// Throws `shape_error` when k does not divide the last size.
  plain_sensing(tensor_view<const T, Space> tensors, std::int64_t k);

  std::int64_t measurements() const { return matrix_.shape().cols; }

  /// y_i = <A_i, X>; x {n1,n2,k}, y {m,1,1}. Enqueues only.
  void apply(context<Space>& ctx, tensor_view<const T, Space> x, tensor_view<T, Space> y) const;
  /// X = sum_i y_i A_i. Enqueues only.
  void adjoint(context<Space>& ctx, tensor_view<const T, Space> y, tensor_view<T, Space> x) const;

 private:
  shape shape_;
  tensor_view<const T, Space> matrix_;
};
template <class T, class Space>
plain_sensing(const tensor_view<T, Space>&, std::int64_t)
    -> plain_sensing<std::remove_const_t<T>, Space>;

}  // namespace tubal
