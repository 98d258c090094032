#include "cli/images/options.hpp"

#include "cli/terminal/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <limits>

namespace tubal::cli {

namespace {

constexpr const char* footer_text =
    "Input is IMAGE.png (grey or colour, 8 or 16 bits; transparency is left out), a folder of PNG\n"
    "frames (a video), or a tensor, FILE.npy or FILE.h5:/dataset. A result has the kind of its "
    "input.\n";

const char* example(image_command c) {
  switch (c) {
    case image_command::complete:
      return "tubal complete photo.png --observe 0.5 -o completed.png --picture beside.png";
    case image_command::denoise:
      return "tubal denoise photo.png --corrupt 0.1 -o clean.png";
    case image_command::compress:
      return "tubal compress photo.png --rank 40 -o compressed.png";
    case image_command::compare:
      break;
  }
  return "tubal compare photo.png --observe 0.5 -o beside.png";
}

void add_seen(CLI::App& app, image_command c, image_options& o) {
  auto* observe = app.add_option("--observe", o.observe,
                                 "Take the input for the truth and hide all but this share of its "
                                 "entries, drawn at random");
  auto* whole = app.add_option("--observe-tubes", o.observe_tubes,
                               "The same with whole tubes: pixels with all their channels");
  observe->excludes(whole);
  if (c == image_command::compare) return;
  auto* mask = app.add_option("--mask", o.mask,
                              "What is seen, white or not zero: of the input's sizes, or rows x "
                              "columns for whole tubes. NaN is missing, with a mask or without");
  observe->excludes(mask);
  whole->excludes(mask);
}

void add_damage(CLI::App& app, image_options& o) {
  app.add_option("--noise", o.noise,
                 "Take the input for the truth and add normal noise of this standard deviation")
      ->excludes(
          app.add_option("--corrupt", o.corrupt,
                         "The same, and replace this share of the entries by random values"));
}

void add_solver(CLI::App& app, image_command c, image_options& o) {
  auto names = solver_name::for_completion;
  std::string text =
      "alternating: least squares in turn for the two factors, with weight decay; scaled: "
      "preconditioned gradient descent; gradient: gradient descent; admm: the nuclear norm";
  if (c == image_command::denoise) {
    names = solver_name::for_denoising;
    text =
        "As in complete, or robust: robust PCA, for entries that are far off (robust with "
        "--corrupt, else alternating)";
  } else {
    text += " (alternating)";
  }
  if (c == image_command::compare)
    app.add_option("--solver", o.solvers,
                   "Those of the table, separated by commas (all of complete)")
        ->delimiter(',')
        ->check(CLI::IsMember(names));
  else
    app.add_option("--solver", o.solver, text)->check(CLI::IsMember(names));
  app.add_option("--factor-rank", o.factor_rank,
                 "Columns R of the factors (n (0.2 + 0.6 share seen), n the smaller of the sizes)");
}

void add_output(CLI::App& app, image_command c, image_options& o) {
  if (c == image_command::compare) {
    app.add_option("-o,--output", o.picture,
                   "Picture (.png) of observed, results in the order of the table, truth")
        ->option_text("FILE");
  } else {
    app.add_option("-o,--output", o.out, "Result")->required()->option_text("FILE");
    app.add_option("--picture", o.picture,
                   "Picture (.png) of observed, result and, where the truth is known, truth and 4 "
                   "times the error, side by side")
        ->option_text("FILE");
  }
  if (c == image_command::complete)
    app.add_flag("--keep", o.keep, "Write also what is no result, and end with exit code 6");
  app.add_flag("--json", o.json, "Report as one JSON object");
  app.add_flag("--quiet", o.quiet, "No progress line, no table");
}

void add_machine(CLI::App& app, image_options& o) {
  app.add_option("--device", o.device, "host or cuda (host)")
      ->check(CLI::IsMember({"host", "cuda"}));
  app.add_option("--precision", o.precision, "double or float (double)")
      ->check(CLI::IsMember({"double", "float"}));
  app.add_option("--threads", o.threads, "Threads of the host (0: all cores)")
      ->check(CLI::Range(0, 1024));
}

void expect_share(const char* option, const std::optional<double>& share) {
  if (share && !(*share > 0 && *share < 1))
    throw usage_error(std::string(option) + ": expected a share above 0 and under 1, got " +
                      CLI::detail::to_string(*share));
}

}  // namespace

void add_options(CLI::App& app, image_command c, image_options& o) {
  app.add_option("INPUT", o.input, "Image, folder of frames, or tensor")
      ->required()
      ->option_text(" ");
  if (c == image_command::complete || c == image_command::compare) add_seen(app, c, o);
  if (c == image_command::denoise) add_damage(app, o);
  if (c == image_command::complete || c == image_command::denoise)
    app.add_option("--truth", o.truth, "What the result is to be compared with");
  if (c == image_command::compress) {
    auto* rank = app.add_option("--rank", o.rank, "Singular tubes to keep");
    app.add_option("--energy", o.energy, "Keep the fewest with this share of the squared norm")
        ->excludes(rank);
  } else {
    add_solver(app, c, o);
    app.add_option("--seed", o.seed, "Seed of everything random (1)");
  }
  app.add_option("--tubes", o.tubes,
                 c == image_command::compress
                     ? "last: tubes run along the colours or frames; columns (last)"
                     : "last: tubes run along the colours or frames; columns; rows; auto: what "
                       "predicts held-out entries best (auto)")
      ->check(CLI::IsMember({"auto", "last", "columns", "rows"}));
  add_output(app, c, o);
  add_machine(app, o);
  app.footer(footer_text + std::string("\nExample: ") + example(c) + "\n");
}

void check(image_command c, const image_options& o) {
  expect_share("--observe", o.observe);
  expect_share("--observe-tubes", o.observe_tubes);
  expect_share("--corrupt", o.corrupt);
  if (o.noise && !(std::isfinite(*o.noise) && *o.noise > 0))
    throw usage_error("--noise: expected a positive number, got " +
                      CLI::detail::to_string(*o.noise));
  if (o.energy && !(*o.energy > 0 && *o.energy <= 1))
    throw usage_error("--energy: expected a share above 0, at most 1, got " +
                      CLI::detail::to_string(*o.energy));
  if (o.seed < 0 || o.seed == std::numeric_limits<std::int64_t>::max())
    throw usage_error("--seed: expected 0 to 2^63 - 2, got " + std::to_string(o.seed));
  if (c == image_command::compare && !o.observe && !o.observe_tubes)
    throw usage_error("expected one of --observe, --observe-tubes");
  if (c == image_command::compress && !o.rank && !o.energy)
    throw usage_error("expected one of --rank, --energy");
  if (o.truth && (o.observe || o.observe_tubes || o.noise || o.corrupt))
    throw usage_error("--truth: the input is the truth already");
  if (o.picture && std::filesystem::path(*o.picture).extension() != ".png")
    throw usage_error("picture: expected a name that ends in .png, got " + *o.picture);
}

std::optional<tube_direction> direction_of(const std::string& tubes) {
  if (tubes == "last") return tube_direction::tube;
  if (tubes == "columns") return tube_direction::cols;
  if (tubes == "rows") return tube_direction::rows;
  return std::nullopt;
}

const char* text_of(tube_direction d) {
  return d == tube_direction::tube ? "last" : d == tube_direction::cols ? "columns" : "rows";
}

assignment base_assignment(const image_options& o, const data& d) {
  assignment a;
  a.solver = o.solver.value_or(o.corrupt ? solver_name::robust : solver_name::alternating);
  a.tubes = direction_of(o.tubes);
  const auto [n1, n2] = matrix_sizes(d, tube_direction::tube);
  if (o.factor_rank && !(*o.factor_rank >= 1 && *o.factor_rank <= std::min(n1, n2)))
    throw usage_error("--factor-rank: expected 1 to " + std::to_string(std::min(n1, n2)) +
                      ", the smaller of the sizes, got " + std::to_string(*o.factor_rank));
  a.factor_rank = o.factor_rank;
  a.seed = static_cast<std::uint64_t>(o.seed);
  a.device = o.device;
  a.precision = o.precision;
  a.threads = o.threads;
  return a;
}

}  // namespace tubal::cli
