// Missing entries of a tensor filled in, every choice made by what is held out.
#pragma once

#include <tubal/run.hpp>
#include <tubal/sensing_operators.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace tubal {

/// What a completion minimises, and how.
enum class completion_solver {
  alternating,  ///< `descent`, alternating, with a path of weight decays
  scaled,       ///< `descent`, scaled
  gradient,     ///< `descent`, gradient, from a small start
  nuclear_norm  ///< `nuclear_norm_recovery`
};

/// Which dimension of X, n1 x n2 x k, the tubes run along.
enum class tube_direction {
  tube,  ///< the third: X as it is
  cols,  ///< the second: n1 x k x n2
  rows   ///< the first: n2 x k x n1
};

/// What is subtracted before and added afterwards.
enum class centring {
  none,
  mean,   ///< of the seen entries
  slices  ///< of those of each frontal slice X(:,:,l); of an unseen slice the mean of all
};

struct completion_options {
  completion_solver solver = completion_solver::alternating;
  /// None: what predicts held-out entries best. Directions in which a row or column of the turned
  /// tensor is never seen are not tried where there is another.
  std::optional<tube_direction> tubes = {};
  std::optional<centring> centre = {};
  /// R of the factors; none: from the share seen, and lower where the data are of low rank.
  std::optional<std::int64_t> factor_rank = {};
  /// Of tubes along the third dimension; along others, the DFT.
  transform along = {};
  /// The seen entries carry noise: the result smooths them, too. Else it holds them as they are.
  bool noisy = false;
  /// Of everything random.
  std::uint64_t seed = 1;
};

/// Why a completion ended as it did.
enum class completion_reason {
  done,
  nothing_missing,      ///< x itself
  all_zero,             ///< what is seen is 0: 0
  stopped,              ///< by the observer
  no_better_than_mean,  ///< held-out entries are predicted no better than by their mean
  held_out_error,       ///< the held-out error is 1 or more
  no_iteration,         ///< no step of the solver made the held-out error smaller
  not_finite,           ///< the solver left the range of numbers
  not_checked           ///< too few seen entries to hold any out
};
/// "done", "nothing_missing", ...
std::string_view name(completion_reason r);
std::string_view name(completion_solver s);
std::string_view name(tube_direction d);
std::string_view name(centring c);

/// What was tried on the way.
struct completion_trial {
  tube_direction tubes = tube_direction::tube;
  centring centre = centring::none;
  double held_out_error = 0;
};

template <class T, class Space>
struct completion {
  tensor<T, Space> x;  ///< filled in; seen entries to the bit, unless they are noisy
  /// Whether this is a result: `done`, or nothing was to be done. Else `reason` says why not.
  bool converged = false;
  completion_reason reason = completion_reason::done;

  completion_solver solver = completion_solver::alternating;
  tube_direction tubes = tube_direction::tube;
  centring centre = centring::none;
  std::int64_t factor_rank = 0;  ///< R; 0: no factors
  std::int64_t iterations = 0;
  std::vector<completion_trial> tried;

  /// Estimate of ||X - T||_F / ||T||_F over the missing entries of the truth T, from seen entries
  /// that were held out in the pattern of the missing ones; NaN where the holes are of a kind that
  /// the seen entries have no room for, or too few to tell.
  double held_out_error = std::numeric_limits<double>::quiet_NaN();
  /// The same of filling in the mean of each frontal slice.
  double held_out_error_of_mean = std::numeric_limits<double>::quiet_NaN();
  /// Rows X(i,:,:), columns X(:,j,:) and frontal slices X(:,:,l) of which nothing is seen,
  /// ascending: what fills them rests on the others' mean and on the transform alone.
  std::vector<std::int64_t> unseen_rows, unseen_cols, unseen_slices;
};

namespace detail {
template <class T, class Space>
completion<T, Space> complete_nan(context<Space>&, tensor_view<const T, Space> x,
                                  const completion_options&, const observer&);
template <class T, class Space>
completion<T, Space> complete_mask(context<Space>&, tensor_view<const T, Space> x,
                                   tensor_view<const T, Space> mask, const completion_options&,
                                   const observer&);
template <class T, class Space>
completion<T, Space> complete_entries(context<Space>&, tensor_view<const T, Space> x,
                                      const entry_mask<T, Space>& mask, const completion_options&,
                                      const observer&);
}  // namespace detail

/// Completion: the missing entries of x, n1 x n2 x k, where `mask`, of the same shape, is 0 and
/// where x is NaN, are filled in; what else x holds there is not looked at.
///
/// Part of the seen entries is held out in the pattern of the missing ones: rows X(i,:,:), columns
/// X(:,j,:), frontal slices, tubes, columns and rows of a slice, connected holes, or single
/// entries, as many of each as are missing. What is held out decides
///   - the direction of the tubes and the centring,
///   - where the path of weight decays of the solver stops (from 0.3 of the spectral norm on by 0.8
///   a
///     step, descent.hpp; never before 0.03), after which all seen entries are fitted in a few
///     steps,
///   - whether factors of the rank at which singular tubes fall off, without a weight decay, are
///     better: they are where the data are of low rank,
///   - the reported error, over up to four draws where one tells too little.
/// The data are scaled by a power of two first: a result does not depend on their units. Where
/// `converged` is false and the solver found nothing better, the missing entries hold the mean of
/// the seen ones of their frontal slice.
///
/// Cost: two to eight runs of the solver, mostly `descent`, alternating, of 15 to 150 steps.
/// Memory: that of one run, and about ten tensors of x's size in main memory. Allocates, waits.
/// `see` is shown the records of every run (iteration and held-out error, relative to its first);
/// false stops. Throws `argument_error` where nothing is seen or R is not in 1..min(n1, n2),
/// `shape_error`, `nonfinite_error` for Inf among what is seen and NaN in the mask,
/// `out_of_memory`. Sources: Mazumder, Hastie and Tibshirani 2010 (the path); Hastie, Mazumder, Lee
/// and Zadeh 2015; Owen and Perry 2009 (holding out in a pattern).
template <class T, class Space>
auto complete(context<Space>& ctx, const tensor_view<T, Space>& x,
              input<std::remove_const_t<T>, Space> mask, const completion_options& options = {},
              const observer& see = {}) {
  return detail::complete_mask<std::remove_const_t<T>, Space>(ctx, x, mask, options, see);
}
/// What is missing is what `mask` does not measure, and where x is NaN.
template <class T, class Space>
auto complete(context<Space>& ctx, const tensor_view<T, Space>& x,
              const entry_mask<std::remove_const_t<T>, Space>& mask,
              const completion_options& options = {}, const observer& see = {}) {
  return detail::complete_entries<std::remove_const_t<T>, Space>(ctx, x, mask, options, see);
}
/// What is missing is where x is NaN.
template <class T, class Space>
auto complete(context<Space>& ctx, const tensor_view<T, Space>& x,
              const completion_options& options = {}, const observer& see = {}) {
  return detail::complete_nan<std::remove_const_t<T>, Space>(ctx, x, options, see);
}

}  // namespace tubal
