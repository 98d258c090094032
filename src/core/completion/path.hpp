// One solver on one centred and turned tensor, watched by what is held out.
#pragma once

#include <tubal/completion.hpp>
#include <tubal/descent.hpp>

#include <vector>

namespace tubal::detail {

/// Entries of the turned tensor, their values, and what a squared error of each counts.
struct watched_entries {
  std::vector<std::int64_t> indices;
  std::vector<double> values, weights;
};

struct path_options {
  completion_solver solver = completion_solver::alternating;
  std::optional<std::int64_t> factor_rank;
  transform along;
  double share = 1;  ///< of all entries that is seen; of noisy ones what counts as much
  bool noisy = false;
  std::uint64_t seed = 1;
};

template <class T, class S>
struct path_result {
  std::vector<T> x;          ///< the turned tensor
  std::vector<T> predicted;  ///< the same before it knew what was held out; empty where it does not
  double error = 0;          ///< weighted mean square over what is watched; NaN without any
  double first_error = 0;    ///< the same of X = 0
  std::int64_t iterations = 0, factor_rank = 0;
  bool stopped = false, not_finite = false;
};

/// Solves for the entries `indices` of value y, and keeps the iterate with the least watched error;
/// then, with `all`, a few steps more with what was watched.
template <class T, class S>
path_result<T, S> follow_path(context<S>& ctx, const shape& s,
                              const std::vector<std::int64_t>& fitted, const std::vector<T>& y,
                              const watched_entries& watched, const path_options& o,
                              const observer& see);

/// The same with factors of the given rank and no weight decay, from the leading part of `start`,
/// the turned tensor: exact where the data are of that rank.
template <class T, class S>
path_result<T, S> follow_rank(context<S>& ctx, const shape& s,
                              const std::vector<std::int64_t>& fitted, const std::vector<T>& y,
                              const watched_entries& watched, const path_options& o,
                              const std::vector<T>& start, const observer& see);

/// Tubal ranks to try: where the singular tubes of `x` fall off, with little behind; the lowest
/// first.
template <class T, class S>
std::vector<std::int64_t> ranks_at_gaps(context<S>& ctx, const shape& s, const std::vector<T>& x,
                                        const transform& along);

}  // namespace tubal::detail
