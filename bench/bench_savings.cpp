// What each exact saving is worth by itself: the library's way ("on") and the plain one ("off") in
// turn, on the same data.
//   --gram-form=NxKxMxRxT,...        T steps of a recovery with M = A^T A, or with A
//   --compression=NxKxMxRxT,...      T steps on the factor's t-LQ, n x n x k, or on all R columns
//   --packing=NxKxM,...              A(X) - y and A^T of it in packed coordinates, or as tensors
//   --one-pass=NxKxM,...             the same in one pass over the packed A, or in two products
//   --sharing=NxKxMxRxTRIALSxT,...   T steps of trials that share A, or each with its own
//   --triangle=NxKxR,...             U * U^T from one triangle of its slices, or from both
//   --real-slices=NxK,...            A * B with real slices as real matrices, or as complex ones
// Compression, triangle and real slices are compared with BLAS of the host, both on one thread.
#include <tubal/ensemble.hpp>
#include <tubal/gram.hpp>
#include <tubal/problem.hpp>
#include <tubal/random.hpp>
#include <tubal/tproduct.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <complex>
#include <concepts>
#include <optional>

#include "harness.hpp"
#include "naive.hpp"
#include "plain_descent.hpp"

namespace {

using bench::plain_descent;
using bench::values;
using tubal::shape;

constexpr double mu = 2e-2;
constexpr std::int64_t steps_to_compare = 10;  // or both would agree by having converged

/// A row of `Saving`, which has `outcome(on)`, to be compared, `work(on)`, to be timed, and whether
/// that is `capturable`.
template <class S, class Saving>
class row : Saving {
 public:
  using Saving::capturable;
  row(bench::machine<S>& machine, const bench::sizes& s, bool on)
      : Saving(machine.ctx, s), machine_(machine), on_(on) {}

  double error() { return bench::relative_error(this->outcome(true), this->outcome(false)); }
  double bound() const { return 1e-11; }
  void time(benchmark::State& state) {
    machine_.time(state, [&] { this->work(on_); });
  }

 private:
  bench::machine<S>& machine_;
  bool on_;
};

/// n, k, m, R: with a start that is not small, so that A(X) counts beside y.
template <class S>
tubal::problem<double, S> make_problem(tubal::context<S>& ctx, const bench::sizes& s) {
  return tubal::make_synthetic_problem<double>(ctx, {.n = s.at(0),
                                                     .k = s.at(1),
                                                     .tubal_rank = std::min<std::int64_t>(3, s[0]),
                                                     .factor_rank = s.at(3),
                                                     .measurements = s.at(2),
                                                     .init_scale = 0.3,
                                                     .seed = 1});
}

values joined(const std::vector<values>& parts) {
  values all;
  for (const values& x : parts) all.insert(all.end(), x.begin(), x.end());
  return all;
}

template <class S>
struct gram_form {
  gram_form(tubal::context<S>& c, const bench::sizes& s)
      : ctx(c), problem(make_problem(ctx, s)), steps(s.at(4)) {}

  values outcome(bool on) {
    auto descent = made(on);
    descent.steps(steps_to_compare);
    return to_host(ctx, descent.product());
  }
  void work(bool on) {
    auto descent = made(on);
    descent.prepare_steps(steps);
    descent.steps(steps);
    ctx.wait();
  }
  tubal::recovery<double, S> made(bool on) {
    return {ctx,
            problem.sensing,
            problem.measurements,
            problem.initial_factor,
            mu,
            {.gram_form = on, .truth = problem.ground_truth}};
  }

  static constexpr bool capturable = false;
  tubal::context<S>& ctx;
  tubal::problem<double, S> problem;
  std::int64_t steps;
};

/// What is compared with BLAS of the host computes as that does.
struct one_thread {
  one_thread() : ctx({.threads = 1}) {}
  tubal::context<tubal::host> ctx;
};

struct compression : one_thread {
  compression(tubal::context<tubal::host>&, const bench::sizes& s)
      : problem(make_problem(ctx, s)), steps(s.at(4)) {}

  values outcome(bool on) {
    if (!on) return plain(steps_to_compare).product();
    return to_host(ctx, compressed(steps_to_compare).product());
  }
  void work(bool on) {
    if (on)
      compressed(steps);
    else
      plain(steps);
  }
  tubal::recovery<double, tubal::host> compressed(std::int64_t count) {
    tubal::recovery<double, tubal::host> descent(ctx, problem.sensing, problem.measurements,
                                                 problem.initial_factor, mu, {.gram_form = false});
    descent.steps(count);
    return descent;
  }
  plain_descent plain(std::int64_t count) {
    plain_descent descent(ctx, problem.sensing, problem.measurements, problem.initial_factor, mu);
    for (std::int64_t t = 0; t < count; ++t) descent.step();
    return descent;
  }

