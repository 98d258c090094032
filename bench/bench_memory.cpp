// Peak resident size of one recovery, --sizes=NxKxM: the operator, the recovery on it, 20 steps
// with both errors. One row a process: what came before counts.
#include <tubal/problem.hpp>
#include <tubal/run.hpp>

#include <sys/resource.h>

#include "harness.hpp"

namespace {

double peak_resident() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

template <class S>
struct memory {
  memory(bench::machine<S>& machine, const bench::sizes& s)
      : on(machine), sizes(s), before(peak_resident()) {}
  double error() const { return 0; }
  double bound() const { return 0; }
  void time(benchmark::State& state) {
    double operator_bytes = 0;
    on.time(state, [&] { operator_bytes = recover(); });
    state.counters["operator"] = operator_bytes;
    state.counters["resident"] = peak_resident() - before;
  }
  double recover() {
    const auto p = tubal::make_synthetic_problem<double>(on.ctx, {.n = sizes[0],
                                                                  .k = sizes[1],
                                                                  .tubal_rank = 2,
                                                                  .factor_rank = sizes[0],
                                                                  .measurements = sizes.at(2),
                                                                  .seed = 1});
    tubal::recovery<double, S> descent(on.ctx, p.sensing, p.measurements, p.initial_factor, 1e-3,
                                       {.truth = p.ground_truth});
    tubal::monitor<double, S> watch(
        descent, p.ground_truth,
        {.measures = {tubal::measure::train_error, tubal::measure::test_error}});
    tubal::run<double, S>(descent, watch, {.iterations = 20, .record_every = 5});
    return sizeof(double) * static_cast<double>(p.sensing.matrix().size());
  }

  static constexpr bool capturable = false;
  bench::machine<S>& on;
  bench::sizes sizes;
  double before;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "16x8x2000"));
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    bench::add<memory<S>>(bench::row_name("memory", rows.at(0), {"n", "k", "m"}), on, rows[0]);
  });
}
