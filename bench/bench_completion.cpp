// Completion of a tensor from a share of its entries, --sizes=N1xN2xKxRANKxCOLUMNSxPERCENT,...: a
// step of ADMM for the nuclear norm, and one of alternating least squares with COLUMNS columns.
#include <tubal/convex.hpp>
#include <tubal/descent.hpp>
#include <tubal/random.hpp>
#include <tubal/sensing_operators.hpp>
#include <tubal/tproduct.hpp>

#include "harness.hpp"

namespace {

template <class S>
struct completion {
  completion(bench::machine<S>& machine, const bench::sizes& s)
      : on(machine),
        ctx(machine.ctx),
        domain{s.at(0), s.at(1), s.at(2)},
        truth(of_rank(s.at(3))),
        seen(tubal::entry_mask<double, S>::random(ctx, domain, static_cast<double>(s.at(5)) / 100,
                                                  3)),
        y(ctx, {seen.measurements(), 1, 1}) {
    seen.apply(ctx, truth, y);
  }

  tubal::tensor<double, S> of_rank(std::int64_t rank) {
    tubal::tensor<double, S> l(ctx, {domain.rows, rank, domain.tube});
    tubal::tensor<double, S> q(ctx, {domain.cols, rank, domain.tube});
    tubal::fill_normal(ctx, l, 1.0, 1);
    tubal::fill_normal(ctx, q, 1.0, 2);
    return tproduct(ctx, l, q, {.op_b = tubal::op::transpose});
  }
  /// Of X after so many steps, against the tensor of which a share was seen.
  template <class Method>
  double error_after(Method&& made, int steps) {
    for (int i = 0; i < steps; ++i) made.step();
    return made.observe(truth)[tubal::measure::test_error];
  }
  double bound() const { return 1e-4; }
  /// Flops for each entry of a real slice; a complex one takes four times that. Bytes of the
  /// tensors that a step reads and writes.
  void count(benchmark::State& state, double flops) const {
    const std::int64_t k = domain.tube, slices = 4 * ((k - 1) / 2) + (k % 2 == 0 ? 2 : 1);
    const auto entries = static_cast<double>(domain.rows * domain.cols);
    bench::count(state, flops * entries * static_cast<double>(slices),
                 10 * sizeof(double) * entries * static_cast<double>(k));
  }

  static constexpr bool capturable = true;
  bench::machine<S>& on;
  tubal::context<S>& ctx;
  tubal::shape domain;
  tubal::tensor<double, S> truth;
  tubal::entry_mask<double, S> seen;
  tubal::tensor<double, S> y;
};

template <class S>
struct admm : completion<S> {
  using base = completion<S>;
  using base::base, base::on, base::ctx, base::domain, base::seen, base::y;

  auto made() { return tubal::nuclear_norm_recovery<double, S>(ctx, seen, y); }
  double error() { return base::error_after(made(), 120); }
  void time(benchmark::State& state) {
    auto convex = made();
    for (int i = 0; i < 5; ++i) convex.step();
    on.time(state, [&] { convex.step(); });
    // an SVD of every slice
    base::count(state, 20 * static_cast<double>(std::min(domain.rows, domain.cols)));
  }
};

template <class S>
struct alternating : completion<S> {
  using base = completion<S>;
  using base::on, base::ctx, base::domain, base::seen, base::y;

  alternating(bench::machine<S>& machine, const bench::sizes& s)
      : base(machine, s), columns(s[4]) {}

  auto made() {
    return tubal::descent<double, S>(ctx, seen, y,
                                     {.method = tubal::descent_method::alternating,
                                      .start = tubal::descent_start::spectral,
                                      .factor_rank = columns,
                                      .norm = 1.0,
                                      .momentum = 0.4,
                                      .continuation = 0.1});
  }
  double error() { return base::error_after(made(), 120); }
  void time(benchmark::State& state) {
    auto factors = made();
    for (int i = 0; i < 5; ++i) factors.step();
    on.time(state, [&] { factors.step(); });
    base::count(state, 8 * static_cast<double>(columns));
  }
  std::int64_t columns;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "64x48x3x2x12x60"));
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    for (const auto& s : rows) {
      const auto name = [&](const char* what) {
        return bench::row_name(what, s, {"n1", "n2", "k", "r", "R", "percent"});
      };
      bench::add<admm<S>>(name("completion, ADMM step"), on, s);
      bench::add<alternating<S>>(name("completion, alternating step"), on, s);
    }
  });
}
