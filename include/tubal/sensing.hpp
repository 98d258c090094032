// Dense measurements, stored as a matrix: packed for t-symmetric tensors, plain for any.
#pragma once

#include <tubal/owned.hpp>
#include <tubal/sensing_operator.hpp>
#include <tubal/symmetric.hpp>

namespace tubal {

/// In which precision an operator keeps its entries.
enum class entry_precision {
  working,  ///< that of T
  single    ///< rounded to float: half the memory and traffic of double. All arithmetic is in T.
};

/// Dense measurements of t-symmetric tensors, as an m x N matrix A of packed spectral coordinates
/// (symmetric.hpp): A(X) = A x with x = pack(X). Only sym(A_i) is kept, because <A_i, X> of a
/// t-symmetric X sees nothing else. Memory: m N reals, about half of the m n^2 k of the tensors.
/// As an operator its domain is {N,1,1}, the packed coordinates. 2 m N flops each way; twice that
/// with rounded entries, one pass over them each.
template <class T, class Space>
class packed_sensing : public sensing_operator<T, Space> {
 public:
  /// m measurement tensors, all zero until `assign`ed. Allocates.
  packed_sensing(context<Space>& ctx, std::int64_t n, std::int64_t k, std::int64_t m,
                 entry_precision precision = entry_precision::working);

  /// The Gaussian ensemble, A_i i.i.d. N(0, 1/m), drawn in packed coordinates: the law is rotation
  /// invariant, so these are i.i.d. N(0, 1/m) too. Allocates, enqueues.
  static packed_sensing gaussian(context<Space>& ctx, std::int64_t n, std::int64_t k,
                                 std::int64_t m, std::uint64_t seed,
                                 entry_precision precision = entry_precision::working);

  /// Measurement tensors first .. first + c - 1 from `tensors`, c of them one after the other, each
  /// n x n x k: shape {n, n, k c}. Allocates, enqueues, waits; throws `shape_error`,
  /// `argument_error`, `nonfinite_error`.
  void assign(context<Space>& ctx, std::int64_t first, tensor_view<const T, Space> tensors);

  std::int64_t n() const { return n_; }
  std::int64_t k() const { return k_; }
  /// N
  std::int64_t dimension() const { return this->domain().rows; }
  /// Of T = float, always `working`.
  entry_precision precision() const { return precision_; }
  /// Shape {N, m, 1}: column i holds pack(A_i). Throws `argument_error` when they are rounded.
  tensor_view<const T, Space> matrix() const;
  /// The same of rounded entries; empty when they are not.
  tensor_view<const float, Space> rounded_matrix() const { return rounded_; }

  std::size_t bytes() const override;

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
  void do_normal_step(context<Space>&, tensor_view<const T, Space>, tensor_view<const T, Space>,
                      tensor_view<T, Space>, tensor_view<T, Space>) const override;

  std::int64_t n_ = 0;
  std::int64_t k_ = 0;
  entry_precision precision_ = entry_precision::working;
  tensor<T, Space> matrix_;
  tensor<float, Space> rounded_;
  struct pass;
  detail::owned<pass> pass_;  // of rounded entries
};

/// How the entries of random measurements are distributed, with mean 0 and variance 1/m.
enum class ensemble_law {
  gaussian,   ///< N(0, 1/m)
  rademacher  ///< +-1/sqrt(m), with equal probability
};

/// Dense measurements in plain form: A(X)_i = sum A_i .* X over the tensors as they are, for any X,
/// n1 x n2 x k. The definition, and the oracle of the packed form; twice its memory and traffic.
/// 2 m n1 n2 k flops each way; `normal_step` reads the matrix once.
template <class T, class Space>
class dense_sensing : public sensing_operator<T, Space> {
 public:
  /// `tensors` holds A_1 .. A_m one after the other, shape {n1, n2, k m}; they stay the caller's.
  /// Allocates. Throws `shape_error` when k does not divide the last size.
  dense_sensing(context<Space>& ctx, tensor_view<const T, Space> tensors, std::int64_t k);
  /// Measurements with independent entries; entry e of A_i is number i n1 n2 k + e of the stream
  /// `measurement` of the seed. Owns them: m n1 n2 k reals. Allocates, enqueues.
  static dense_sensing random(context<Space>& ctx, const shape& domain, std::int64_t m,
                              ensemble_law law, std::uint64_t seed);

  /// Shape {n1 n2 k, m, 1}: column i holds A_i.
  tensor_view<const T, Space> matrix() const { return matrix_; }
  std::size_t bytes() const override;

 private:
  void do_apply(context<Space>&, tensor_view<const T, Space>, tensor_view<T, Space>) const override;
  void do_adjoint(context<Space>&, tensor_view<const T, Space>,
                  tensor_view<T, Space>) const override;
  void do_normal_step(context<Space>&, tensor_view<const T, Space>, tensor_view<const T, Space>,
                      tensor_view<T, Space>, tensor_view<T, Space>) const override;

  tensor<T, Space> owned_;
  tensor_view<const T, Space> matrix_;
  struct pass;
  detail::owned<pass> pass_;
};
template <class T, class Space>
dense_sensing(context<Space>&, const tensor_view<T, Space>&, std::int64_t)
    -> dense_sensing<std::remove_const_t<T>, Space>;

}  // namespace tubal
