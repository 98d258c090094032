#include "cli/images/options.hpp"

#include "cli/terminal/exit_code.hpp"
#include "text/number.hpp"

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

void add_seen(subcommand& c, image_command kind, image_options& o) {
  const bool masks = kind == image_command::complete;
  std::vector<std::string> others = {"--observe-tubes"};
  if (masks) others.push_back("--mask");
  c.add("--observe", &o.observe,
        "Take the input for the truth and hide all but this share of its entries, drawn at random")
      .excludes(others);
  auto& whole = c.add("--observe-tubes", &o.observe_tubes,
                      "The same with whole tubes: pixels with all their channels");
  if (!masks) return;
  whole.excludes({"--mask"});
  c.add("--mask", &o.mask,
        "What is seen, white or not zero: of the input's sizes, or rows x columns for whole "
        "tubes. NaN is missing, with a mask or without");
}

void add_damage(subcommand& c, image_options& o) {
  c.add("--noise", &o.noise,
        "Take the input for the truth and add normal noise of this standard deviation")
      .excludes({"--corrupt"});
  c.add("--corrupt", &o.corrupt,
        "The same, and replace this share of the entries by random values");
}

void add_solver(subcommand& c, image_command kind, image_options& o) {
  auto all = solver_name::for_completion;
  std::string text =
      "alternating: least squares in turn for the two factors, with weight decay; scaled: "
      "preconditioned gradient descent; gradient: gradient descent; admm: the nuclear norm";
  if (kind == image_command::denoise) {
    all = solver_name::for_denoising;
    text =
        "As in complete, or robust: robust PCA, for entries that are far off (robust with "
        "--corrupt, else alternating)";
  } else {
    text += " (alternating)";
  }
  const std::vector<std::string> names(all.begin(), all.end());
  if (kind == image_command::compare)
    c.add("--solver", &o.solvers, "Those of the table, separated by commas (all of complete)")
        .separated_by(',')
        .one_of(names);
  else
    c.add("--solver", &o.solver, text).one_of(names);
  c.add("--factor-rank", &o.factor_rank,
        "Columns R of the factors (n (0.2 + 0.6 share seen), n the smaller of the sizes)");
}

void add_output(subcommand& c, image_command kind, image_options& o) {
  if (kind == image_command::compare) {
    c.add_output(&o.picture,
                 "Picture (.png) of observed, results in the order of the table, truth");
  } else {
    c.add_output(&o.out, "Result").required();
    c.add("--picture", &o.picture,
          "Picture (.png) of observed, result and, where the truth is known, truth and 4 times the "
          "error, side by side")
        .shown_as("FILE");
  }
  if (kind == image_command::complete)
    c.add("--keep", &o.keep, "Write also what is no result, and end with exit code 6");
  c.add("--json", &o.json, "Report as one JSON object");
  c.add("--quiet", &o.quiet, "No progress line, no table");
}

void add_machine(subcommand& c, image_options& o) {
  c.add("--device", &o.device, "host or cuda (host)").one_of({"host", "cuda"});
  c.add("--precision", &o.precision, "double or float (double)").one_of({"double", "float"});
  c.add("--threads", &o.threads, "Threads of the host (0: all cores)").between(0, 1024);
}

void expect_share(const char* option, const std::optional<double>& share) {
  if (share && !(*share > 0 && *share < 1))
    throw usage_error(std::string(option) + ": expected a share above 0 and under 1, got " +
                      text::shortest(*share));
}

}  // namespace

void add_options(subcommand& c, image_command kind, image_options& o) {
  c.add("INPUT", &o.input, "Image, folder of frames, or tensor").required().shown_as(" ");
  if (kind == image_command::complete || kind == image_command::compare) add_seen(c, kind, o);
  if (kind == image_command::denoise) add_damage(c, o);
  if (kind == image_command::complete || kind == image_command::denoise)
    c.add("--truth", &o.truth, "What the result is to be compared with");
  if (kind == image_command::compress) {
    c.add("--rank", &o.rank, "Singular tubes to keep");
    c.add("--energy", &o.energy, "Keep the fewest with this share of the squared norm")
        .excludes({"--rank"});
  } else {
    add_solver(c, kind, o);
    c.add("--seed", &o.seed, "Seed of everything random (1)");
  }
  c.add("--tubes", &o.tubes,
        kind == image_command::compress
            ? "last: tubes run along the colours or frames; columns (last)"
            : "last: tubes run along the colours or frames; columns; rows; auto: what predicts "
              "held-out entries best (auto)")
      .one_of({"auto", "last", "columns", "rows"});
  add_output(c, kind, o);
  add_machine(c, o);
  c.footer = footer_text + std::string("\nExample: ") + example(kind) + "\n";
}

void check(image_command c, const image_options& o) {
  expect_share("--observe", o.observe);
  expect_share("--observe-tubes", o.observe_tubes);
  expect_share("--corrupt", o.corrupt);
  if (o.noise && !(std::isfinite(*o.noise) && *o.noise > 0))
    throw usage_error("--noise: expected a positive number, got " + text::shortest(*o.noise));
  if (o.energy && !(*o.energy > 0 && *o.energy <= 1))
    throw usage_error("--energy: expected a share above 0, at most 1, got " +
                      text::shortest(*o.energy));
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
