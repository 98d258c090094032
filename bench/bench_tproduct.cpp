// C = A * B for square tensors: --sizes=NxK,... and --threads=T (0: all).
#include <tubal/half_spectrum.hpp>
#include <tubal/random.hpp>
#include <tubal/tproduct.hpp>

#include <algorithm>

#include "harness.hpp"
#include "naive.hpp"

namespace {

using tubal::host;

struct product {
  product(tubal::context<host>& context, std::int64_t n, std::int64_t k)
      : ctx(context),
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
    for (auto _ : state) plan.execute(a, b, c);
    ctx.wait();
    const tubal::slice_counts slices(a.shape().tube);
    const auto n = static_cast<double>(a.shape().rows);
    bench::count(state, n * n * n * static_cast<double>(8 * slices.complex + 2 * slices.real),
                 3.0 * sizeof(double) * static_cast<double>(a.size()));
  }

  tubal::context<host>& ctx;
  tubal::tensor<double, host> a, b, c;
  tubal::tproduct_plan<double, host> plan;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows = bench::parse_sizes(bench::take_option(argc, argv, "sizes", "16x4,64x16,128x8"));
  tubal::context<host> ctx({.threads = std::stoi(bench::take_option(argc, argv, "threads", "0"))});
  for (const auto& s : rows) {
    bench::add<product>(bench::row_name("tproduct", s, {"n", "k"}), std::ref(ctx), s[0], s[1]);
  }
  return bench::run(argc, argv, ctx);
}
