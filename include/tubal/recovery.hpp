// Recovery of T = X * X^T from y = A(T) by gradient descent on a factor.
#pragma once

#include <tubal/owned.hpp>
#include <tubal/sensing.hpp>

#include <array>
#include <functional>

namespace tubal {

template <class T, class Space>
struct recovery_options {
  /// Step in Gram form where it fits and pays: with M = A^T A, computed once, a step needs
  /// M x - A^T y. That is N (N+1)/2 numbers read and N^2 multiply-adds in place of m N and 2 m N.
  /// It fits while M stays in the cache of a core, or in the shared memory of a multiprocessor, and
  /// pays from m > N/2. Rounded entries of A (sensing.hpp) have no Gram form.
  bool gram_form = true;
  /// T, n x n x k, where it is known, or an empty view. Gram form then steps by d = x - pack(T),
  /// which is accurate near T, where M x - A^T y cancels, and which brings the errors with it:
  /// a `monitor` with the same T reads them for nothing. Read by the constructor and not kept.
  tensor_view<const T, Space> truth = {};
};

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
  /// m N^2 multiply-adds in Gram form. Allocates, plans, waits. Throws `shape_error`,
  /// `argument_error`, `nonfinite_error`, `out_of_memory`.
  recovery(context<Space>& ctx, const packed_sensing<T, Space>& sensing, input<T, Space> y,
           input<T, Space> initial, double step_size,
           const recovery_options<T, Space>& options = {});

  /// U_t -> U_{t+1}. Enqueues only: no allocation, no wait, capturable.
  /// 4 m N flops, m N reals read (2 N^2 and N^2 / 2 in Gram form); per slice n^2 R' (U U^H) and
  /// n^2 R' (update) multiply-adds with R' = min(R, n).
  void step();
  /// `count` steps. Enqueues only. In Gram form they are one piece of work; else, on a GPU, whole
  /// steps are replayed as a graph once `prepare_steps` has captured them.
  void steps(std::int64_t count);
  /// Captures up to `count` steps, at the most 64, for replay by `steps`. Allocates, and enqueues a
  /// step that is taken back: a GPU must have run what is captured.
  void prepare_steps(std::int64_t count);
  /// t
  std::int64_t iteration() const;
  /// To U_t of a recovery of the same problem, operator, data, start and step: `u` is the
  /// `spectral_factor` that it had at t = `iteration`. What follows is what followed there, to the
  /// bit. A monitor is made before this. Enqueues only. Throws `shape_error`, `argument_error`.
  void resume(std::int64_t iteration, spectrum_input<T, Space> u);

  /// U_t in the tensor domain, n x R x k, all R columns. Allocates, waits. Throws
  /// `nonfinite_error` when the descent has left the range of T; so does `product`.
  tensor<T, Space> factor();
  /// X_t = U_t * U_t^T, n x n x k. Allocates, waits.
  tensor<T, Space> product();

  bool gram_form() const;

  /// For diagnostics. `evaluate` makes `packed_product` and `residual` those of U_t; the step after
  /// it does not repeat the work, but in Gram form, which needs neither. Enqueues only.
  void evaluate();
  /// pack(X_t), {N,1,1}.
  tensor_view<const T, Space> packed_product() const;
  /// A(X_t) - y, {m,1,1}.
  tensor_view<const T, Space> residual() const;
  /// Half spectrum of the factor iterated on, n x min(R, n) x k.
  half_spectrum_view<const T, Space> spectral_factor() const;
  /// Half spectrum of sym(A^T y), n x n x k.
  half_spectrum_view<const T, Space> backprojection() const;
  /// Whether the errors relative to T come with the steps: in Gram form, when T, whose pack(T) is
  /// `truth`, {N,1,1}, is the one of the options. Allocates, waits.
  bool has_errors_for(tensor_view<const T, Space> truth) const;
  /// Three sums over U_t, then: to the memory of the space. Enqueues only.
  void copy_error_sums(double* to) const;
  /// From these sums: ||A(X_t) - y|| / ||y|| and ||X_t - T||_F.
  std::array<double, 2> errors(const double* sums) const;
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
  detail::owned<state> state_;
};

}  // namespace tubal
