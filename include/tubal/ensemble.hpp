// Many recoveries of one size, advanced together.
#pragma once

#include <tubal/owned.hpp>
#include <tubal/run.hpp>

#include <optional>
#include <vector>

namespace tubal {

struct ensemble_options {
  std::int64_t n = 0;
  std::int64_t k = 1;
  /// min(R, n): columns of the factor iterated on; R itself may differ between trials.
  std::int64_t width = 0;
  /// m
  std::int64_t measurements = 0;
  /// How many can be added.
  std::int64_t trials = 0;
  /// How many operators they have; as many as trials when not given.
  std::optional<std::int64_t> operators = {};
  /// Use Gram form where it fits.
  bool gram_form = true;
};

/// Gradient descent as in `recovery`, with the same iterates to rounding, of many independent
/// trials: each has its own data, initial factor and step size, and its own measurement operator or
/// one that it shares.
///
/// Problems that fit the cache of a core, or the shared memory of a multiprocessor, advance one
/// trial a thread (a block on a GPU), any number of steps at a time, in Gram form: with M = A^T A,
/// computed once, a step reads N (N+1)/2 numbers and takes N^2 multiply-adds, whatever m is. Larger
/// ones advance side by side with the operations of `recovery`; trials that share their operator
/// then read it once for all.
///
/// In Gram form the bits of a trial depend on that trial alone; else on how many share an operator.
/// Trials are numbered from 0 as they are added.
template <class T, class Space>
class ensemble {
 public:
  /// Allocates. Throws `argument_error`, `out_of_memory`.
  ensemble(context<Space>& ctx, const ensemble_options& options);

  /// Whether trials advance in Gram form. Then nothing is kept of a `sensing`; else it must outlive
  /// the ensemble.
  bool gram_form() const;

  /// Number of the trial. `y`: {m,1,1}; `truth`: T, n x n x k, or an empty view; `initial`: U_0,
  /// n x R x k with min(R, n) = width; `step_size`: mu. All are read here and not kept. Without a
  /// truth there is no test error, and in Gram form train errors are accurate to sqrt(eps) alone.
  /// `sharing`: an earlier trial that has the same operator. Allocates, waits. m N^2 multiply-adds
  /// for an operator that is new, in Gram form. Throws `shape_error`, `argument_error`,
  /// `nonfinite_error`, `out_of_memory`; then there is no new trial.
  std::int64_t add(const packed_sensing<T, Space>& sensing, input<T, Space> y,
                   input<T, Space> truth, input<T, Space> initial, double step_size,
                   std::optional<std::int64_t> sharing = {});

  /// `count` steps of all active trials. Enqueues only: no allocation, no wait.
  void steps(std::int64_t count);
  /// Iteration, train and test error of every trial; of those that were dropped, the last ones that
  /// were observed. Waits.
  const std::vector<record>& observe();
  /// `records` times `every` steps, 1 <= records <= longest_course, and what `observe` would have
  /// given after each: faster than asking every time. Waits once.
  std::vector<std::vector<record>> course(std::int64_t records, std::int64_t every);
  static constexpr std::int64_t longest_course = 64;
  /// The trial stays where it is. Waits.
  void drop(std::int64_t trial);

  /// t
  std::int64_t iteration() const;
  std::int64_t trials() const;
  std::int64_t active() const;
  bool is_active(std::int64_t trial) const;
  /// X_t = U_t * U_t^T, n x n x k. Allocates, waits. Throws `nonfinite_error`.
  tensor<T, Space> product(std::int64_t trial);
  /// L_t, n x width x k, with L_t * L_t^T = X_t: the factor but for an orthogonal map on its right.
  tensor<T, Space> factor(std::int64_t trial);

 private:
  struct state;
  detail::owned<state> state_;
};

/// Sees every record of every active trial; returns false to drop the trial.
using ensemble_observer = std::function<bool(std::int64_t trial, const record&)>;

/// Steps all trials under `options`, as `run` does with one recovery: each is measured at the same
/// iterates and dropped when a stop rule says so. One result per trial; stages are not found.
/// Without a tolerance to stop at, records come in batches, and a trial that the observer drops has
/// gone on to the end of the batch. Waits. Throws `argument_error`.
template <class T, class Space>
std::vector<run_result> run(ensemble<T, Space>& trials, const run_options& options,
                            const ensemble_observer& see = {});

}  // namespace tubal
