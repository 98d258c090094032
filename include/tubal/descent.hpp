// Recovery from any linear measurements by descent on the factors of X = L * Q^T, or X = U * U^T.
#pragma once

#include <tubal/half_spectrum.hpp>
#include <tubal/owned.hpp>
#include <tubal/run.hpp>
#include <tubal/sensing_operator.hpp>

namespace tubal {

/// What X is made of.
enum class factor_form {
  asymmetric,  ///< X = L * Q^T, n1 x n2 x k, any tensor; loss 1/2 ||A(X) - y||^2
  symmetric  ///< X = U * U^T, n x n x k, t-symmetric positive semidefinite; loss 1/4 ||A(X) - y||^2
};

/// How the factors move. With Z = A^T(A(X) - y) (sym(Z) for U) and a step mu:
///   gradient      L <- L - mu (Z * Q + w L),                   Q <- Q - mu (Z^T * L + w Q) at once
///   scaled        the same, each gradient times (Q^T * Q + d E)^-1, (L^T * L + d E)^-1
///   alternating   the same in turn: Q moves with the Z of the new L; asymmetric only
/// w: `weight_decay`, d: `damping`. With mu = 1/||A||^2 and d = mu w a half step of `alternating`
/// is the exact minimiser of a majorant of the loss + (w/2)(||L||^2 + ||Q||^2): the loss cannot
/// grow. For a mask, mu = 1, this fills the unseen entries with those of X and solves a ridge
/// regression per slice for L, then for Q: the soft-impute form of alternating least squares.
/// Sources: Tong, Ma and Chi 2021; Xu, Shen, Chi and Ma 2023; Hastie, Mazumder, Lee and Zadeh 2015.
enum class descent_method { gradient, scaled, alternating };

/// What `descent_options::step_size` multiplies.
enum class step_rule {
  constant,   ///< 1: it is mu
  from_norm,  ///< 1/||A||^2; for `gradient` 1/(2 ||A||^2 s), with the estimate s of sigma_1(X) that
              ///< is the spectral norm of A^T y over ||A||_F^2 / (n1 n2 k)
  backtracking  ///< the first of c, c/2, c/4, ... with which the loss falls by 1e-4 of what its
                ///< slope promises (Armijo), c = 1 (for `gradient` 1/s) or, if less, twice that of
                ///< the step before
};

/// Where the factors start.
enum class descent_start {
  random,    ///< `init_scale` times i.i.d. N(0, x/R), from `seed`; x = ||y|| / ||A||_F, an estimate
             ///< of the root mean square entry of X
  spectral,  ///< leading R singular tubes (symmetric: eigenvalues) of A^T y, scaled to fit y best
  given      ///< the tensors handed over
};

struct descent_options {
  factor_form form = factor_form::asymmetric;
  descent_method method = descent_method::gradient;
  descent_start start = descent_start::random;
  /// R, columns of the factors; not looked at when they are given.
  std::int64_t factor_rank = 10;
  /// alpha of a random start, relative to the data: sqrt(x) alpha is the scale of L_0 and Q_0
  double init_scale = 1e-3;
  /// Of a random start, of the held-out measurements, and of the estimates below.
  std::uint64_t seed = 1;

