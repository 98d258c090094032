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

/// How the tubes were chosen.
struct orientation {
  tubes along = tubes::last;
  bool chosen = false;  ///< by held-out entries
  double last_error = NAN, columns_error = NAN;
  double seconds = 0;
  std::optional<solution> solved;  ///< by `alternating`, on the way
};
orientation choose_tubes(const job& j, const image_options& o, assignment a);
std::string tubes_text(const orientation& t, const data& d);
io::json tubes_object(const orientation& t);

/// `solve` with a progress line on a terminal, stopping at the first signal.
solution solve_with_progress(const job& j, const assignment& a, bool quiet);

}  // namespace tubal::cli
