// What complete, denoise and compare share: input, what is seen, orientation, progress.
#pragma once

#include "cli/images/report.hpp"

namespace tubal::cli {

/// The input as the solvers get it.
struct job {
  data given;                           ///< noisy or with entries that are not to be looked at
  std::vector<std::int64_t> seen = {};  ///< ascending
  std::optional<data> truth = {};
  std::string seen_text = {};
};

job completion_job(const image_options& o);
job denoising_job(const image_options& o);
/// Unseen entries black (0).
data observed(const job& j);

/// The library's words on a result: how the tubes were chosen, centring, the error, what was never
/// seen.
std::string tubes_text(const solution& s, const data& d);
io::json tubes_object(const solution& s);
std::string held_out_text(const solution& s);
/// Nothing where all was seen.
std::string unseen_text(const solution& s, const data& d);
io::json unseen_object(const solution& s);
/// Why a result is none.
std::string no_result_text(const solution& s);

/// `solve` with a progress line on a terminal, stopping at the first signal.
solution solve_with_progress(const job& j, const assignment& a, bool quiet);

}  // namespace tubal::cli
