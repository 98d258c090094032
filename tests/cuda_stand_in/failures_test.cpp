// Every status of every vendor at every call, and every allocation that fails: a typed error or a
// right result, nothing left behind, and the next attempt succeeds.
#include <cublas_v2.h>
#include <cufft.h>
#include <cusolverDn.h>

#include "fixture.hpp"

namespace tubal::test {
namespace {

/// A little of everything; all results.
std::vector<double> everything() {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  std::vector<double> results;
  const auto keep = [&](const std::vector<double>& v) {
    results.insert(results.end(), v.begin(), v.end());
  };
  const array<double, cuda> x(b, random_values<double>(2 * 36, 1)),
      y(b, random_values<double>(2 * 36, 2)), z(b, std::vector<double>(2 * 36)),
      w(b, std::vector<double>(80));
  {
    backend_of<cuda>::transform_plan<double> transform(b, 12, 6);
    transform.forward(x.data(), y.data());
    transform.inverse(y.data(), z.data());
    keep(z.values());
    backend_of<cuda>::sequence again(b, [&] { transform.forward(z.data(), y.data()); });
    again.replay();
    keep(y.values());
  }
  b.gemm<double>(op::none, op::transpose, 1.0, contiguous<const double>(x.data(), 6, 6, 2),
                 contiguous<const double>(y.data(), 6, 6, 2), 0.0, contiguous(z.data(), 6, 6, 2));
  keep(z.values());
  b.sum(72, detail::dot_term<double>{x.data(), y.data(), 1}, w.data());
  backend_of<cuda>::sensing_plan<double>(b, 6, 6).execute(x.data(), y.data(), y.data() + 6,
                                                          w.data() + 6, w.data() + 12);
  keep(w.values());
  backend_of<cuda>::lq_plan<double>(b, 4, 6, 2)
      .execute(contiguous(x.data(), 4, 6, 2), contiguous(z.data(), 4, 4, 2));
  keep(x.values());
  backend_of<cuda>::eigen_plan<double>(b, 6, 2, vectors::compute)
      .execute(contiguous(y.data(), 6, 6, 2), w.data());
  keep(w.values());
  backend_of<cuda>::svd_plan<double>(b, 6, 5, 2, vectors::skip)
      .execute(contiguous(x.data(), 6, 5, 2), w.data(), {}, {});
  keep(w.values());
  const array<double, cuda> large(b, random_values<double>(40 * 4, 3));
  backend_of<cuda>::svd_plan<double>(b, 40, 4, 1, vectors::skip)
      .execute(contiguous(large.data(), 40, 4, 1), w.data(), {}, {});
  keep(w.values());
  ctx.wait();
  ctx.description();
  return results;
}

/// Runs `everything` with the failure that `arm(i)` sets, for every i that it comes to.
template <class Arm>
int for_every_point(const std::vector<double>& expected, Arm&& arm) {
  const stand_in::existing before = stand_in::now();
  for (int i = 0;; ++i) {
    arm(i);
    bool thrown = false;
    try {
      const auto found = everything();
      if (stand_in::happened()) {
        EXPECT_EQ(found, expected) << "failure " << i << " passed silently";
      }
    } catch (const error& e) {
      thrown = true;
      const std::string text = e.what();
      EXPECT_TRUE(text.find("failed") != text.npos || text.find("out of memory") != text.npos)
          << text;
    }
    const bool happened = stand_in::happened();
    EXPECT_TRUE(happened || !thrown);
    stand_in::no_failures();
    EXPECT_EQ(stand_in::now(), before) << "left behind by failure " << i;
    if (!happened || testing::Test::HasFailure()) return i;
  }
}

int all_statuses(stand_in::library which, std::initializer_list<int> statuses) {
  const auto expected = everything();
  int points = 0;
  for (const int status : statuses)
    points += for_every_point(expected, [&](int i) { stand_in::fail_call(which, i, status); });
  EXPECT_EQ(everything(), expected);
  std::cout << points << " failures injected" << std::endl;
  return points;
}

TEST(failures, blas) {
  EXPECT_GT(all_statuses(stand_in::library::blas,
                         {CUBLAS_STATUS_NOT_INITIALIZED, CUBLAS_STATUS_ALLOC_FAILED,
                          CUBLAS_STATUS_INVALID_VALUE, CUBLAS_STATUS_ARCH_MISMATCH,
                          CUBLAS_STATUS_MAPPING_ERROR, CUBLAS_STATUS_EXECUTION_FAILED,
                          CUBLAS_STATUS_INTERNAL_ERROR, CUBLAS_STATUS_NOT_SUPPORTED}),
            40);
}

TEST(failures, fft) {
  EXPECT_GT(all_statuses(stand_in::library::fft,
                         {CUFFT_INVALID_PLAN, CUFFT_ALLOC_FAILED, CUFFT_INVALID_VALUE,
                          CUFFT_INTERNAL_ERROR, CUFFT_EXEC_FAILED, CUFFT_SETUP_FAILED,
                          CUFFT_INVALID_SIZE, CUFFT_NO_WORKSPACE, 99}),
            40);
}

TEST(failures, solver) {
  EXPECT_GT(all_statuses(stand_in::library::solver,
                         {CUSOLVER_STATUS_NOT_INITIALIZED, CUSOLVER_STATUS_ALLOC_FAILED,
                          CUSOLVER_STATUS_INVALID_VALUE, CUSOLVER_STATUS_ARCH_MISMATCH,
                          CUSOLVER_STATUS_EXECUTION_FAILED, CUSOLVER_STATUS_INTERNAL_ERROR,
                          CUSOLVER_STATUS_NOT_SUPPORTED, 99}),
            40);
}

TEST(failures, runtime) {
  EXPECT_GT(all_statuses(stand_in::library::runtime,
                         {cudaErrorMemoryAllocation, cudaErrorInvalidValue, cudaErrorIllegalAddress,
                          cudaErrorNoKernelImageForDevice}),
            40);
}

TEST(failures, allocations) {
  const auto expected = everything();
  EXPECT_GT(for_every_point(expected, [](int i) { stand_in::fail_allocation(i); }), 10);
  EXPECT_EQ(everything(), expected);
}

}  // namespace
}  // namespace tubal::test
