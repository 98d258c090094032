// Ensembles of recoveries, --sizes=NxKxRANKxMxCOLUMNSxTRIALS,... and --iterations=T: both errors of
// every trial each 10 iterations. Each trial has an operator of its own.
#include <tubal/ensemble.hpp>
#include <tubal/problem.hpp>

#include <algorithm>

#include "harness.hpp"

namespace {

template <class S>
struct whole_ensemble {
  whole_ensemble(bench::machine<S>& machine, const bench::sizes& s, std::int64_t t)
      : on(machine), ctx(machine.ctx), iterations(t), trials(s.at(5)) {
    for (std::int64_t i = 0; i < trials; ++i)
      problems.push_back(
          tubal::make_synthetic_problem<double>(ctx, {.n = s[0],
                                                      .k = s[1],
                                                      .tubal_rank = s.at(2),
                                                      .factor_rank = s.at(4),
                                                      .measurements = s.at(3),
                                                      .seed = static_cast<std::uint64_t>(i + 1)}));
  }

  /// Of the products after 200 iterations, against recoveries in plain form, one by one.
  double error() {
    auto all = made();
    run(all, 200);
    double worst = 0;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(trials, 3); ++i) {
      const auto& p = problems[static_cast<std::size_t>(i)];
      tubal::recovery<double, S> alone(ctx, p.sensing, p.measurements, p.initial_factor, mu,
                                       {.gram_form = false});
      alone.steps(200);
      worst = std::max(worst, bench::relative_error(to_host(ctx, all.product(i)),
                                                    to_host(ctx, alone.product())));
    }
    return worst;
  }
  double bound() const { return 1e-9; }

  void time(benchmark::State& state) {
    on.time(state, [&] {
      auto all = made();
      run(all, iterations);
    });
    const auto steps = static_cast<double>(iterations * trials);
    const auto entries = static_cast<double>(problems[0].sensing.matrix().size());
    bench::count(state, steps * 4 * entries, steps * sizeof(double) * entries);
    state.counters["steps"] = static_cast<double>(iterations);
    state.counters["trials"] = static_cast<double>(trials);
  }

  tubal::ensemble<double, S> made() {
    const auto& p = problems[0];
    const auto s = p.initial_factor.shape();
    tubal::ensemble<double, S> all(ctx, {.n = s.rows,
                                         .k = s.tube,
                                         .width = std::min(s.rows, s.cols),
                                         .measurements = p.sensing.measurements(),
                                         .trials = trials});
    for (const auto& each : problems)
      all.add(each.sensing, each.measurements, each.ground_truth, each.initial_factor, mu);
    return all;
  }
  void run(tubal::ensemble<double, S>& all, std::int64_t steps) {
    tubal::run<double, S>(all, {.iterations = steps, .record_every = 10});
  }

  static constexpr double mu = 2e-2;
  static constexpr bool capturable = false;
  bench::machine<S>& on;
  tubal::context<S>& ctx;
  std::int64_t iterations, trials;
  std::vector<tubal::problem<double, S>> problems;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "10x4x3x285x200x4"));
  const auto iterations = std::stoll(bench::take_option(argc, argv, "iterations", "1000"));
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    for (const auto& s : rows)
      bench::add<whole_ensemble<S>>(
          bench::row_name("ensemble, errors", s, {"n", "k", "r", "m", "R", "trials"}), on, s,
          iterations);
  });
}
