// C = A * B for square tensors: --sizes=NxK,...
#include <tubal/half_spectrum.hpp>
#include <tubal/random.hpp>
#include <tubal/tproduct.hpp>

#include <algorithm>

#include "harness.hpp"
#include "naive.hpp"

namespace {

template <class S>
struct product {
  product(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : on(machine),
        ctx(machine.ctx),
        a(ctx, {n, n, k}),
        b(ctx, {n, n, k}),
        c(ctx, {n, n, k}),
        plan(ctx, a.shape(), b.shape()) {
    tubal::fill_normal(ctx, a, 1.0, 1);
    tubal::fill_normal(ctx, b, 1.0, 2);
  }

  /// Of some 64 tubes against the definition.
  double error() {
    plan.execute(a, b, c);
    const auto ha = to_host(ctx, a), hb = to_host(ctx, b), hc = to_host(ctx, c);
    const auto s = a.shape();
    bench::values found, wanted;
    const std::int64_t stride = std::max<std::int64_t>(1, s.slice_size() / 64);
    for (std::int64_t tube = 0; tube < s.slice_size(); tube += stride) {
      const auto i = tube % s.rows, j = tube / s.rows;
      const auto definition = bench::tproduct_tube(ha, s, hb, s, i, j);
      wanted.insert(wanted.end(), definition.begin(), definition.end());
      for (std::int64_t l = 0; l < s.tube; ++l) found.push_back(hc[bench::at(s, i, j, l)]);
    }
    return bench::relative_error(found, wanted);
  }
  double bound() const {
    return 10 * 2.2e-16 * std::sqrt(static_cast<double>(a.shape().cols * a.shape().tube));
  }

  void time(benchmark::State& state) {
    on.time(state, [&] { plan.execute(a, b, c); });
    const tubal::slice_counts slices(a.shape().tube);
    const auto n = static_cast<double>(a.shape().rows);
    bench::count(state, n * n * n * static_cast<double>(8 * slices.complex + 2 * slices.real),
                 3.0 * sizeof(double) * static_cast<double>(a.size()));
  }

  static constexpr bool capturable = true;
  bench::machine<S>& on;
  tubal::context<S>& ctx;
  tubal::tensor<double, S> a, b, c;
  tubal::tproduct_plan<double, S> plan;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows =
      bench::parse_sizes(bench::take_option(argc, argv, "sizes", "16x4,32x16,64x16,128x8"));
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    for (const auto& s : rows) {
      bench::add<product<S>>(bench::row_name("tproduct", s, {"n", "k"}), on, s[0], s[1]);
    }
  });
}
