// Whole recoveries, --sizes=NxKxRANKxMxCOLUMNS,... and --iterations=T: steps alone, with the errors
// at every iterate, with every diagnostic at every iterate.
#include <tubal/problem.hpp>
#include <tubal/random.hpp>
#include <tubal/run.hpp>

#include "harness.hpp"
#include "naive.hpp"

namespace {

enum class watching { nothing, errors, everything };

template <class S>
struct whole_recovery {
  whole_recovery(bench::machine<S>& machine, const bench::sizes& s, std::int64_t t, watching w)
      : on(machine),
        ctx(machine.ctx),
        iterations(t),
        what(w),
        rank(s.at(2)),
        problem(tubal::make_synthetic_problem<double>(ctx, {.n = s[0],
                                                            .k = s[1],
                                                            .tubal_rank = s[2],
                                                            .factor_rank = s.at(4),
                                                            .measurements = s.at(3),
                                                            .seed = 1})) {}

  /// Of 40 steps from a start that is not small, against plain loops over measurement tensors.
  double error() {
    const auto s = problem.initial_factor.shape();
    const auto m = problem.measurements.size();
    tubal::tensor<double, S> tensors(ctx, {s.rows, s.rows, s.tube * m});
    tubal::fill_normal(ctx, tensors, 1 / std::sqrt(static_cast<double>(m)), 5);
    tubal::packed_sensing<double, S> sensing(ctx, s.rows, s.tube, m);
    sensing.assign(ctx, 0, tensors);
    tubal::tensor<double, S> start(ctx, s);
    tubal::fill_normal(ctx, start, 1 / std::sqrt(static_cast<double>(s.cols * s.tube)), 6);

    const auto plain = to_host(ctx, tensors);
    const bench::values zero(static_cast<std::size_t>(m));
    const auto y = bench::residual(plain, to_host(ctx, problem.ground_truth), zero);
    tubal::recovery<double, S> descent(ctx, sensing, tubal::from_host(ctx, {m, 1, 1}, y), start,
                                       mu);
    auto u = to_host(ctx, start);
    for (int t = 0; t < 40; ++t) {
      descent.step();
      u = bench::descent_step(plain, y, u, s, mu);
    }
    return bench::relative_error(to_host(ctx, descent.factor()), u);
  }
  double bound() const { return 1e-12; }

  void time(benchmark::State& state) {
    on.time(state, [&] { recover(); });
    const auto steps = static_cast<double>(iterations);
    const auto entries = static_cast<double>(problem.sensing.matrix().size());
    bench::count(state, steps * 4 * entries, steps * sizeof(double) * entries);
    state.counters["steps"] = steps;
  }
  void recover() {
    tubal::recovery<double, S> descent(ctx, problem.sensing, problem.measurements,
                                       problem.initial_factor, mu, {.truth = problem.ground_truth});
    if (what == watching::nothing) {
      descent.prepare_steps(iterations);
      descent.steps(iterations);
      ctx.wait();
    } else {
      watch(descent);
    }
  }
  void watch(tubal::recovery<double, S>& descent) {
    tubal::monitor_options options;
    if (what == watching::everything)
      options.tubal_rank = rank;
    else
      options.measures = {tubal::measure::train_error, tubal::measure::test_error};
    tubal::monitor<double, S> monitor(descent, problem.ground_truth, options);
    tubal::run<double, S>(descent, monitor, {.iterations = iterations, .record_every = 1});
  }

  static constexpr double mu = 2e-2;
  static constexpr bool capturable = false;
  bench::machine<S>& on;
  tubal::context<S>& ctx;
  std::int64_t iterations;
  watching what;
  std::int64_t rank;
  tubal::problem<double, S> problem;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "10x4x3x285x200"));
  const auto iterations = std::stoll(bench::take_option(argc, argv, "iterations", "1000"));
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    for (const auto& s : rows) {
      const auto add = [&](const char* name, watching what) {
        bench::add<whole_recovery<S>>(bench::row_name(name, s, {"n", "k", "r", "m", "R"}), on, s,
                                      iterations, what);
      };
      add("recovery, steps", watching::nothing);
      add("recovery, errors", watching::errors);
      add("recovery, all diagnostics", watching::everything);
    }
  });
}