  static constexpr bool capturable = false;
  tubal::problem<double, tubal::host> problem;
  std::int64_t steps;
};

/// Residual and A^T of it, for a random X = U * U^T.
template <class S>
struct packing {
  packing(tubal::context<S>& c, const bench::sizes& s)
      : ctx(c),
        square{s.at(0), s[0], s.at(1)},
        transform(ctx, square),
        spectrum(ctx, square),
        tensors(ctx, {s[0], s[0], s[1] * s.at(2)}),
        packed(ctx, s[0], s[1], s[2]),
        packed_x(ctx, {packed.dimension(), 1, 1}),
        packed_z(ctx, packed_x.shape()),
        z(ctx, square),
        y(ctx, {s[2], 1, 1}),
        residual(ctx, y.shape()),
        pass(ctx, tensors, s[1]),
        packed_pass(ctx, {packed.matrix().data(), {packed.dimension(), 1, s[2]}}, 1) {
    tubal::fill_normal(ctx, tensors, 1.0, 1);
    tubal::fill_normal(ctx, y, 1.0, 2);
    packed.assign(ctx, 0, tensors);
    tubal::tensor<double, S> u(ctx, square);
    tubal::fill_normal(ctx, u, 1.0, 3);
    x = tubal::gram(ctx, u);
    pack(x, packed_x);
  }
  void pack(const tubal::tensor<double, S>& from, const tubal::tensor<double, S>& to) {
    transform.forward(from, spectrum);
    tubal::pack_symmetric<double, S>(ctx, spectrum, to);
  }

  values outcome(bool on) {
    work(on);
    if (!on) pack(z, packed_z);
    return joined({to_host(ctx, residual), to_host(ctx, packed_z)});
  }
  void work(bool on) {
    if (on)
      packed_pass.normal_step(ctx, packed_x, y, residual, packed_z);
    else
      pass.normal_step(ctx, x, y, residual, z);
  }

  static constexpr bool capturable = true;
  tubal::context<S>& ctx;
  shape square;
  tubal::tube_transform<double, S> transform;
  tubal::half_spectrum<double, S> spectrum;
  tubal::tensor<double, S> tensors;
  tubal::packed_sensing<double, S> packed;
  tubal::tensor<double, S> x, packed_x, packed_z, z, y, residual;
  tubal::dense_sensing<double, S> pass, packed_pass;
};

template <class S>
struct one_pass {
  one_pass(tubal::context<S>& c, const bench::sizes& s)
      : ctx(c),
        products(tubal::packed_sensing<double, S>::gaussian(ctx, s.at(0), s.at(1), s.at(2), 1)),
        pass(ctx, {products.matrix().data(), {products.dimension(), 1, s[2]}}, 1),
        x(ctx, {products.dimension(), 1, 1}),
        z(ctx, x.shape()),
        y(ctx, {s[2], 1, 1}),
        residual(ctx, y.shape()) {
    tubal::fill_normal(ctx, x, 1.0, 2);
    tubal::fill_normal(ctx, y, 1.0, 3);
  }

  values outcome(bool on) {
    work(on);
    return joined({to_host(ctx, residual), to_host(ctx, z)});
  }
  void work(bool on) {
    if (on)
      pass.normal_step(ctx, x, y, residual, z);
    else
      products.normal_step(ctx, x, y, residual, z);
  }

  static constexpr bool capturable = true;
  tubal::context<S>& ctx;
  tubal::packed_sensing<double, S> products;
  tubal::dense_sensing<double, S> pass;
  tubal::tensor<double, S> x, z, y, residual;
};

template <class S>
struct sharing {
  sharing(tubal::context<S>& c, const bench::sizes& s)
      : ctx(c), problem(make_problem(ctx, s)), trials(s.at(4)), steps(s.at(5)) {
    for (std::int64_t i = 0; i < trials; ++i) {
      starts.emplace_back(ctx, problem.initial_factor.shape());
      tubal::fill_normal(ctx, starts.back(), 0.3 / std::sqrt(static_cast<double>(s[3])),
                         static_cast<std::uint64_t>(i));
    }
  }

  values outcome(bool on) {
    auto all = made(on);
    all.steps(steps_to_compare);
    std::vector<values> products;
    for (std::int64_t i = 0; i < trials; ++i) products.push_back(to_host(ctx, all.product(i)));
    return joined(products);
  }
  void work(bool on) {
    auto all = made(on);
    all.steps(steps);
    ctx.wait();
  }
  tubal::ensemble<double, S> made(bool on) {
    const shape s = problem.initial_factor.shape();
    tubal::ensemble<double, S> all(ctx, {.n = s.rows,
                                         .k = s.tube,
                                         .width = std::min(s.rows, s.cols),
                                         .measurements = problem.sensing.measurements(),
                                         .trials = trials,
                                         .operators = on ? 1 : trials});
    for (std::int64_t i = 0; i < trials; ++i)
      all.add(problem.sensing, problem.measurements, problem.ground_truth,
              starts[static_cast<std::size_t>(i)], mu,
              on && i > 0 ? std::optional<std::int64_t>(0) : std::nullopt);
    return all;
  }