  step_rule rule = step_rule::from_norm;
  double step_size = 1;
  /// ||A||, where it is known; estimated by power iteration when `rule` asks for it.
  std::optional<double> norm = {};
  /// b in [0, 1), Nesterov's: with the direction D above, V <- b V + D, L <- L + D + b V. 0.9 suits
  /// `gradient`; `alternating` bears 0.4, and can diverge from 0.5 on.
  double momentum = 0;
  /// w >= 0: the loss has (w/2)(||L||_F^2 + ||Q||_F^2), or (w/2) ||U||_F^2, more. The least of it
  /// over all factors of one X is w ||X||_*, or (w/2) ||X||_*, the nuclear norm of norms.hpp.
  double weight_decay = 0;
  /// Continuation: step t has max(w, c rate^t) in place of w, where c is `continuation` times the
  /// spectral norm of A^T y: a path of nuclear-norm solutions, from very low rank on. 0: none.
  double continuation = 0;
  double continuation_rate = 0.8;
  /// d of the preconditioner; mu w where that is more, and never under eps^(2/3) of its mean. In
  /// the units of X.
  std::optional<double> damping = {};
  /// Share of the measurements, in [0, 1), that are drawn at random to be measured and not fitted.
  double held_out = 0;
  /// Of "slices": DFT, DCT, Haar or identity; a given matrix must be a multiple of an orthogonal
  /// one.
  transform along = {};
};

/// Descent on the factors of X, in the transform domain; every method, form and operator goes this
/// way. For dense measurements of t-symmetric tensors `recovery` gives the iterates of `gradient`
/// with the symmetric form at half the cost, without a transform.
///
/// With R > n1 + n2 (symmetric: R > n) the descent runs on the (n1 + n2) x (n1 + n2) factor of the
/// t-LQ of [L_0; Q_0], which gives the same X_t: every method commutes with orthogonal maps from
/// the right. Whatever the units of y are, the same happens: starts, steps, continuation and the
/// floor of the damping are relative to it (`constant` steps, `weight_decay`, `damping` and given
/// factors are the caller's). Of y = 0 the iterates are 0. The operator must outlive the descent.
/// Memory: two tensors of X's size, the factors (one to three of each), 2 or 3 m numbers.
template <class T, class Space>
class descent {
 public:
  /// `y`: {m,1,1}; `left`, `right`: where they are the start, L_0, n1 x R x k, and Q_0, n2 x R x k
  /// (symmetric: U_0 and an empty view). All are read here and not kept. Allocates, plans, waits.
  /// Throws `shape_error`, `argument_error`, `nonfinite_error`, `out_of_memory`.
  descent(context<Space>& ctx, const sensing_operator<T, Space>& sensing, input<T, Space> y,
          const descent_options& options, input<T, Space> left = {}, input<T, Space> right = {});

  /// One step of the method. Enqueues only: no allocation, no wait, but for backtracking, which
  /// waits; it takes two more applications of A (one in a half step), however often it halves,
  /// since the loss along a line is a polynomial. Per step, or half step of `alternating`: a normal
  /// step of the operator, two transforms of X's size, and per slice 3 n1 n2 R multiply-adds (2 in
  /// a half step), with preconditioning (n1 + n2) R^2 and R^3 more.
  void step();
  /// `count` steps, and the evaluation of the last iterate. Enqueues only.
  void steps(std::int64_t count);
  /// t
  std::int64_t iteration() const;
  /// mu; with backtracking that of the last step, 0 when no step made the loss smaller
  double step_size() const;
  /// w of step t, the continuation included.
  double weight_decay(std::int64_t t) const;
  /// R
  std::int64_t factor_rank() const;
  const descent_options& options() const;
  context<Space>& where() const;

  /// L_t and Q_t in the tensor domain, all R columns; Q is L when symmetric. Allocate, wait.
  tensor<T, Space> left();
  tensor<T, Space> right();
  /// X_t. Allocates, waits. Throws `nonfinite_error` when the descent has left the range of T.
  tensor<T, Space> product();
  /// For diagnostics: makes `evaluated_product` and `residual` those of the iterate; the step after
  /// it does not repeat the work. Enqueues only.
  void evaluate();
  /// X_t, domain()
  tensor_view<const T, Space> evaluated_product() const;
  /// A(X_t) - y, {m,1,1}; those held out too
  tensor_view<const T, Space> residual() const;
  /// The errors that the best tensor of one value has, c at every entry, c fitted as X is: what a
  /// result has to be better than. The held-out one is NaN where nothing is held out.
  double mean_train_error() const;
  double mean_held_out_error() const;
  /// Measures the iterate: train and, where there are any, held-out errors
  /// ||A(X_t) - y|| / ||y|| over the measurements of each kind; with a `truth` (else an empty view)
  /// the test error. Waits; allocates nothing.
  record observe(input<T, Space> truth = {});

  /// Keeps a copy of the iterate, or goes back to it (momentum begins anew; t goes on). Enqueue
  /// only; the first `keep` allocates. `go_back` throws `argument_error` when nothing was kept.
  void keep();
  void go_back();

 private:
  struct state;
  detail::owned<state> state_;
};

/// Steps `d` under `options` (run.hpp), observing at every record, with the test error when `truth`
/// is given. With `held_out_window` it goes back at the end to the best iterate seen by held-out
/// error, and `last` is the record of that. Where it left the range of T (`not_finite`), the
/// context is as good as new. Waits at every record. Throws `argument_error` for bad options, and
/// for a held-out window without held-out measurements.
template <class T, class Space>
run_result run(descent<T, Space>& d, const run_options& options, const observer& see = {},
               input<T, Space> truth = {});

}  // namespace tubal
