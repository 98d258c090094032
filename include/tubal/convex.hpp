// Convex recovery: the nuclear norm in place of the rank, by the alternating direction method of
// multipliers (ADMM).
#pragma once

#include <tubal/owned.hpp>
#include <tubal/proximal.hpp>
#include <tubal/run.hpp>
#include <tubal/sensing_operator.hpp>

namespace tubal {

struct admm_options {
  /// rho of the first step; 0: 1.25 over the spectral norm of the first iterate.
  double penalty = 0;
  /// rho grows by this factor, at least 1, with every step, to 1e8 times the first one. Near 1 the
  /// minimum is met more exactly, in more steps.
  double growth = 1.1;
  /// Conjugate gradients a step, where the constraint needs them; see below.
  std::int64_t inner_iterations = 12;
  transform along = {};
};

/// min ||X||_* subject to A(X) = y, the nuclear norm of norms.hpp, for any measurements; of an
/// `entry_mask`, tensor completion. One step, with the scaled multiplier U:
///   Z <- argmin ||Z||_* + rho/2 ||Z - X - U||^2      (`shrink`, threshold 1/rho)
///   X <- the nearest to Z - U with A(X) = y          (V - A^T (A A^T)^-1 (A(V) - y))
///   U <- U + X - Z,  rho <- growth rho
/// (A A^T)^-1 is a number where A A^T is a multiple of the identity (entries, fast transforms;
/// found by one probe); the Cholesky factor of A A^T for a `dense_sensing`; else conjugate
/// gradients from the last solution.
/// Sources: Zhang and Aeron 2017; Lu, Peng and Wei 2018; Boyd et al. 2011.
template <class T, class Space>
class nuclear_norm_recovery {
 public:
  /// `y`: {m,1,1}. Begins at the least-norm X with A(X) = y. The operator must outlive it.
  /// Allocates, plans, waits; for a `dense_sensing`, 2 m^2 n1 n2 k flops and m^2 reals. Throws
  /// `shape_error`, `argument_error`, `nonfinite_error`, `out_of_memory`.
  nuclear_norm_recovery(context<Space>& ctx, const sensing_operator<T, Space>& sensing,
                        input<T, Space> y, const admm_options& options = {});

  /// Enqueues only: no allocation, no wait. An SVD per stored slice, two transforms, a normal step.
  /// A CUDA graph of it repeats the rho of its capture.
  void step();
  std::int64_t iteration() const;
  /// X: meets the measurements, and has low rank in the limit alone.
  tensor_view<const T, Space> feasible() const;
  /// Z: has low rank, and meets the measurements in the limit alone.
  tensor_view<const T, Space> low_rank() const;
  /// Train error ||A(Z) - y|| / ||y||; with a `truth` (else an empty view) the test error of X.
  /// Waits; allocates nothing.
  record observe(input<T, Space> truth = {});
  /// ||X_t - X_{t-1}||_F / ||X_t||_F of the last iterate observed.
  double change() const;
  context<Space>& where() const;

 private:
  struct state;
  detail::owned<state> state_;
};

struct robust_pca_options {
  /// lambda; 1 / sqrt(max(n1, n2) k) unless given.
  std::optional<double> sparsity = {};
  admm_options admm = {};
};

/// min ||L||_* + lambda ||S||_1 subject to L + S = M, n1 x n2 x k. One step:
///   L <- shrink(M - S - U, 1/rho),  S <- soft(M - L - U, lambda/rho),  U <- U + L + S - M
/// Sources: Lu, Feng, Chen, Liu, Lin and Yan 2020 (tensor robust PCA); Candes et al. 2011.
template <class T, class Space>
class robust_pca {
 public:
  /// Begins at L = 0, S = 0. Allocates, plans, waits. Throws `shape_error`, `argument_error`,
  /// `nonfinite_error`, `out_of_memory`.
  robust_pca(context<Space>& ctx, input<T, Space> m, const robust_pca_options& options = {});

  /// Enqueues only: no allocation, no wait. An SVD per stored slice, two transforms.
  /// A CUDA graph of it repeats the rho of its capture.
  void step();
  std::int64_t iteration() const;
  tensor_view<const T, Space> low_rank() const;
  tensor_view<const T, Space> sparse() const;
  /// Train error ||L + S - M||_F / ||M||_F; with a `truth` (else an empty view) the test error of
  /// L. Waits; allocates nothing.
  record observe(input<T, Space> truth = {});
  /// ||S_t - S_{t-1}||_F / ||M||_F of the last iterate observed.
  double change() const;
  context<Space>& where() const;

 private:
  struct state;
  detail::owned<state> state_;
};

/// Steps under `options` (run.hpp), observing at every record. Stops for `train_error` when the
/// train error and the change are both at or under `train_tolerance`; the rules of progress and of
/// held-out measurements are not looked at. Waits at every record. Throws `argument_error`.
template <class T, class Space>
run_result run(nuclear_norm_recovery<T, Space>& r, const run_options& options,
               const observer& see = {}, input<T, Space> truth = {});
template <class T, class Space>
run_result run(robust_pca<T, Space>& r, const run_options& options, const observer& see = {},
               input<T, Space> truth = {});

}  // namespace tubal
