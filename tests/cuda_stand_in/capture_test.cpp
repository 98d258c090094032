// What execute enqueues can be captured: nothing allocated, nothing waited for, right when replayed
// on fresh data.
#include <cuda_runtime_api.h>

#include <tuple>

#include "cuda/context.hpp"
#include "fixture.hpp"

namespace tubal::test {
namespace {

/// Captures `work`, replays it three times; `fresh(round)` sets the inputs, `look(round)` checks.
template <class Work, class Fresh, class Look>
void capture_and_replay(context<cuda>& ctx, Work&& work, Fresh&& fresh, Look&& look) {
  cudaStream_t stream = ctx.backend()->internals().stream;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t ready = nullptr;
  const auto before = stand_in::count();
  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  work();
  ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  EXPECT_EQ(stand_in::count().allocations, before.allocations);
  EXPECT_EQ(stand_in::count().waits, before.waits);
  ASSERT_EQ(cudaGraphInstantiateWithFlags(&ready, graph, 0), cudaSuccess);
  for (unsigned round = 0; round < 3; ++round) {
    fresh(round);
    EXPECT_EQ(cudaGraphLaunch(ready, stream), cudaSuccess);
    look(round);
  }
  cudaGraphExecDestroy(ready);
  cudaGraphDestroy(graph);
}

TEST(capture, every_primitive) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  array<double, cuda> x(b, std::vector<double>(72)), y(b, std::vector<double>(72)),
      z(b, std::vector<double>(72)), u(b, std::vector<double>(72)), v(b, std::vector<double>(72)),
      w(b, std::vector<double>(72));
  backend_of<cuda>::transform_plan<double> transform(b, 12, 6);
  backend_of<cuda>::eigen_plan<double> eigen(b, 6, 2, vectors::compute);
  backend_of<cuda>::svd_plan<double> svd(b, 6, 6, 2, vectors::compute);
  backend_of<cuda>::lq_plan<double> lq(b, 6, 6, 2);
  backend_of<cuda>::sensing_plan<double> sensing(b, 6, 6);
  const auto slices = [](const array<double, cuda>& a) { return contiguous(a.data(), 6, 6, 2); };
  const auto work = [&] {
    transform.forward(x.data(), y.data());
    b.gram<double>(slices(y), slices(z));
    b.gemm<double>(op::none, op::none, 1.0, slices(z), slices(x), 0.0, slices(y));
    b.copy(u.data(), y.data(), 72 * sizeof(double));
    lq.execute(slices(u), slices(v));
    eigen.execute(slices(z), w.data());
    svd.execute(slices(y), w.data() + 12, slices(u), slices(v));
    b.sum(72, detail::dot_term<double>{z.data(), u.data(), 1}, w.data() + 30);
    sensing.execute(x.data(), u.data(), v.data(), w.data() + 31, w.data() + 40);
    b.for_each(72, detail::copy_block<double>{slices(v), slices(y)});
    transform.inverse(y.data(), z.data());
  };
  const auto results = [&] {
    auto all = w.values();
    for (const auto& more : {z.values(), u.values(), v.values()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const auto fresh = [&](unsigned round) {
    x.set(random_values<double>(72, round));
    for (auto* poisoned : {&y, &z, &u, &v}) poisoned->set(std::vector<double>(72, NAN));
    w.set(std::vector<double>(72, -1));
  };
  std::vector<std::vector<double>> eager;
  for (unsigned round = 0; round < 3; ++round) {
    fresh(round);
    work();
    eager.push_back(results());
  }
  capture_and_replay(ctx, work, fresh, [&](unsigned round) { EXPECT_EQ(results(), eager[round]); });
}

/// LU, Cholesky and triangular solves: kernels of our own, and cuSOLVER and cuBLAS above 32.
TEST(capture, solves) {
  for (const std::int64_t n : {6, 33}) {
    context<cuda> ctx;
    auto& b = *ctx.backend();
    const auto size = static_cast<std::size_t>(2 * n * n);
    array<double, cuda> a(b, std::vector<double>(size)), x(b, std::vector<double>(size)),
        l(b, std::vector<double>(size));
    array<std::int64_t, cuda> order(b, std::vector<std::int64_t>(static_cast<std::size_t>(2 * n)));
    backend_of<cuda>::lu_plan<double> lu(b, n, n, 2);
    backend_of<cuda>::cholesky_plan<double> cholesky(b, n, 2);
    const auto slices = [&](auto& v) { return contiguous(v.data(), n, n, 2); };
    const auto work = [&] {
      cholesky.execute(slices(l));
      b.solve_triangular<double>(detail::triangle::lower, op::none, detail::diagonal::given,
                                 slices(l), slices(x));
      lu.execute(slices(a), order.data());
    };
    const auto fresh = [&](unsigned round) {
      a.set(random_values<double>(2 * n * n, round));
      x.set(random_values<double>(2 * n * n, round + 10));
      std::vector<double> definite(size);
      for (std::size_t i = 0; i < static_cast<std::size_t>(2 * n); ++i)
        definite[i * static_cast<std::size_t>(n) + i % static_cast<std::size_t>(n)] = 2 + round;
      l.set(definite);
    };
    const auto results = [&] { return std::tuple(a.values(), x.values(), order.values()); };
    std::vector<decltype(results())> eager;
    for (unsigned round = 0; round < 3; ++round) {
      fresh(round);
      work();
      eager.push_back(results());
    }
    capture_and_replay(ctx, work, fresh,
                       [&](unsigned round) { EXPECT_EQ(results(), eager[round]); });
  }
}

TEST(capture, public_plans) {
  context<cuda> ctx;
  tproduct_plan<double, cuda> plan(ctx, {4, 3, 5}, {3, 2, 5});
  auto a = zeros<double>(ctx, {4, 3, 5}), b = zeros<double>(ctx, {3, 2, 5}),
       c = zeros<double>(ctx, {4, 2, 5});
  std::vector<double> expected;
  const auto fresh = [&](unsigned round) {
    fill_normal<double, cuda>(ctx, a, 1.0, round);
    fill_normal<double, cuda>(ctx, b, 1.0, round + 10);
    expected = to_host(ctx, tproduct(ctx, a, b));
  };
  plan.execute(a, b, c);
  capture_and_replay(
      ctx, [&] { plan.execute(a, b, c); }, fresh,
      [&](unsigned) { EXPECT_EQ(to_host(ctx, c), expected); });
}

TEST(capture, sequences) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  array<double, cuda> x(b, std::vector<double>(12)), y(b, std::vector<double>(12));
  const auto work = [&] {
    b.for_each(12, detail::transpose_tensor<double>{x.data(), y.data(), 3, 4, {}});
  };
  work();
  backend_of<cuda>::sequence made(b, work);
  backend_of<cuda>::sequence sequence(std::move(made));
  for (unsigned round = 0; round < 3; ++round) {
    const auto values = random_values<double>(12, round);
    x.set(values);
    sequence.replay();
    EXPECT_EQ(y.values()[1], values[3]);
  }
  EXPECT_THROW(backend_of<cuda>::sequence(b, [&] { b.wait(); }), backend_error);
  EXPECT_THROW(backend_of<cuda>::sequence(b, [] { throw error("of the caller"); }), error);
  b.wait();
}

TEST(capture, what_waits_cannot_be_captured) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  const array<double, cuda> a(b, random_values<double>(1600, 1)), s(b, std::vector<double>(40));
  backend_of<cuda>::svd_plan<double> large(b, 40, 40, 1, vectors::skip);
  cudaStream_t stream = b.internals().stream;
  const auto refused = [&](auto&& work, cudaError_t end) {
    cudaGraph_t graph = nullptr;
    ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
    EXPECT_THROW(work(), backend_error);
    EXPECT_EQ(cudaStreamEndCapture(stream, &graph), end);
    if (graph) cudaGraphDestroy(graph);
  };
  refused([&] { b.wait(); }, cudaErrorStreamCaptureInvalidated);
  // before the vendor is asked, so the capture goes on
  refused([&] { large.execute(contiguous(a.data(), 40, 40, 1), s.data(), {}, {}); }, cudaSuccess);
  backend_of<cuda>::eigen_plan<double> eigen(b, 40, 1, vectors::skip);
  const auto eigenvalues = [&] { eigen.execute(contiguous(a.data(), 40, 40, 1), s.data()); };
  refused(eigenvalues, cudaSuccess);
  b.internals().choices.vendor_eigen_in_captures = true;
  eigenvalues();
  backend_of<cuda>::sequence(b, eigenvalues).replay();
  b.wait();
}

/// In a process that has done nothing else, as `run` does.
TEST(capture, recorded_steps_have_run_before) {
  context<cuda> ctx;
  const auto p = make_synthetic_problem<double>(
      ctx, {.n = 4, .k = 3, .tubal_rank = 1, .factor_rank = 3, .measurements = 30});
  const auto descend = [&](bool recorded) {
    recovery<double, cuda> r(ctx, p.sensing, p.measurements, p.initial_factor, 1e-2,
                             {.gram_form = false});
    if (recorded) {
      stand_in::forget_uses();
      r.prepare_steps(3);
    }
    EXPECT_EQ(r.iteration(), 0);
    r.steps(4);
    return to_host(ctx, r.factor());
  };
  EXPECT_EQ(descend(true), descend(false));
}

TEST(capture, an_allocation_in_it_breaks_a_rule) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  void* data = nullptr;
  backend_of<cuda>::sequence(b, [&] { data = b.allocate(100); });
  b.release(data, 100);
  EXPECT_FALSE(stand_in::take_violations().empty());
}

}  // namespace
}  // namespace tubal::test
