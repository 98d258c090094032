// tubal complete, tubal denoise
#include "cli/images/job.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "io/atomic_file.hpp"

#include <tubal/context.hpp>
#include <tubal/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

namespace tubal::cli {

namespace {

struct outcome_of_image {
  solution solved;
  score scores = {};
  data result = {};
};

void report(const image_options& o, const job& j, const assignment& a, const outcome_of_image& r) {
  if (o.json) {
    nlohmann::ordered_json all = {{"tubal", version},
                                  {"input", input_object(j.given, o.input)},
                                  {"seen", j.seen.size()},
                                  {"entries", j.given.values.size()},
                                  {"seed", o.seed},
                                  {"solver", a.solver},
                                  {"tubes", tubes_object(r.solved)},
                                  {"factor_rank", r.solved.said.factor_rank},
                                  {"effective_tubal_rank", r.solved.effective_rank},
                                  {"iterations", r.solved.said.iterations},
                                  {"held_out_error", r.solved.said.held_out_error},
                                  {"held_out_error_of_mean", r.solved.said.held_out_error_of_mean},
                                  {"converged", r.solved.said.converged},
                                  {"reason", name(r.solved.said.reason)},
                                  {"never_seen", unseen_object(r.solved)},
                                  {"seconds", r.solved.seconds},
                                  {"interrupted", r.solved.stopped()},
                                  {"score", j.truth ? score_object(r.scores) : nullptr},
                                  {"device", o.device},
                                  {"precision", o.precision},
                                  {"out", o.out}};
    return print(all);
  }
  if (o.quiet) return;
  std::string text = line("input", input_text(j.given, o.input));
  if (!j.seen_text.empty()) text += line(a.exact ? "seen" : "added", j.seen_text);
  if (const auto unseen = unseen_text(r.solved, j.given); !unseen.empty())
    text += line("never seen", unseen);
  text += line("tubes", tubes_text(r.solved, j.given));
  std::string solver = a.solver;
  if (r.solved.said.factor_rank > 0)
    solver += ", factor rank R " + std::to_string(r.solved.said.factor_rank);
  text += line("solver", solver + ", " + std::to_string(r.solved.said.iterations) + " iterations" +
                             (r.solved.stopped() ? ", interrupted" : ""));
  if (a.exact) text += line("error", held_out_text(r.solved));
  if (j.truth) text += score_text(r.scores);
  text += line("tubal rank", std::to_string(r.solved.effective_rank) +
                                 " singular tubes above 1 % of the largest");
  text += line("time", number(r.solved.seconds, "%.3g s") + ", " + o.device + ", " + o.precision);
  text += line("written", o.out + (o.picture ? " and " + *o.picture : ""));
  std::cout << text;
}

/// Whether a few entries are so far off that they are most of the residual: not noise, but damage.
bool has_outliers(const data& given, const std::vector<double>& smooth) {
  std::vector<double> off(smooth.size());
  for (std::size_t e = 0; e < off.size(); ++e) off[e] = std::abs(given.values[e] - smooth[e]);
  auto sorted = off;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double far = 5 * 1.4826 * *middle;  // five standard deviations of normal noise
  double beyond = 0, all = 0;
  for (const double r : off) {
    all += r * r;
    if (r > far) beyond += r * r;
  }
  return beyond > 0.5 * all;
}

/// Alternating; and robust where its residuals ask for it.
solution denoise(const job& j, assignment& a, bool quiet) {
  auto smooth = solve_with_progress(j, a, quiet);
  if (smooth.stopped() || !has_outliers(j.given, smooth.values)) return smooth;
  a.solver = solver_name::robust;
  return solve_with_progress(j, a, quiet);
}

/// What can fail for the want of a device, an output or an input fails before the work.
int run_on(const job& j, const image_options& o, bool exact) {
  assignment a = base_assignment(o, j.given);
  a.exact = exact;
  require_output(j.given, o.input, o.out);
  if (o.picture) {
    if (!j.given.is_picture())
      throw usage_error("--picture: the input is a tensor, no image or video");
    io::require_writable(*o.picture);
  }
  const interrupt_watch signals;
  outcome_of_image r{.solved = exact || o.solver || o.corrupt ? solve_with_progress(j, a, o.quiet)
                                                              : denoise(j, a, o.quiet)};
  interrupt_watch::finishing();
  r.result = with_values(j.given, r.solved.values);
  if (j.truth) r.scores = compare(r.result, *j.truth);
  const bool none = exact && !r.solved.said.converged && !r.solved.stopped() &&
                    r.solved.said.reason != completion_reason::not_checked;
  if (none && !o.keep) throw numerical_error(no_result_text(r.solved) + "; --keep writes it");
  write_data(r.result, o.out);
  if (o.picture) write_picture(*o.picture, {observed(j), r.result}, j.truth, true);
  report(o, j, a, r);
  if (none) std::cerr << "tubal: " << no_result_text(r.solved) << '\n';
  if (none) return no_result;
  return interrupt_watch::received() != 0 ? signalled + interrupt_watch::received() : ok;
}

subcommand add(CLI::App& app, image_command c, const char* name, const char* text) {
  auto options = std::make_shared<image_options>();
  auto* sub = app.add_subcommand(name, text);
  add_options(*sub, c, *options);
  return {sub, [options, c] {
            check(c, *options);
            if (options->device == "cuda") require_cuda();
            const bool exact = c == image_command::complete;
            return run_on(exact ? completion_job(*options) : denoising_job(*options), *options,
                          exact);
          }};
}

}  // namespace

subcommand add_complete(CLI::App& app) {
  return add(app, image_command::complete, "complete",
             "Fill in missing entries of an image, a video or a tensor");
}
subcommand add_denoise(CLI::App& app) {
  return add(app, image_command::denoise, "denoise",
             "Take noise out of an image, a video or a tensor");
}

}  // namespace tubal::cli
