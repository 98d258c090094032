// From options to settings.
#include "cli/recover/options.hpp"
#include "cli/terminal/exit_code.hpp"

#include <cmath>
#include <limits>
#include <sstream>

namespace tubal::cli {

namespace {

template <class Value>
std::string shown(Value value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

template <class Value>
void expect(bool good, const char* option, const std::string& what, Value found) {
  if (!good)
    throw usage_error(std::string(option) + ": expected " + what + ", got " + shown(found));
}

void check_against_file(const recover_options& o, const io::problem_header& h) {
  expect(o.n.value_or(h.n) == h.n, "--n", shown(h.n) + " as in the problem file", o.n.value_or(0));
  expect(o.k.value_or(h.k) == h.k, "--k", shown(h.k) + " as in the problem file", o.k.value_or(0));
  expect(o.measurements.value_or(1) <= h.measurements, "--measurements",
         "at most the " + shown(h.measurements) + " of the problem file",
         o.measurements.value_or(0));
}

void take_file(recover_settings& s) {
  s.file = std::make_shared<const io::problem_file>(*s.given.problem);
  const auto& h = s.file->header();
  check_against_file(s.given, h);
  s.n = h.n;
  s.k = h.k;
  s.tubal_rank = h.tubal_rank;
  s.factor_rank = h.factor_rank;
  s.measurements = h.measurements;
  s.init_scale = h.init_scale;
  s.step_size = h.step_size;
  s.run.iterations = h.iterations;
  s.draw_initial_factor =
      !s.file->has_initial_factor() || s.given.factor_rank || s.given.alpha || s.given.seed;
}

void take_options(recover_settings& s) {
  const auto& o = s.given;
  s.n = o.n.value_or(s.n);
  s.k = o.k.value_or(s.k);
  s.tubal_rank = o.rank.value_or(s.tubal_rank);
  s.factor_rank = o.factor_rank.value_or(s.factor_rank);
  s.measurements = o.measurements.value_or(s.measurements);
  s.init_scale = o.alpha.value_or(s.init_scale);
  s.step_size = o.step.value_or(s.step_size);
  s.run.iterations = o.iterations.value_or(s.run.iterations);
  s.seed = static_cast<std::uint64_t>(o.seed.value_or(1));
}

bool fits_memory(const recover_settings& s) {
  constexpr double largest = 1e15;  // bytes; what is under it is for the allocator to decide
  const double n = static_cast<double>(s.n);
  const double tube = 8 * static_cast<double>(s.k);
  return n * n * tube * static_cast<double>(s.measurements) < largest &&
         n * static_cast<double>(s.factor_rank) * tube < largest;
}

void check_sizes(const recover_settings& s) {
  expect(s.n >= 1, "--n", "a positive size", s.n);
  expect(s.k >= 1, "--k", "a positive size", s.k);
  expect(s.tubal_rank >= 1 && s.tubal_rank <= s.n, "--rank", "1 to n = " + shown(s.n),
         s.tubal_rank);
  expect(s.factor_rank >= s.tubal_rank, "--factor-rank",
         "at least the tubal rank " + shown(s.tubal_rank), s.factor_rank);
  expect(s.measurements >= 1, "--measurements", "a positive number", s.measurements);
  if (!fits_memory(s)) throw usage_error("the sizes given need more memory than any machine has");
}

void check_values(const recover_settings& s) {
  auto in_range = [](double x, bool positive) {
    return std::isfinite(x) && (positive ? x > 0 : x >= 0);
  };
  const auto& o = s.given;
  expect(in_range(s.init_scale, true), "--alpha", "a positive number", s.init_scale);
  expect(in_range(s.step_size, true), "--step", "a positive number", s.step_size);
  expect(in_range(o.noise, false), "--noise", "0 or more", o.noise);
  // What is larger counts as the largest number of 64 bits.
  expect(o.seed.value_or(1) >= 0 && o.seed != std::numeric_limits<std::int64_t>::max(), "--seed",
         "0 to 2^63 - 2", o.seed.value_or(1));
  expect(s.run.iterations >= 0, "--iterations", "0 or more", s.run.iterations);
  expect(s.run.record_every >= 1, "--record-every", "1 or more", s.run.record_every);
  expect(in_range(s.run.train_tolerance, false), "--train-tolerance", "0 or more",
         s.run.train_tolerance);
  expect(s.run.progress_window >= 0, "--progress-window", "0 or more", s.run.progress_window);
  expect(in_range(s.run.progress_tolerance, false) && s.run.progress_tolerance < 1,
         "--progress-tolerance", "0 or more and under 1", s.run.progress_tolerance);
  expect(in_range(o.rank_tolerance, false) && o.rank_tolerance < 1, "--rank-tolerance",
         "0 or more and under 1", o.rank_tolerance);
  expect(in_range(o.checkpoint_every, false), "--checkpoint-every", "0 or more seconds",
         o.checkpoint_every);
  expect(o.threads >= 0 && o.threads <= 1024, "--threads", "0 to 1024", o.threads);
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code code;
  if (std::filesystem::equivalent(a, b, code) && !code) return true;
  return std::filesystem::path(a).lexically_normal() == std::filesystem::path(b).lexically_normal();
}

void check_files(const recover_options& o) {
  const auto differ = [](const char* option, const std::optional<std::string>& written,
                         const std::optional<std::string>& other, const std::string& what) {
    if (written && other && same_file(*written, *other))
      throw usage_error(std::string(option) + ": would overwrite the " + what + " file " + *other);
  };
  differ("--out", o.out, o.problem, "problem");
  differ("--checkpoint", o.checkpoint, o.problem, "problem");
  differ("--checkpoint", o.checkpoint, o.out, "output");
}

}  // namespace

recover_settings settle(const recover_options& options) {
  recover_settings s;
  s.given = options;
  s.run = options.run;
  if (options.problem) take_file(s);
  take_options(s);
  check_sizes(s);
  check_values(s);
  check_files(options);
  return s;
}

}  // namespace tubal::cli
