// Dense Gaussian sensing, --sizes=NxKxM,...: A x followed by A^T y, and one whole step of gradient
// descent with a factor of 4 columns.
#include <tubal/random.hpp>
#include <tubal/recovery.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>

#include "harness.hpp"
#include "naive.hpp"

namespace {

using tubal::host;

struct sensing_case {
  sensing_case(tubal::context<host>& c, std::int64_t n, std::int64_t k, std::int64_t m)
      : ctx(c),
        sensing(tubal::packed_sensing<double, host>::gaussian(c, n, k, m, 1)),
        x(c, {sensing.dimension(), 1, 1}),
        z(c, x.shape()),
        y(c, {m, 1, 1}) {
    tubal::fill_normal(ctx, x, 1.0, 2);
    tubal::fill_normal(ctx, y, 1.0, 3);
  }
  double operator_bytes() const {
    return sizeof(double) * static_cast<double>(sensing.matrix().size());
  }
  double bound() const { return 1e-13; }

  tubal::context<host>& ctx;
  tubal::packed_sensing<double, host> sensing;
  tubal::tensor<double, host> x, z, y;
};

struct apply_adjoint : sensing_case {
  using sensing_case::sensing_case;

  double error() {
    const auto matrix = to_host(ctx, sensing.matrix());
    const bench::values zero(static_cast<std::size_t>(y.size()));
    const auto wanted = bench::residual(matrix, to_host(ctx, x), zero);
    sensing.apply(ctx, x, y);
    sensing.adjoint(ctx, y, z);
    return std::max(bench::relative_error(to_host(ctx, y), wanted),
                    bench::relative_error(to_host(ctx, z), bench::adjoint(matrix, wanted)));
  }
  void time(benchmark::State& state) {
    for (auto _ : state) {
      sensing.apply(ctx, x, y);
      sensing.adjoint(ctx, y, z);
    }
    bench::count(state, 4 * static_cast<double>(sensing.matrix().size()), 2 * operator_bytes());
  }
};

struct step : sensing_case {
  step(tubal::context<host>& c, std::int64_t n, std::int64_t k, std::int64_t m)
      : sensing_case(c, n, k, m), start(c, {n, 4, k}) {
    tubal::fill_normal(ctx, start, 1 / std::sqrt(static_cast<double>(n * k)), 4);
    sensing.apply(ctx, x, y);
  }

  double error() {
    tubal::recovery<double, host> descent(ctx, sensing, y, start, mu);
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
    tubal::tube_transform<double, host> transform(ctx, square);
    tubal::half_spectrum<double, host> spectrum(ctx, square);
    const auto product = bench::tproduct(u, s, bench::transpose(u, s), {s.cols, s.rows, s.tube});
    transform.forward(tubal::from_host(ctx, square, product), spectrum);
    tubal::pack_symmetric<double, host>(ctx, spectrum, z);
    const auto matrix = to_host(ctx, sensing.matrix());
    const auto residual = bench::residual(matrix, to_host(ctx, z), to_host(ctx, y));
    const auto packed = tubal::from_host(ctx, z.shape(), bench::adjoint(matrix, residual));
    tubal::unpack_symmetric<double, host>(ctx, packed, spectrum);
    tubal::tensor<double, host> result(ctx, square);
    transform.inverse(spectrum, result);
    return to_host(ctx, result);
  }

  void time(benchmark::State& state) {
    tubal::recovery<double, host> descent(ctx, sensing, y, start, 1e-12);  // U hardly moves
    for (auto _ : state) descent.step();
    bench::count(state, 4 * static_cast<double>(sensing.matrix().size()), operator_bytes());
  }

  static constexpr double mu = 1e-3;
  tubal::tensor<double, host> start;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "16x4x1000"));
  tubal::context<host> ctx({.threads = std::stoi(bench::take_option(argc, argv, "threads", "0"))});
  for (const auto& s : rows) {
    const std::vector<const char*> letters{"n", "k", "m"};
    bench::add<apply_adjoint>(bench::row_name("apply+adjoint", s, letters), std::ref(ctx), s[0],
                              s[1], s[2]);
    bench::add<step>(bench::row_name("step", s, letters), std::ref(ctx), s[0], s[1], s[2]);
  }
  return bench::run(argc, argv, ctx);
}
