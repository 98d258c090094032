// The stand-in sees what real libraries let pass: each wrong call breaks exactly one rule.
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cufft.h>
#include <cusolverDn.h>

#include "fixture.hpp"

namespace tubal::test {
namespace {

/// What is needed to call libraries rightly, so that one thing at a time can be wrong.
class strictness : public testing::Test {
 protected:
  void SetUp() override {
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaMalloc(&memory, bytes);
    numbers = static_cast<double*>(memory);
    cublasCreate(&blas);
    cublasSetMathMode(blas, CUBLAS_DEFAULT_MATH);
    cublasSetAtomicsMode(blas, CUBLAS_ATOMICS_NOT_ALLOWED);
    cublasSetPointerMode(blas, CUBLAS_POINTER_MODE_HOST);
    cublasSetStream(blas, stream);
    cublasSetWorkspace(blas, memory, 256);
    expect_rules(0);
  }
  void TearDown() override {
    cublasDestroy(blas);
    cudaFree(memory);
    cudaStreamDestroy(stream);
  }

  static void expect_rules(std::size_t count, const std::string& word = "") {
    const auto rules = stand_in::take_violations();
    EXPECT_EQ(rules.size(), count);
    for (const std::string& rule : rules) EXPECT_NE(rule.find(word), std::string::npos) << rule;
  }
  cublasStatus_t multiply(std::int64_t ld, std::int64_t stride_c, double* c) {
    const double one = 1, zero = 0;
    return cublasDgemmStridedBatched_64(blas, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &one, numbers, ld,
                                        4, numbers + 20, 2, 4, &zero, c, 2, stride_c, 2);
  }

