// step() and execute() allocate nothing and wait for nothing.
#include <gtest/gtest.h>
#include <tubal/tubal.hpp>

#include <cstdlib>
#include <new>

#include "core/primitives/backend.hpp"

namespace {
std::atomic<long> heap_allocations{0};
}

// Every allocation of the process passes here. Not inlined: g++ would warn of a mismatch.
void* operator new(std::size_t bytes) {
  ++heap_allocations;
  if (void* data = std::malloc(bytes != 0 ? bytes : 1)) return data;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  ++heap_allocations;
  const auto a = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(a, (bytes + a - 1) / a * a);
}
[[gnu::noinline]] void operator delete(void* data) noexcept { std::free(data); }
[[gnu::noinline]] void operator delete(void* data, std::size_t) noexcept { std::free(data); }
[[gnu::noinline]] void operator delete(void* data, std::align_val_t) noexcept { std::free(data); }

namespace tubal::test {
namespace {

/// What happened between its making and `expect_quiet`.
class watch {
 public:
  explicit watch(context<spy>& ctx)
      : backend_(*ctx.backend()), before_(backend_.counts), heap_(heap_allocations) {}

  void expect_quiet() const {
    const long heap = heap_allocations - heap_;
    EXPECT_EQ(backend_.counts.allocations, before_.allocations) << "allocated in the space";
    EXPECT_EQ(backend_.counts.waits, before_.waits) << "waited";
    EXPECT_EQ(backend_.counts.uploads, before_.uploads) << "transferred";
    EXPECT_EQ(backend_.counts.plans, before_.plans) << "planned";
    EXPECT_EQ(heap, 0) << "allocated on the heap";
  }
  int waits() const { return backend_.counts.waits - before_.waits; }
  long heap() const { return heap_allocations - heap_; }

 private:
  const detail::backend<spy>& backend_;
  detail::spy_counts before_;
  long heap_;
};

template <class T>
class quiet : public testing::Test {
 protected:
  context<spy> ctx_{host::options{2}};
};
using precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(quiet, precisions);

TYPED_TEST(quiet, tproduct) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  for (const std::int64_t k : {1, 2, 5, 8}) {
    auto a = zeros<T>(ctx, {40, 30, k}), b = zeros<T>(ctx, {30, 50, k});
    auto c = empty<T>(ctx, {40, 50, k});
    tproduct_plan<T, spy> plan(ctx, a.shape(), b.shape());
    const watch w(ctx);
    for (int i = 0; i < 3; ++i) plan.execute(a, b, c);
    w.expect_quiet();
  }
}

TYPED_TEST(quiet, gram_and_transform) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  auto u = zeros<T>(ctx, {20, 7, 6});
  auto x = empty<T>(ctx, {20, 20, 6});
  gram_plan<T, spy> plan(ctx, u.shape());
  tube_transform<T, spy> transform(ctx, u.shape());
  half_spectrum<T, spy> spectrum(ctx, u.shape());
  const watch w(ctx);
  plan.execute(u, x);
  transform.forward(u, spectrum);
  transform.inverse(spectrum, u);
  w.expect_quiet();
}

TYPED_TEST(quiet, factorisations) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  for (const transform& along : {transform::dft(), transform::dct(), transform::dft({2, 3})}) {
    const shape tall{5, 3, 6}, square{5, 5, 6}, small{3, 3, 6};
    auto a = empty<T>(ctx, tall), b = empty<T>(ctx, tall), c = empty<T>(ctx, tall);
    auto e = empty<T>(ctx, square), f = empty<T>(ctx, square), g = empty<T>(ctx, square);
    auto s = empty<T>(ctx, small), v = empty<T>(ctx, small), wide = empty<T>(ctx, {3, 5, 6});
    fill_normal<T, spy>(ctx, a, 1.0, 3);
    set_identity<T, spy>(ctx, e, along);
    svd_plan<T, spy> svd_of(ctx, tall, {.along = along});
    randomized_svd_plan<T, spy> sketch(ctx, tall, 3, {.along = along});
    qr_plan<T, spy> qr_of(ctx, tall, factor_size::economy, along);
    lq_plan<T, spy> lq_of(ctx, tall, factor_size::full, along);
    eigen_plan<T, spy> eigen_of(ctx, square, along);
    symmetric_function_plan<T, spy> root(ctx, square, symmetric_function::square_root, along);
    cholesky_plan<T, spy> cholesky_of(ctx, square, along);
    lu_plan<T, spy> lu_of(ctx, tall, along);
    solve_plan<T, spy> solver(ctx, square, tall, along);
    inverse_plan<T, spy> inverse_of(ctx, square, along);
    pseudo_inverse_plan<T, spy> pseudo(ctx, tall, {}, along);
    least_squares_plan<T, spy> least(ctx, tall, tall, {}, along);
    polar_plan<T, spy> polar_of(ctx, tall, along);
    power_plan<T, spy> power_of(ctx, square, 5, along);
    projection_plan<T, spy> projection(ctx, tall, square, along);
    shrink_plan<T, spy> shrinking(ctx, tall, shrinkage::soft_threshold, along);
    const watch w(ctx);
    svd_of.execute(a, b, s, v);
    sketch.execute(a, b, s, v);
    qr_of.execute(a, b, s);
    lq_of.execute(a, b, s);
    eigen_of.execute(e, f, g);
    root.execute(e, f);
    cholesky_of.execute(e, f);
    lu_of.execute(a, f, b, s);
    solver.execute(e, a, b);
    inverse_of.execute(e, f);
    pseudo.execute(a, wide);
    least.execute(a, b, s);
    polar_of.execute(a, b, s);
    power_of.execute(e, f);
    projection.execute(a, e, f);
    shrinking.execute(a, b, 0.5);
    facewise_product<T, spy>(ctx, a, s, c);
    w.expect_quiet();
  }
}

