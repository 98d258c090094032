// Recovery of T = X * X^T from y = A(T) by gradient descent on a factor.
#pragma once

#include <tubal/sensing.hpp>

#include <functional>

namespace tubal {

/// Gradient descent on l(U) = 1/4 ||A(U*U^T) - y||^2:
///   U <- U - mu sym(A^T(A(U*U^T) - y)) * U
/// in packed spectral coordinates; no transform inside. With R > n the iteration runs on the n x n
/// factor L of the t-LQ U_0 = L * Q^T, which gives the same U_t * U_t^T at a cost independent of R.
///
/// The operator must outlive the recovery. Source: Karnik, Veselovska, Iwen, Krahmer, ICML 2025.
template <class T, class Space>
class recovery {
 public:
  /// `y`: {m,1,1}; `initial`: U_0, n x R x k; `step_size`: mu. All are read here and not kept.
  /// Allocates, plans, waits. Throws `shape_error`, `argument_error`, `nonfinite_error`,
  /// `out_of_memory`.
  recovery(context<Space>& ctx, const packed_sensing<T, Space>& sensing, input<T, Space> y,
           input<T, Space> initial, double step_size);
  ~recovery();
  recovery(recovery&&) noexcept;
  recovery& operator=(recovery&&) noexcept;

  /// U_t -> U_{t+1}. Enqueues only: no allocation, no wait, capturable.
  /// 4 m N flops, m N reals read; per slice n^2 R' (U U^H) and n^2 R' (update) multiply-adds with
  /// R' = min(R, n).
  void step();
  /// `count` steps, and the evaluation of the last iterate. Enqueues only. On a GPU, whole steps
  /// are replayed as a graph once `prepare_steps` has captured them.
  void steps(std::int64_t count);
  /// Captures up to `count` steps, at the most 64, for replay by `steps`. Allocates.
  void prepare_steps(std::int64_t count);
  /// t
  std::int64_t iteration() const;

  /// U_t in the tensor domain, n x R x k, all R columns. Allocates, waits. Throws
  /// `nonfinite_error` when the descent has left the range of T; so does `product`.
  tensor<T, Space> factor();
  /// X_t = U_t * U_t^T, n x n x k. Allocates, waits.
  tensor<T, Space> product();

  /// For diagnostics. `evaluate` makes `packed_product` and `residual` those of U_t; the step after
  /// it does not repeat the work. Enqueues only.
  void evaluate();
  /// pack(X_t), {N,1,1}.
  tensor_view<const T, Space> packed_product() const;
  /// A(X_t) - y, {m,1,1}.
  tensor_view<const T, Space> residual() const;
  /// Half spectrum of the factor iterated on, n x min(R, n) x k.
  half_spectrum_view<const T, Space> spectral_factor() const;
  /// Half spectrum of sym(A^T y), n x n x k.
  half_spectrum_view<const T, Space> backprojection() const;
  /// ||y||_2
  double data_norm() const;
  double step_size() const;
  /// R
  std::int64_t factor_rank() const;
  context<Space>& where() const;
  /// Bytes that the recovery holds, the measurements not among them.
  std::size_t workspace_bytes() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tubal
