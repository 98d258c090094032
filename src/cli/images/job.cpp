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

namespace {

/// The entries that are no NaN, of those that are seen.
void leave_out_nan(job& j) {
  std::erase_if(j.seen, [&](std::int64_t e) {
    return std::isnan(j.given.values[static_cast<std::size_t>(e)]);
  });
}

void require_finite(const job& j, const std::string& name) {
  for (const auto e : j.seen)
    if (!std::isfinite(j.given.values[static_cast<std::size_t>(e)]))
      throw io::file_error(name, "expected finite values where it is seen, found Inf at entry " +
                                     std::to_string(e) + ", counted from 0, first index fastest");
}

void draw_seen(job& j, const image_options& o) {
  const auto all = static_cast<std::int64_t>(j.given.values.size());
  j.seen = o.observe
               ? draw(*o.observe, all, o.seed)
               : whole_tubes(draw(*o.observe_tubes, j.given.rows() * j.given.columns(), o.seed),
                             j.given);
  j.seen_text = std::string(o.observe ? "entries" : "whole tubes") + " at random, seed " +
                std::to_string(o.seed);
  if (j.seen.size() == j.given.values.size())
    throw usage_error("nothing is missing: all " + std::to_string(all) + " entries are seen");
}

}  // namespace

job completion_job(const image_options& o) {
  const bool hides = o.observe || o.observe_tubes;
  job j{.given = read_data("INPUT", o.input, hides ? content::finite : content::holes)};
  const auto all = static_cast<std::int64_t>(j.given.values.size());
  if (hides) {
    j.truth = j.given;
    draw_seen(j, o);
  } else {
    j.seen_text = o.mask ? "where " + *o.mask + " shows" : "what is not NaN";
    if (o.mask) {
      j.seen = seen_in(*o.mask, j.given);
    } else {
      j.seen.resize(j.given.values.size());
      std::iota(j.seen.begin(), j.seen.end(), std::int64_t{0});
    }
    leave_out_nan(j);
    if (j.seen.empty()) throw io::file_error(o.input, "nothing is seen: all of it is NaN");
    if (!o.mask && j.seen.size() == j.given.values.size())
      throw usage_error(
          "expected one of --observe, --observe-tubes, --mask, or NaN where entries "
          "are missing");
    require_finite(j, o.input);
    if (o.truth) j.truth = read_truth(*o.truth, j.given);
  }
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

std::string tubes_text(const solution& s, const data& d) {
  std::string text = "along the " + std::string(text_of(s.said.tubes));
  if (s.said.tubes == tube_direction::tube)
    text = !d.is_picture()              ? "along the last dimension"
           : d.kind == data_kind::image ? "along the colours"
           : d.channels == 1            ? "along the frames"
                                        : "along colours and frames";
  if (s.said.centre != centring::none)
    text += s.said.centre == centring::mean ? ", about the mean" : ", about the mean of each slice";
  if (s.said.tried.size() < 2) return text;
  text += ", chosen by held-out entries (error";
  for (const auto& t : s.said.tried)
    text += " " + number(t.held_out_error, "%.3f") + " " + text_of(t.tubes) +
            (t.centre == centring::none ? "," : " centred,");
  text.back() = ')';
  return text;
}

io::json tubes_object(const solution& s) {
  io::json object = {{"along", text_of(s.said.tubes)},
                     {"chosen_by_held_out_entries", s.said.tried.size() > 1},
                     {"centred", name(s.said.centre)}};
  for (const auto& t : s.said.tried) {
    auto& best = object["held_out_error"][text_of(t.tubes)];
    if (best.is_null() || t.held_out_error < best.number()) best = t.held_out_error;
  }
  return object;
}

std::string held_out_text(const solution& s) {
  if (std::isnan(s.said.held_out_error))
    return "not known: too little is seen that is like what is missing";
  return number(s.said.held_out_error, "%.4f") + " on what is missing, estimated; the mean: " +
         number(s.said.held_out_error_of_mean, "%.4f");
}

std::string unseen_text(const solution& s, const data& d) {
  std::string text;
  const auto add = [&](const std::vector<std::int64_t>& which, std::int64_t all, const char* what) {
    if (which.empty()) return;
    text += (text.empty() ? "" : "; ") + std::to_string(which.size()) + " of " +
            std::to_string(all) + " " + what + ":";
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(which.size(), most); ++i)
      text += " " + std::to_string(which[i]);
    if (which.size() > most) text += " ...";
  };
  add(s.said.unseen_rows, d.rows(), "rows");
  add(s.said.unseen_cols, d.columns(), "columns");
  add(s.said.unseen_slices, d.tube(), "slices");
  return text;
}

io::json unseen_object(const solution& s) {
  return {{"rows", s.said.unseen_rows},
          {"columns", s.said.unseen_cols},
          {"slices", s.said.unseen_slices}};
}

std::string no_result_text(const solution& s) {
  switch (s.said.reason) {
    case completion_reason::no_better_than_mean:
      return "no result: held-out entries are predicted no better than by the mean of their slice";
    case completion_reason::held_out_error:
      return "no result: the error on held-out entries is as large as they are";
    case completion_reason::no_iteration:
      return "no result: no step of the solver came nearer to held-out entries";
    default:
      return "no result: the solver left the range of numbers";
  }
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