  static constexpr bool capturable = false;
  tubal::context<S>& ctx;
  tubal::problem<double, S> problem;
  std::int64_t trials, steps;
  std::vector<tubal::tensor<double, S>> starts;
};

struct triangle : one_thread {
  triangle(tubal::context<tubal::host>&, const bench::sizes& s)
      : u(ctx, {s.at(0), s.at(2), s.at(1)}),
        x(ctx, {s[0], s[0], s[1]}),
        plan(ctx, u.shape()),
        to_u(ctx, u.shape()),
        to_x(ctx, x.shape()),
        u_hat(ctx, u.shape()),
        x_hat(ctx, x.shape()) {
    tubal::fill_normal(ctx, u, 1.0, 1);
  }

  values outcome(bool on) {
    work(on);
    return to_host(ctx, x);
  }
  void work(bool on) {
    if (on) return plan.execute(u, x);
    to_u.forward(u, u_hat);
    bench::for_each_slice([](auto a, auto c) { bench::gemm(true, 1, a, a, 0, c); }, u_hat, x_hat);
    to_x.inverse(x_hat, x);
  }

  static constexpr bool capturable = false;
  tubal::tensor<double, tubal::host> u, x;
  tubal::gram_plan<double, tubal::host> plan;
  tubal::tube_transform<double, tubal::host> to_u, to_x;
  tubal::half_spectrum<double, tubal::host> u_hat, x_hat;
};

struct real_slices : one_thread {
  real_slices(tubal::context<tubal::host>&, const bench::sizes& s)
      : whole{s.at(0), s[0], s.at(1)},
        a(ctx, whole),
        b(ctx, whole),
        c(ctx, whole),
        plan(ctx, whole, whole),
        transform(ctx, whole),
        a_hat(ctx, whole),
        b_hat(ctx, whole),
        c_hat(ctx, whole) {
    tubal::fill_normal(ctx, a, 1.0, 1);
    tubal::fill_normal(ctx, b, 1.0, 2);
    for (auto* x : {&wide_a, &wide_b, &wide_c}) x->resize(static_cast<std::size_t>(s[0] * s[0]));
  }

  values outcome(bool on) {
    work(on);
    return to_host(ctx, c);
  }
  void work(bool on) {
    if (on) return plan.execute(a, b, c);
    transform.forward(a, a_hat);
    transform.forward(b, b_hat);
    bench::for_each_slice([&](auto x, auto y, auto z) { multiply(x, y, z); }, a_hat, b_hat, c_hat);
    transform.inverse(c_hat, c);
  }
  using complex = std::complex<double>;
  static void multiply(bench::matrix<complex> x, bench::matrix<complex> y,
                       bench::matrix<complex> z) {
    bench::gemm(false, 1, x, y, 0, z);
  }
  void multiply(bench::matrix<double> x, bench::matrix<double> y, bench::matrix<double> z) {
    std::copy_n(x.data, wide_a.size(), wide_a.begin());
    std::copy_n(y.data, wide_b.size(), wide_b.begin());
    multiply({wide_a.data(), x.rows, x.cols}, {wide_b.data(), y.rows, y.cols},
             {wide_c.data(), z.rows, z.cols});
    std::transform(wide_c.begin(), wide_c.end(), z.data,
                   [](complex value) { return value.real(); });
  }

  static constexpr bool capturable = false;
  shape whole;
  tubal::tensor<double, tubal::host> a, b, c;
  tubal::tproduct_plan<double, tubal::host> plan;
  tubal::tube_transform<double, tubal::host> transform;
  tubal::half_spectrum<double, tubal::host> a_hat, b_hat, c_hat;
  std::vector<complex> wide_a, wide_b, wide_c;
};

}  // namespace

int main(int argc, char** argv) {
  const auto rows_of = [&](const char* name) {
    return bench::parse_sizes(bench::take_option(argc, argv, name, ""));
  };
  const auto gram_forms = rows_of("gram-form"), compressions = rows_of("compression"),
             packings = rows_of("packing"), passes = rows_of("one-pass"),
             shared = rows_of("sharing"), triangles = rows_of("triangle"),
             reals = rows_of("real-slices");
  return bench::main(argc, argv, [&]<class S>(bench::machine<S>& machine) {
    const auto add = [&]<class Saving>(const char* name, const std::vector<bench::sizes>& rows,
                                       const std::vector<const char*>& letters) {
      for (const auto& s : rows)
        for (const bool on : {true, false})
          bench::add<row<S, Saving>>(
              bench::row_name(std::string("saving, ") + name + (on ? ", on" : ", off"), s, letters),
              machine, s, on);
    };
    add.template operator()<gram_form<S>>("Gram form", gram_forms, {"n", "k", "m", "R", "T"});
    add.template operator()<packing<S>>("packed coordinates", packings, {"n", "k", "m"});
    add.template operator()<one_pass<S>>("one pass over A", passes, {"n", "k", "m"});
    add.template operator()<sharing<S>>("one A for all trials", shared,
                                        {"n", "k", "m", "R", "trials", "T"});
    if constexpr (std::same_as<S, tubal::host>) {
      add.template operator()<compression>("compressed start", compressions,
                                           {"n", "k", "m", "R", "T"});
      add.template operator()<triangle>("one triangle of U * U^T", triangles, {"n", "k", "R"});
      add.template operator()<real_slices>("real slices as real matrices", reals, {"n", "k"});
    }
  });
}
