// Dense Gaussian sensing, --sizes=NxKxM,...: A x followed by A^T y, and one whole step of gradient
// descent with a factor of 4 columns.
#include <tubal/random.hpp>
#include <tubal/recovery.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>

#include "harness.hpp"
#include "naive.hpp"

namespace {

template <class S>
struct sensing_case {
  sensing_case(bench::machine<S>& machine, std::int64_t n, std::int64_t k, std::int64_t m,
               tubal::entry_precision precision = tubal::entry_precision::working)
      : on(machine),
        ctx(machine.ctx),
        sensing(tubal::packed_sensing<double, S>::gaussian(ctx, n, k, m, 1, precision)),
        x(ctx, {sensing.dimension(), 1, 1}),
        z(ctx, x.shape()),
        y(ctx, {m, 1, 1}) {
    tubal::fill_normal(ctx, x, 1.0, 2);
    tubal::fill_normal(ctx, y, 1.0, 3);
  }
  bool is_rounded() const { return sensing.precision() == tubal::entry_precision::single; }
  double entries() const {
    return static_cast<double>(sensing.dimension() * sensing.measurements());
  }
  double operator_bytes() const {
    return static_cast<double>(is_rounded() ? sizeof(float) : sizeof(double)) * entries();
  }
  bench::values matrix() {
    if (!is_rounded()) return to_host(ctx, sensing.matrix());
    const auto rounded = to_host(ctx, sensing.rounded_matrix());
    return {rounded.begin(), rounded.end()};
  }
  double bound() const { return 1e-13; }

  static constexpr bool capturable = true;
  bench::machine<S>& on;
  tubal::context<S>& ctx;
  tubal::packed_sensing<double, S> sensing;
  tubal::tensor<double, S> x, z, y;
};

template <class S>
struct apply_adjoint : sensing_case<S> {
  using base = sensing_case<S>;
  using base::base, base::on, base::ctx, base::sensing, base::x, base::y, base::z;

  double error() {
    const auto matrix = base::matrix();
    const bench::values zero(static_cast<std::size_t>(y.size()));
    const auto wanted = bench::residual(matrix, to_host(ctx, x), zero);
    sensing.apply(ctx, x, y);
    sensing.adjoint(ctx, y, z);
    return std::max(bench::relative_error(to_host(ctx, y), wanted),
                    bench::relative_error(to_host(ctx, z), bench::adjoint(matrix, wanted)));
  }
  void time(benchmark::State& state) {
    on.time(state, [&] {
      sensing.apply(ctx, x, y);
      sensing.adjoint(ctx, y, z);
    });
    bench::count(state, 4 * base::entries(), 2 * base::operator_bytes());
  }
};

template <class S>
struct step : sensing_case<S> {
  using base = sensing_case<S>;
  using base::on, base::ctx, base::sensing, base::x, base::y, base::z;
  step(bench::machine<S>& machine, std::int64_t n, std::int64_t k, std::int64_t m,
       tubal::entry_precision precision = tubal::entry_precision::working)
      : base(machine, n, k, m, precision), start(ctx, {n, 4, k}) {
    tubal::fill_normal(ctx, start, 1 / std::sqrt(static_cast<double>(n * k)), 4);
    sensing.apply(ctx, x, y);
  }

  double error() {
    tubal::recovery<double, S> descent(ctx, sensing, y, start, mu);
    descent.step();
    const auto u = to_host(ctx, start);
    const auto s = start.shape();
    const auto direction = bench::tproduct(gradient_tensor(u), {s.rows, s.rows, s.tube}, u, s);
    bench::values wanted(u);
    for (std::size_t i = 0; i < u.size(); ++i) wanted[i] -= mu * direction[i];
    return bench::relative_error(to_host(ctx, descent.factor()), wanted);
  }
  /// sym(A^T(A(U * U^T) - y)), the sums over A in plain loops.
  bench::values gradient_tensor(const bench::values& u) {
    const auto s = start.shape();
    const tubal::shape square{s.rows, s.rows, s.tube};
    tubal::tube_transform<double, S> transform(ctx, square);
    tubal::half_spectrum<double, S> spectrum(ctx, square);
    const auto product = bench::tproduct(u, s, bench::transpose(u, s), {s.cols, s.rows, s.tube});
    transform.forward(tubal::from_host(ctx, square, product), spectrum);
    tubal::pack_symmetric<double, S>(ctx, spectrum, z);
    const auto matrix = base::matrix();
    const auto residual = bench::residual(matrix, to_host(ctx, z), to_host(ctx, y));
    const auto packed = tubal::from_host(ctx, z.shape(), bench::adjoint(matrix, residual));
    tubal::unpack_symmetric<double, S>(ctx, packed, spectrum);
    tubal::tensor<double, S> result(ctx, square);
    transform.inverse(spectrum, result);
    return to_host(ctx, result);
  }

  void time(benchmark::State& state) {
    tubal::recovery<double, S> descent(ctx, sensing, y, start, 1e-12);  // U hardly moves
    on.time(state, [&] { descent.step(); });
    bench::count(state, 4 * base::entries(), base::operator_bytes());
  }

  static constexpr double mu = 1e-3;
  tubal::tensor<double, S> start;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "16x4x1000"));
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    for (const auto& s : rows) {
      const auto name = [&](const char* what) { return bench::row_name(what, s, {"n", "k", "m"}); };
      bench::add<apply_adjoint<S>>(name("apply+adjoint"), on, s[0], s[1], s[2]);
      bench::add<step<S>>(name("step"), on, s[0], s[1], s[2]);
      bench::add<step<S>>(name("step, rounded entries"), on, s[0], s[1], s[2],
                          tubal::entry_precision::single);
    }
  });
}
