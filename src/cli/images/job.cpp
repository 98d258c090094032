#include "cli/images/job.hpp"

#include "cli/terminal/exit_code.hpp"
#include "cli/terminal/interrupt.hpp"
#include "cli/terminal/status_line.hpp"

#include <tubal/random.hpp>
#include <tubal/sensing_operators.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tubal::cli {

namespace {

/// A share of so many things, rounded, but not none.
std::vector<std::int64_t> draw(double share, std::int64_t all, std::int64_t seed) {
  const auto count =
      std::clamp<std::int64_t>(std::llround(share * static_cast<double>(all)), 1, all);
  return random_subset(all, count, static_cast<std::uint64_t>(seed));
}

std::vector<std::int64_t> whole_tubes(const std::vector<std::int64_t>& chosen, const data& d) {
  std::vector<std::int64_t> entries;
  for (std::int64_t l = 0; l < d.tube(); ++l)
    for (const auto tube : chosen) entries.push_back(tube + l * d.rows() * d.columns());
  return entries;
}

std::string percent(std::size_t part, std::size_t all) {
  return number(100 * static_cast<double>(part) / static_cast<double>(all), "%.3g %%");
}

data read_truth(const std::string& name, const data& like) {
  const auto require = [&](const io::extents& found) {
    if (found != like.sizes)
      throw io::file_error(name, "expected " + io::to_string(like.sizes) + " as the input, found " +
                                     io::to_string(found));
  };
  if (const auto size = size_of_picture(name)) require(*size);
  data truth = read_data("--truth", name);
  require(truth.sizes);
  return truth;
}

std::vector<double> random_values(std::size_t count, double scale, std::int64_t seed, bool normal) {
  context<host> ctx{{.threads = 1}};
  tensor<double, host> x(ctx, {static_cast<std::int64_t>(count), 1, 1});
  const auto key = static_cast<std::uint64_t>(seed);
  if (normal)
    fill_normal<double, host>(ctx, x, scale, key, random_stream::noise);
  else
    fill_uniform<double, host>(ctx, x, scale, key, random_stream::noise);
  return to_host(ctx, x);
}

void damage(job& j, const image_options& o) {
  auto& values = j.given.values;
  if (o.noise) {
    const auto e = random_values(values.size(), *o.noise, o.seed, true);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += e[i];
  }
  if (o.corrupt) {
    const auto chosen = draw(*o.corrupt, static_cast<std::int64_t>(values.size()), o.seed);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double from = *low, range = *high - *low;
    const auto e = random_values(chosen.size(), range, o.seed, false);
    for (std::size_t i = 0; i < chosen.size(); ++i)
      values[static_cast<std::size_t>(chosen[i])] = from + e[i];
  }
}

}  // namespace

job completion_job(const image_options& o) {
  job j{.given = read_data("INPUT", o.input)};
  const auto all = static_cast<std::int64_t>(j.given.values.size());
  if (o.mask) {
    j.seen = seen_in(*o.mask, j.given);
    j.seen_text = "where " + *o.mask + " shows";
    if (o.truth) j.truth = read_truth(*o.truth, j.given);
  } else {
    j.truth = j.given;
    j.seen = o.observe
                 ? draw(*o.observe, all, o.seed)
                 : whole_tubes(draw(*o.observe_tubes, j.given.rows() * j.given.columns(), o.seed),
                               j.given);
    j.seen_text = std::string(o.observe ? "entries" : "whole tubes") + " at random, seed " +
                  std::to_string(o.seed);
  }
  if (j.seen.size() == j.given.values.size())
    throw usage_error("nothing is missing: all " + std::to_string(all) + " entries are seen");
  j.seen_text = std::to_string(j.seen.size()) + " of " + std::to_string(all) + " entries (" +
                percent(j.seen.size(), j.given.values.size()) + "), " + j.seen_text;
  return j;
}

job denoising_job(const image_options& o) {
  job j{.given = read_data("INPUT", o.input)};
  j.seen.resize(j.given.values.size());
  std::iota(j.seen.begin(), j.seen.end(), std::int64_t{0});
  if (o.truth) j.truth = read_truth(*o.truth, j.given);
  if (!o.noise && !o.corrupt) return j;
  j.truth = j.given;
  j.seen_text = o.noise ? "normal noise, standard deviation " + number(*o.noise)
                        : number(100 * *o.corrupt) + " % of the entries replaced";
  j.seen_text += ", seed " + std::to_string(o.seed);
  damage(j, o);
  return j;
}

data observed(const job& j) {
  if (j.seen.size() == j.given.values.size()) return j.given;
  std::vector<double> values(j.given.values.size());
  for (const auto e : j.seen)
    values[static_cast<std::size_t>(e)] = j.given.values[static_cast<std::size_t>(e)];
  return with_values(j.given, std::move(values));
}

orientation choose_tubes(const job& j, const image_options& o, assignment a) {
  orientation t;
  t.along = a.along;
  if (o.tubes != "auto" || !j.given.is_picture() || j.given.tube() == 1) return t;
  a.solver = solver_name::alternating;
  auto last = solve_with_progress(j, a, o.quiet);
  a.along = tubes::columns;
  a.factor_rank.reset();
  if (interrupt_watch::received() != 0 || std::isnan(last.held_out_error)) return t;
  auto columns = solve_with_progress(j, a, o.quiet);
  t.chosen = true;
  t.last_error = last.held_out_error;
  t.columns_error = columns.held_out_error;
  t.seconds = last.seconds + columns.seconds;
  t.along = t.columns_error < t.last_error ? tubes::columns : tubes::last;
  t.solved = t.along == tubes::columns ? std::move(columns) : std::move(last);
  return t;
}

std::string tubes_text(const orientation& t, const data& d) {
  std::string text = t.along == tubes::columns ? "along the columns" : "along the last dimension";
  if (d.is_picture() && t.along == tubes::last)
    text = d.kind == data_kind::image ? "along the colours"
           : d.channels == 1          ? "along the frames"
                                      : "along colours and frames";
  if (!t.chosen) return text;
  return text + ", chosen by held-out entries (error " + number(t.last_error, "%.3f") +
         " with tubes along the last dimension, " + number(t.columns_error, "%.3f") +
         " along the columns)";
}

io::json tubes_object(const orientation& t) {
  io::json object = {{"along", t.along == tubes::columns ? "columns" : "last"},
                     {"chosen_by_held_out_entries", t.chosen}};
  if (t.chosen) {
    object["held_out_error"] = {{"last", t.last_error}, {"columns", t.columns_error}};
    object["seconds"] = t.seconds;
  }
  return object;
}

solution solve_with_progress(const job& j, const assignment& given, bool quiet) {
  status_line line(!quiet);
  assignment a = given;
  a.see = [&](std::int64_t iteration, double error) {
    if (line.is_due())
      line.show(a.solver + "  iteration " + std::to_string(iteration) + "  error " +
                number(error, "%.3e") + "  " + in_words(line.seconds()));
    return interrupt_watch::received() == 0;
  };
  return solve(j.given, j.seen, a);
}

}  // namespace tubal::cli
