// t-SVD, t-QR and eigenvalues of square tensors: --svd=NxK,... --qr=NxK,... --eigen=NxK,...
#include <tubal/algebra.hpp>
#include <tubal/eigen.hpp>
#include <tubal/norms.hpp>
#include <tubal/qr.hpp>
#include <tubal/random.hpp>
#include <tubal/svd.hpp>
#include <tubal/tproduct.hpp>

#include <algorithm>
#include <array>
#include <tuple>

#include "harness.hpp"

namespace {

/// A plan, its input and its factors. Errors are those of the product of the factors and of
/// Q^T * Q = E.
template <class S, class Plan, std::size_t Factors>
class decomposition {
 public:
  using tensor = tubal::tensor<double, S>;
  static constexpr bool capturable = false;
  static double bound() { return 1e-12; }

  /// Of an n x n x k tensor: about `per_cube` n^3 flops a real slice, and `passes` tensors of its
  /// size read or written.
  decomposition(bench::machine<S>& machine, std::int64_t n, std::int64_t k, double per_cube,
                double passes)
      : ctx(machine.ctx),
        a(ctx, {n, n, k}),
        on_(machine),
        plan_(ctx, a.shape()),
        per_cube_(per_cube),
        passes_(passes) {
    tubal::fill_normal(ctx, a, 1.0, 1);
    for (std::size_t i = 0; i < Factors; ++i) factors[i] = plan_.make_result(ctx, i);
  }
  void execute() {
    std::apply([&](auto&... factor) { plan_.execute(a, factor...); }, factors);
  }
  void time(benchmark::State& state) {
    on_.time(state, [&] { execute(); });
    const auto n = static_cast<double>(a.shape().rows);
    const tubal::slice_counts slices(a.shape().tube);
    // a complex slice takes four times the flops of a real one
    bench::count(state,
                 per_cube_ * n * n * n * static_cast<double>(4 * slices.complex + slices.real),
                 passes_ * sizeof(double) * static_cast<double>(a.size()));
  }

 protected:
  double off_identity(const tensor& q) {
    tensor unit(ctx, q.shape());
    tubal::set_identity<double, S>(ctx, unit);
    const tubal::product_options adjoint{.op_a = tubal::op::transpose};
    tubal::tproduct_plan<double, S> plan(ctx, q.shape(), q.shape(), adjoint);
    plan.execute(q, q, unit, 1.0, -1.0);
    return tubal::frobenius_norm(ctx, unit) / std::sqrt(static_cast<double>(q.shape().rows));
  }
  /// From the input, relative.
  double distance(const tensor& product) {
    return bench::relative_error(to_host(ctx, product), to_host(ctx, a));
  }
  tensor product(const tensor& x, const tensor& y, tubal::op op_y = tubal::op::none) {
    tubal::tproduct_plan<double, S> plan(ctx, x.shape(), y.shape(), {.op_b = op_y});
    tensor z = plan.make_result(ctx);
    plan.execute(x, y, z);
    ctx.wait();
    return z;
  }

  tubal::context<S>& ctx;
  tensor a;
  std::array<tensor, Factors> factors;

 private:
  bench::machine<S>& on_;
  Plan plan_;
  double per_cube_, passes_;
};

template <class S>
struct svd : decomposition<S, tubal::svd_plan<double, S>, 3> {
  svd(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : svd::decomposition(machine, n, k, 20, 4) {}
  double error() {
    this->execute();
    const auto& [u, s, v] = this->factors;
    return std::max({this->distance(this->product(this->product(u, s), v, tubal::op::transpose)),
                     this->off_identity(u), this->off_identity(v)});
  }
};

template <class S>
struct qr : decomposition<S, tubal::qr_plan<double, S>, 2> {
  qr(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : qr::decomposition(machine, n, k, 8.0 / 3, 3) {}
  double error() {
    this->execute();
    const auto& [q, r] = this->factors;
    return std::max(this->distance(this->product(q, r)), this->off_identity(q));
  }
};

/// Of a t-symmetric tensor.
template <class S>
struct eigen : decomposition<S, tubal::eigen_plan<double, S>, 2> {
  eigen(bench::machine<S>& machine, std::int64_t n, std::int64_t k)
      : eigen::decomposition(machine, n, k, 9, 3) {
    this->a = this->product(this->a, this->a, tubal::op::transpose);
  }
  double error() {
    this->execute();
    const auto& [v, d] = this->factors;
    return std::max(this->distance(this->product(this->product(v, d), v, tubal::op::transpose)),
                    this->off_identity(v));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows_of = [&](const char* name) {
    return bench::parse_sizes(bench::take_option(argc, argv, name, ""));
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
