// What the benchmark programs share: sizes from the command line, checks, counters, exit code.
#pragma once

#include <tubal/context.hpp>
#include <tubal/version.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "machine.hpp"

namespace bench {

using sizes = std::vector<std::int64_t>;  // one row: 64x16 is {64, 16}

inline bool any_wrong = false;

/// Takes `--NAME=VALUE` out of the arguments; `fallback` when it is not there.
inline std::string take_option(int& argc, char** argv, std::string_view name,
                               std::string_view fallback) {
  const std::string prefix = "--" + std::string(name) + "=";
  std::string value(fallback);
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(prefix)) {
      value = argument.substr(prefix.size());
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return value;
}

/// "64x16,8x3" -> {{64, 16}, {8, 3}}; "" -> {}
inline std::vector<sizes> parse_sizes(const std::string& text) {
  if (text.empty()) return {};
  std::vector<sizes> rows(1);
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t used = 0;
    rows.back().push_back(std::stoll(text.substr(at), &used));
    at += used;
    if (at < text.size() && text[at++] == ',') rows.emplace_back();
  }
  if (rows.back().empty()) throw std::invalid_argument("sizes end with a comma: " + text);
  return rows;
}

/// "a" , {64, 16}, {"n", "k"} -> "a n=64 k=16"
inline std::string row_name(std::string name, const sizes& s,
                            const std::vector<const char*>& letters) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    name += std::string(" ") + letters[i] + "=" + std::to_string(s.at(i));
  }
  return name;
}

/// ||a - b|| / ||b||
inline double relative_error(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += (a.at(i) - b[i]) * (a[i] - b[i]);
    norm += b[i] * b[i];
  }
  return norm > 0 ? std::sqrt(difference / norm) : std::sqrt(difference);
}

/// A wrong result is not timed, and the program fails in the end.
inline bool is_right(benchmark::State& state, double error, double bound) {
  state.counters["error"] = error;
  if (error <= bound) return true;
  any_wrong = true;
  state.SkipWithError(("wrong result: error " + std::to_string(error)).c_str());
  return false;
}

/// Counters of one iteration of the timed loop.
inline void count(benchmark::State& state, double flops, double bytes) {
  using benchmark::Counter;
  state.counters["flops"] = flops;
  state.counters["bytes"] = bytes;
  state.counters["GFlop/s"] = Counter(flops * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
}

/// Registers the benchmarks of `Case`, which is made from `on` and `arguments` when its turn comes
/// and lives until the next one's turn: Google Benchmark calls a benchmark several times. `Case`
/// has `error()`, `bound()`, `time(state)` and whether it is `capturable`.
template <class Case, class Space, class... Arguments>
void add(const std::string& name, machine<Space>& on, Arguments... arguments) {
  for (const std::string& way : on.ways(Case::capturable)) {
    auto run = [=, &on](benchmark::State& state) {
      static std::string made;
      static std::unique_ptr<Case> current;
      static double error = 0;
      if (made != name) {
        current.reset();
        current = std::make_unique<Case>(on, arguments...);
        error = current->error();
        made = name;
      }
      on.start(name, way);
      if (is_right(state, error, current->bound())) current->time(state);
    };
    on.choose_clock(benchmark::RegisterBenchmark((name + way).c_str(), run));
  }
}

/// Describes what computes, runs, and gives the exit code of the program.
template <class Space>
int run(int argc, char** argv, tubal::context<Space>& ctx) {
  benchmark::AddCustomContext("tubal", tubal::version);
  for (const auto& [key, value] : ctx.description()) benchmark::AddCustomContext(key, value);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return any_wrong ? 1 : 0;
}

/// The program: `add_rows(machine)` for --device=host (the default; --threads=T, 0 for all) or
/// cuda.
template <class AddRows>
int main(int argc, char** argv, const AddRows& add_rows) try {
  const std::string device = take_option(argc, argv, "device", "host");
  const int threads = std::stoi(take_option(argc, argv, "threads", "0"));
  if (device == "host") {
    machine<tubal::host> on(threads);
    add_rows(on);
    return run(argc, argv, on.ctx);
  }
#if TUBAL_HAS_CUDA
  if (device == "cuda") {
    tubal::require_cuda();
    machine<tubal::cuda> on;
    add_rows(on);
    return run(argc, argv, on.ctx);
  }
#endif
  std::fprintf(stderr, "--device=%s: not in this build\n", device.c_str());
  return 2;
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}

}  // namespace bench
