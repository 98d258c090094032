// Every status of every vendor at every call (with fewer cases at every fourth, each call with
// some), and every allocation that fails: a typed error or a right result, nothing left behind, and
// the next attempt succeeds.
#include <cublas_v2.h>
#include <cufft.h>
#include <cusolverDn.h>

#include <functional>

#include "fewer_cases.hpp"
#include "fixture.hpp"

namespace tubal::test {
namespace {

using doubles = array<double, cuda>;
using keep = std::function<void(const doubles&)>;

void transforms(backend_of<cuda>& b, const keep& results) {
  const doubles x(b, random_values<double>(72, 1)), y(b, random_values<double>(72, 2)),
      z(b, std::vector<double>(72));
  backend_of<cuda>::transform_plan<double> transform(b, 12, 6);
  transform.forward(x.data(), y.data());
  transform.inverse(y.data(), z.data());
  results(z);
  backend_of<cuda>::sequence again(b, [&] { transform.forward(z.data(), y.data()); });
  again.replay();
  results(y);
}

void products(backend_of<cuda>& b, const keep& results) {
  const doubles x(b, random_values<double>(72, 1)), y(b, random_values<double>(72, 2)),
      z(b, std::vector<double>(72)), w(b, std::vector<double>(80));
  b.gemm<double>(op::none, op::transpose, 1.0, contiguous<const double>(x.data(), 6, 6, 2),
                 contiguous<const double>(y.data(), 6, 6, 2), 0.0, contiguous(z.data(), 6, 6, 2));
  results(z);
  b.sum(72, detail::dot_term<double>{x.data(), y.data(), 1}, w.data());
  backend_of<cuda>::sensing_plan<double>(b, 6, 6).execute(x.data(), y.data(), y.data() + 6,
                                                          w.data() + 6, w.data() + 12);
  results(w);
}

/// Of `count` n x n matrices, one after the other on the same memory; every factorisation has one
/// way for small matrices and one for others.
void factorisations(backend_of<cuda>& b, std::int64_t n, std::int64_t count, const keep& results) {
  std::vector<double> definite = random_values<double>(count * n * n, 3);
  for (std::int64_t i = 0; i < count * n; ++i)
    definite[static_cast<std::size_t>(i * n + i % n)] += 10.0 * static_cast<double>(n);
  const doubles x(b, definite), y(b, definite),
      values(b, std::vector<double>(static_cast<std::size_t>(count * n)));
  const array<std::int64_t, cuda> order(
      b, std::vector<std::int64_t>(static_cast<std::size_t>(count * n)));
  const auto a = contiguous(x.data(), n, n, count), c = contiguous(y.data(), n, n, count);
  backend_of<cuda>::lu_plan<double>(b, n, n, count).execute(a, order.data());
  backend_of<cuda>::cholesky_plan<double>(b, n, count).execute(c);
  b.solve_triangular<double>(detail::triangle::lower, op::none, detail::diagonal::given, c, a);
  backend_of<cuda>::lq_plan<double>(b, n, n, count).execute(a, c);
  backend_of<cuda>::eigen_plan<double>(b, n, count, vectors::compute).execute(a, values.data());
  results(x);
  backend_of<cuda>::svd_plan<double>(b, n, n, count, vectors::skip)
      .execute(c, values.data(), {}, {});
  results(values);
}

using part = std::function<void(backend_of<cuda>&, const keep&)>;

/// A little of everything, in parts: a failure repeats its own part alone.
const part parts[] = {transforms, products,
                      [](auto& b, const keep& results) { factorisations(b, 2, 1, results); },
                      [](auto& b, const keep& results) { factorisations(b, 33, 2, results); }};

std::vector<double> results_of(const part& work) {
  context<cuda> ctx;
  std::vector<double> all;
  work(*ctx.backend(), [&](const doubles& x) {
    const auto values = x.values();
    all.insert(all.end(), values.begin(), values.end());
  });
  ctx.wait();
  ctx.description();
  return all;
}

/// Runs the part with the failure that `arm(i)` sets.
template <class Arm>
void fail_at(int i, const part& work, const std::vector<double>& expected, Arm&& arm) {
  const stand_in::existing before = stand_in::now();
  arm(i);
  try {
    EXPECT_EQ(results_of(work), expected) << "failure " << i << " passed silently";
  } catch (const error& e) {
    const std::string text = e.what();
    EXPECT_TRUE(text.find("failed") != text.npos || text.find("out of memory") != text.npos)
        << text;
  }
  EXPECT_TRUE(stand_in::happened());
  stand_in::no_failures();
  EXPECT_EQ(stand_in::now(), before) << "left behind by failure " << i;
}

/// For every part, every way to fail, and every i below what `count()` counts while the part runs.
template <class Count, class Arm>
int fail_everywhere(Count&& count, std::initializer_list<int> ways, Arm&& arm) {
  int points = 0;
  const int stride = fewer_cases() && ways.size() > 1 ? 4 : 1;
  for (const part& work : parts) {
    const std::int64_t before = count();
    const auto expected = results_of(work);
    const std::int64_t calls = count() - before;
    int first = 0;
    for (const int way : ways) {
      for (int i = first; i < calls && !testing::Test::HasFailure(); i += stride, ++points)
        fail_at(i, work, expected, [&](int at) { arm(at, way); });
      first = (first + 1) % stride;
    }
    EXPECT_TRUE(calls == 0 || results_of(work) == expected);
  }
  std::cout << points << " failures injected" << std::endl;
  return points;
}

int all_statuses(stand_in::library which, std::initializer_list<int> statuses) {
  return fail_everywhere([&] { return stand_in::count().calls[static_cast<int>(which)]; }, statuses,
                         [&](int i, int status) { stand_in::fail_call(which, i, status); });
}

TEST(failures, blas) {
  EXPECT_GT(all_statuses(stand_in::library::blas,
                         {CUBLAS_STATUS_NOT_INITIALIZED, CUBLAS_STATUS_ALLOC_FAILED,
                          CUBLAS_STATUS_INVALID_VALUE, CUBLAS_STATUS_ARCH_MISMATCH,
                          CUBLAS_STATUS_MAPPING_ERROR, CUBLAS_STATUS_EXECUTION_FAILED,
                          CUBLAS_STATUS_INTERNAL_ERROR, CUBLAS_STATUS_NOT_SUPPORTED}),
            10);
}

TEST(failures, fft) {
  EXPECT_GT(all_statuses(stand_in::library::fft,
                         {CUFFT_INVALID_PLAN, CUFFT_ALLOC_FAILED, CUFFT_INVALID_VALUE,
                          CUFFT_INTERNAL_ERROR, CUFFT_EXEC_FAILED, CUFFT_SETUP_FAILED,
                          CUFFT_INVALID_SIZE, CUFFT_NO_WORKSPACE, 99}),
            10);
}

TEST(failures, solver) {
  EXPECT_GT(all_statuses(stand_in::library::solver,
                         {CUSOLVER_STATUS_NOT_INITIALIZED, CUSOLVER_STATUS_ALLOC_FAILED,
                          CUSOLVER_STATUS_INVALID_VALUE, CUSOLVER_STATUS_ARCH_MISMATCH,
                          CUSOLVER_STATUS_EXECUTION_FAILED, CUSOLVER_STATUS_INTERNAL_ERROR,
                          CUSOLVER_STATUS_NOT_SUPPORTED, 99}),
            10);
}

TEST(failures, runtime) {
  EXPECT_GT(all_statuses(stand_in::library::runtime,
                         {cudaErrorMemoryAllocation, cudaErrorInvalidValue, cudaErrorIllegalAddress,
                          cudaErrorNoKernelImageForDevice}),
            10);
}

TEST(failures, allocations) {
  EXPECT_GT(fail_everywhere([] { return stand_in::count().allocations; }, {0},
                            [](int i, int) { stand_in::fail_allocation(i); }),
            10);
}

}  // namespace
}  // namespace tubal::test
