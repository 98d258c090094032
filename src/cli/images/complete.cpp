// tubal complete, tubal denoise
#include "cli/images/job.hpp"
#include "cli/subcommands.hpp"
#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "io/atomic_file.hpp"

#include <tubal/context.hpp>
#include <tubal/version.hpp>

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
    io::json all = {{"tubal", version},
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
    return print_report(all);
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
  outcome_of_image r{.solved = solve_with_progress(j, a, o.quiet)};
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

subcommand command_of(image_command kind, const char* name, const char* text) {
  const auto options = std::make_shared<image_options>();
  subcommand command{name, text, [options, kind] {
                       check(kind, *options);
                       if (options->device == "cuda") require_cuda();
                       const bool exact = kind == image_command::complete;
                       return run_on(exact ? completion_job(*options) : denoising_job(*options),
                                     *options, exact);
                     }};
  add_options(command, kind, *options);
  return command;
}

}  // namespace

subcommand complete_command() {
  return command_of(image_command::complete, "complete",
                    "Fill in missing entries of an image, a video or a tensor");
}
subcommand denoise_command() {
  return command_of(image_command::denoise, "denoise",
                    "Take noise out of an image, a video or a tensor");
}

}  // namespace tubal::cli
