// t-SVD, t-QR and eigenvalues of square tensors: --svd=NxK,... --qr=NxK,... --eigen=NxK,...
#include <tubal/algebra.hpp>
#include <tubal/eigen.hpp>
#include <tubal/norms.hpp>
#include <tubal/qr.hpp>
#include <tubal/random.hpp>
#include <tubal/svd.hpp>
#include <tubal/tproduct.hpp>

#include <algorithm>

#include "harness.hpp"

namespace {

/// What the three share. Errors are those of the product of the factors and of Q^T * Q = E.
template <class S>
struct decomposition {
  decomposition(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : on(machine), ctx(machine.ctx), a(ctx, {n, n, k}), slices(k) {
    tubal::fill_normal(ctx, a, 1.0, 1);
  }
  using tensor = tubal::tensor<double, S>;

  /// flops of n^3 in a complex slice are four of a real one
  double flops(double per_cube) const {
    const auto n = static_cast<double>(a.shape().rows);
    return per_cube * n * n * n * static_cast<double>(4 * slices.complex + slices.real);
  }
  double off_identity(const tensor& q) {
    tensor unit(ctx, q.shape());
    tubal::set_identity<double, S>(ctx, unit);
    const tubal::product_options adjoint{.op_a = tubal::op::transpose};
    tubal::tproduct_plan<double, S> plan(ctx, q.shape(), q.shape(), adjoint);
    plan.execute(q, q, unit, 1.0, -1.0);
    return tubal::frobenius_norm(ctx, unit) / std::sqrt(static_cast<double>(q.shape().rows));
  }
  double distance(const tensor& product, const tensor& wanted) {
    return bench::relative_error(to_host(ctx, product), to_host(ctx, wanted));
  }
  tensor product(const tensor& x, const tensor& y, tubal::op op_y = tubal::op::none) {
    tubal::tproduct_plan<double, S> plan(ctx, x.shape(), y.shape(), {.op_b = op_y});
    tensor z = plan.make_result(ctx);
    plan.execute(x, y, z);
    ctx.wait();
    return z;
  }
  double bound() const { return 1e-12; }

  static constexpr bool capturable = false;
  bench::machine<S>& on;
  tubal::context<S>& ctx;
  tensor a;
  tubal::slice_counts slices;
};

template <class S>
struct svd : decomposition<S> {
  using base = decomposition<S>;
  using base::ctx, base::a;
  svd(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : base(machine, n, k),
        plan(ctx, a.shape()),
        u(plan.make_result(ctx, 0)),
        s(plan.make_result(ctx, 1)),
        v(plan.make_result(ctx, 2)) {}
  double error() {
    plan.execute(a, u, s, v);
    return std::max({base::distance(base::product(base::product(u, s), v, tubal::op::transpose), a),
                     base::off_identity(u), base::off_identity(v)});
  }
  void time(benchmark::State& state) {
    base::on.time(state, [&] { plan.execute(a, u, s, v); });
    bench::count(state, base::flops(20), 4.0 * sizeof(double) * static_cast<double>(a.size()));
  }
  tubal::svd_plan<double, S> plan;
  tubal::tensor<double, S> u, s, v;
};

template <class S>
struct qr : decomposition<S> {
  using base = decomposition<S>;
  using base::ctx, base::a;
  qr(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : base(machine, n, k),
        plan(ctx, a.shape()),
        q(plan.make_result(ctx, 0)),
        r(plan.make_result(ctx, 1)) {}
  double error() {
    plan.execute(a, q, r);
    return std::max(base::distance(base::product(q, r), a), base::off_identity(q));
  }
  void time(benchmark::State& state) {
    base::on.time(state, [&] { plan.execute(a, q, r); });
    bench::count(state, base::flops(8.0 / 3), 3.0 * sizeof(double) * static_cast<double>(a.size()));
  }
  tubal::qr_plan<double, S> plan;
  tubal::tensor<double, S> q, r;
};

template <class S>
struct eigen : decomposition<S> {
  using base = decomposition<S>;
  using base::ctx, base::a;
  eigen(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : base(machine, n, k),
        symmetric(base::product(a, a, tubal::op::transpose)),
        plan(ctx, a.shape()),
        v(plan.make_result(ctx, 0)),
        d(plan.make_result(ctx, 1)) {}
  double error() {
    plan.execute(symmetric, v, d);
    return std::max(
        base::distance(base::product(base::product(v, d), v, tubal::op::transpose), symmetric),
        base::off_identity(v));
  }
  void time(benchmark::State& state) {
    base::on.time(state, [&] { plan.execute(symmetric, v, d); });
    bench::count(state, base::flops(9), 3.0 * sizeof(double) * static_cast<double>(a.size()));
  }
  tubal::tensor<double, S> symmetric;
  tubal::eigen_plan<double, S> plan;
  tubal::tensor<double, S> v, d;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows_of = [&](const char* name) {
    const std::string text = bench::take_option(argc, argv, name, "");
    return text.empty() ? std::vector<bench::sizes>{} : bench::parse_sizes(text);
  };
  const auto svds = rows_of("svd"), qrs = rows_of("qr"), eigens = rows_of("eigen");
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& on) {
    const auto add = [&]<class Case>(const char* name, const std::vector<bench::sizes>& rows) {
      for (const auto& s : rows)
        bench::add<Case>(bench::row_name(name, s, {"n", "k"}), on, s[0], s[1]);
    };
    add.template operator()<svd<S>>("svd", svds);
    add.template operator()<qr<S>>("qr", qrs);
    add.template operator()<eigen<S>>("eigen", eigens);
  });
}