TYPED_TEST(quiet, elementwise_calls) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  auto a = empty<T>(ctx, {20, 7, 6}), c = empty<T>(ctx, {7, 20, 6}), e = empty<T>(ctx, {9, 9, 3});
  const watch w(ctx);
  fill_normal<T, spy>(ctx, a, 1.0, 3);
  transpose<T, spy>(ctx, a, c);
  set_identity<T, spy>(ctx, e);
  w.expect_quiet();
}

template <class T>
problem<T, spy> small_problem(context<spy>& ctx, std::int64_t n, std::int64_t factor_rank) {
  synthetic_options o;
  o.n = n;
  o.factor_rank = factor_rank;
  o.measurements = 2 * n * n;
  return make_synthetic_problem<T>(ctx, o);
}

TYPED_TEST(quiet, step_and_observe) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  for (const auto& [n, factor_rank] : {std::pair{30, 3}, {30, 40}, {5, 3}, {5, 8}}) {
    auto p = small_problem<T>(ctx, n, factor_rank);
    recovery<T, spy> r(ctx, p.sensing, p.measurements, p.initial_factor, 1e-3,
                       {.truth = p.ground_truth});
    EXPECT_EQ(r.gram_form(), n == 5);
    monitor<T, spy> m(r, p.ground_truth, {2});
    {
      const watch w(ctx);
      for (int i = 0; i < 5; ++i) r.step();
      w.expect_quiet();
    }
    r.prepare_steps(3);
    {
      const watch w(ctx);
      r.steps(8);
      w.expect_quiet();
    }
    const watch w(ctx);
    for (int i = 0; i < 3; ++i) m.observe();
    EXPECT_EQ(w.waits(), 3) << "an observation reads one record back";
    EXPECT_EQ(w.heap(), 0);
  }
}

TYPED_TEST(quiet, descents_of_every_method_and_operator) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  const shape s{8, 8, 5};
  const auto mask = entry_mask<T, spy>::random(ctx, s, 0.6, 1);
  const fast_transform_sensing<T, spy> fast(ctx, s, 200, 1);
  const generated_sensing<T, spy> generated(ctx, s, 50, ensemble_law::gaussian, 1);
  const auto dense = dense_sensing<T, spy>::random(ctx, s, 50, ensemble_law::gaussian, 1);
  const sensing_operator<T, spy>* const operators[] = {&mask, &fast, &generated, &dense};
  for (const auto* a : operators)
    for (const auto how :
         {descent_method::gradient, descent_method::scaled, descent_method::alternating})
      for (const double held_out : {0.0, 0.2}) {
        tensor<T, spy> y(ctx, {a->measurements(), 1, 1});
        fill_normal<T, spy>(ctx, y, 1, 2);
        descent<T, spy> d(ctx, *a, y,
                          {.method = how, .factor_rank = 3, .momentum = 0.3, .held_out = held_out});
        d.keep();
        const watch w(ctx);
        d.steps(3);
        d.keep();
        d.step();
        d.go_back();
        d.evaluate();
        w.expect_quiet();
        d.observe();
        EXPECT_EQ(w.waits(), 1) << "an observation reads one record back";
      }
}

TYPED_TEST(quiet, steps_of_admm) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  const shape s{8, 6, 5};
  const auto mask = entry_mask<T, spy>::random(ctx, s, 0.6, 1);
  const generated_sensing<T, spy> generated(ctx, s, 20, ensemble_law::gaussian, 1);
  const auto dense = dense_sensing<T, spy>::random(ctx, s, 20, ensemble_law::gaussian, 1);
  const sensing_operator<T, spy>* const operators[] = {&mask, &generated, &dense};
  const auto expect_quiet_steps = [&](auto method) {
    const watch w(ctx);
    for (int i = 0; i < 3; ++i) method.step();
    w.expect_quiet();
    method.observe();
    EXPECT_EQ(w.waits(), 1) << "an observation reads one record back";
    EXPECT_EQ(w.heap(), 0);
  };
  for (const auto* a : operators) {
    tensor<T, spy> y(ctx, {a->measurements(), 1, 1});
    fill_normal<T, spy>(ctx, y, 1, 2);
    expect_quiet_steps(nuclear_norm_recovery<T, spy>(ctx, *a, y));
  }
  tensor<T, spy> m(ctx, s);
  fill_normal<T, spy>(ctx, m, 1, 2);
  expect_quiet_steps(robust_pca<T, spy>(ctx, m));
}

TYPED_TEST(quiet, the_spy_sees) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  const watch w(ctx);
  auto a = zeros<T>(ctx, {3, 3, 3});
  ctx.wait();
  EXPECT_EQ(w.waits(), 1);
  EXPECT_GT(w.heap(), 0);
}

TYPED_TEST(quiet, ensemble) {
  using T = TypeParam;
  auto& ctx = this->ctx_;
  const auto p = make_synthetic_problem<T>(ctx, {.n = 5, .k = 4, .factor_rank = 8});
  for (const bool gram_form : {true, false}) {
    ensemble<T, spy> all(
        ctx,
        {.n = 5, .k = 4, .width = 5, .measurements = 254, .trials = 2, .gram_form = gram_form});
    for (const double step : {0.1, 0.2})
      all.add(p.sensing, p.measurements, p.ground_truth, p.initial_factor, step);
    const watch w(ctx);
    all.steps(3);
    all.steps(1);
    w.expect_quiet();
  }
}

}  // namespace
}  // namespace tubal::test