  static constexpr std::size_t bytes = 1000;
  cudaStream_t stream = nullptr;
  void* memory = nullptr;
  double* numbers = nullptr;
  double on_host[8] = {};
  cublasHandle_t blas = nullptr;
};

TEST_F(strictness, right_calls_break_nothing) {
  EXPECT_EQ(multiply(2, 4, numbers + 50), CUBLAS_STATUS_SUCCESS);
  EXPECT_EQ(cudaMemcpyAsync(numbers, on_host, 64, cudaMemcpyHostToDevice, stream), cudaSuccess);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  expect_rules(0);
}

TEST_F(strictness, first_uses_under_capture) {
  for (const std::size_t broken : {1, 0}) {
    if (broken) stand_in::forget_uses();
    cudaGraph_t graph = nullptr;
    cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
    multiply(2, 4, numbers + 50);
    expect_rules(broken, "first use under capture");
    cudaStreamEndCapture(stream, &graph);
    cudaGraphDestroy(graph);
  }
}

TEST_F(strictness, copies) {
  cudaMemcpyAsync(on_host, on_host + 4, 8, cudaMemcpyHostToDevice, stream);
  expect_rules(1, "not a pointer to device memory");
  cudaMemcpyAsync(numbers, numbers + 8, 8, cudaMemcpyHostToDevice, stream);
  expect_rules(1, "not host memory");
  cudaMemcpyAsync(numbers, numbers + 8, 8, cudaMemcpyDeviceToHost, stream);
  expect_rules(1, "not host memory");
  cudaMemcpyAsync(numbers, numbers + 1, 16, cudaMemcpyDeviceToDevice, stream);
  expect_rules(1, "overlaps");
  cudaMemcpyAsync(numbers, on_host, 64, cudaMemcpyHostToDevice, nullptr);
  expect_rules(1, "default stream");
  cudaMemsetAsync(numbers + 100, 0, 1000, stream);
  expect_rules(1, "past the end");
}

TEST_F(strictness, work_is_done_at_the_wait_and_not_before) {
  double source = 3;
  cudaMemcpyAsync(numbers, &source, 8, cudaMemcpyHostToDevice, stream);
  source = 4;  // too early
  double back = 0;
  cudaMemcpyAsync(&back, numbers, 8, cudaMemcpyDeviceToHost, stream);
  EXPECT_TRUE(std::isnan(back));
  cudaStreamSynchronize(stream);
  EXPECT_EQ(back, 4);
}

TEST_F(strictness, fresh_memory_is_poisoned) {
  double back = 0;
  cudaMemcpyAsync(&back, numbers + 10, 8, cudaMemcpyDeviceToHost, stream);
  cudaStreamSynchronize(stream);
  EXPECT_TRUE(std::isnan(back));
}

TEST_F(strictness, the_host_cannot_touch_device_memory) {
  EXPECT_DEATH(*static_cast<volatile double*>(numbers) = 1, "");
}

TEST_F(strictness, memory_and_streams_live_once) {
  EXPECT_EQ(cudaFree(on_host), cudaErrorInvalidValue);
  expect_rules(1, "not allocated");
  cudaStream_t gone = nullptr;
  cudaStreamCreateWithFlags(&gone, cudaStreamNonBlocking);
  cudaStreamDestroy(gone);
  cudaStreamSynchronize(gone);
  expect_rules(1, "does not exist");
  cudaStream_t blocking = nullptr;
  cudaStreamCreateWithFlags(&blocking, cudaStreamDefault);
  expect_rules(1, "waits for the default stream");
  cudaStreamDestroy(blocking);
}

TEST_F(strictness, devices) {
  cudaSetDevice(1);
  cudaMemsetAsync(numbers, 0, 8, stream);
  expect_rules(1, "another device");
  multiply(2, 4, numbers + 50);
  expect_rules(1, "another device");
  cudaSetDevice(0);
}

TEST_F(strictness, products) {
  multiply(1, 4, numbers + 50);
  expect_rules(1, "leading dimension");
  multiply(2, 3, numbers + 50);
  expect_rules(1, "stride");
  multiply(2, 4, numbers + 22);
  expect_rules(1, "overlaps");
  multiply(2, 4, on_host);
  expect_rules(1, "not a pointer to device memory");
  multiply(2, 4, numbers + 120);
  expect_rules(1, "past the end");
  const double one = 1;
  const auto solve = [&](std::int64_t ld, double* b) {
    return cublasDtrsm_v2_64(blas, CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_N,
                             CUBLAS_DIAG_UNIT, 2, 2, &one, numbers, ld, b, 2);
  };
  solve(1, numbers + 20);
  expect_rules(1, "leading dimension");
  solve(2, numbers + 2);
  expect_rules(1, "overlaps");
  cublasSetStream(blas, stream);  // takes the workspace away
  multiply(2, 4, numbers + 50);
  expect_rules(1, "workspace must be set");
  cublasSetMathMode(blas, CUBLAS_TF32_TENSOR_OP_MATH);
  expect_rules(1, "reduced precision");
}

TEST_F(strictness, transforms) {
  cufftHandle plan;
  cufftCreate(&plan);
  long long n = 4;
  std::size_t work = 0;
  cufftSetAutoAllocation(plan, 0);
  EXPECT_EQ(cufftMakePlanMany64(plan, 1, &n, nullptr, 2, 1, nullptr, 2, 1, CUFFT_D2Z, 2, &work),
            CUFFT_INVALID_VALUE);
  expect_rules(1, "embed");
  cufftMakePlanMany64(plan, 1, &n, &n, 2, 1, &n, 2, 1, CUFFT_D2Z, 2, &work);
  auto* out = reinterpret_cast<cufftDoubleComplex*>(numbers + 64);
  cufftExecD2Z(plan, numbers, out);
  expect_rules(1, "work area must be set");
  cufftSetStream(plan, stream);
  cufftSetWorkArea(plan, numbers + 32);
  expect_rules(0);
  cufftExecD2Z(plan, numbers, reinterpret_cast<cufftDoubleComplex*>(numbers + 2));
  expect_rules(1, "overlap");
  EXPECT_EQ(cufftExecD2Z(plan, numbers, out), CUFFT_SUCCESS);
  cufftExecZ2D(plan, out, numbers);
  expect_rules(1, "another kind");
  cufftDestroy(plan);
  cufftDestroy(plan);
  expect_rules(1, "no such plan");
}

TEST_F(strictness, factorisations) {
  cusolverDnHandle_t solver = nullptr;
  cusolverDnParams_t params = nullptr;
  cusolverDnCreate(&solver);
  cusolverDnCreateParams(&params);
  char host_work[40];
  int* info = reinterpret_cast<int*>(numbers + 120);
  const auto eigen = [&](std::size_t work, void* a) {
    return cusolverDnXsyevBatched(solver, params, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER,
                                  2, CUDA_R_64F, a, 2, CUDA_R_64F, numbers + 10, CUDA_R_64F,
                                  numbers + 32, work, host_work, sizeof host_work, info, 1);
  };
  eigen(40, numbers);
  expect_rules(1, "stream must be set");
  cusolverDnSetStream(solver, stream);
  eigen(39, numbers);
  expect_rules(1, "workspace size");
  eigen(40, on_host);
  expect_rules(1, "not a pointer to device memory");
  EXPECT_EQ(eigen(40, numbers), CUSOLVER_STATUS_SUCCESS);
  cudaStreamSynchronize(stream);  // on poisoned memory
  expect_rules(1, "NaN or Inf");
  auto* pivots = reinterpret_cast<std::int64_t*>(numbers + 110);
  const auto lu = [&](std::int64_t ld, std::int64_t* order) {
    return cusolverDnXgetrf(solver, params, 2, 2, CUDA_R_64F, numbers, ld, order, CUDA_R_64F,
                            numbers + 32, 200, host_work, sizeof host_work, info);
  };
  lu(1, pivots);
  expect_rules(1, "leading dimension");
  lu(2, nullptr);
  expect_rules(1, "not imitated");  // it would not pivot
  const auto cholesky = [&](cublasFillMode_t fill, std::size_t work) {
    return cusolverDnXpotrf(solver, params, fill, 2, CUDA_R_64F, numbers, 2, CUDA_R_64F,
                            numbers + 32, work, host_work, sizeof host_work, info);
  };
  cholesky(CUBLAS_FILL_MODE_UPPER, 200);
  expect_rules(1, "not imitated");
  cholesky(CUBLAS_FILL_MODE_LOWER, 100);
  expect_rules(1, "workspace size");
  cusolverDnDestroyParams(params);
  cusolverDnDestroy(solver);
  cusolverDnDestroy(solver);
  expect_rules(1, "no such handle");
}

}  // namespace
}  // namespace tubal::test
