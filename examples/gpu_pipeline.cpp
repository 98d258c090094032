// A GPU program with a stream, buffers and kernels of its own that uses the t-product in between,
// without a wait until its result is wanted. (Compiled as CUDA: it has kernels.)
//
//   C = A * B,  with A filled by one kernel and C summed by another
#include <cuda_runtime.h>
#include <tubal/tubal.hpp>

#include <cstdio>
#include <cstdlib>

namespace {

void check(cudaError_t status) {
  if (status == cudaSuccess) return;
  std::fprintf(stderr, "gpu_pipeline: %s\n", cudaGetErrorString(status));
  std::exit(1);
}

__global__ void fill(double* x, int size, double value) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += gridDim.x * blockDim.x)
    x[i] = value;
}

__global__ void add_up(const double* x, int size, double* sum) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += gridDim.x * blockDim.x)
    atomicAdd(sum, x[i]);
}

}  // namespace

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::puts("gpu_pipeline: no GPU here");
    return 77;  // "skipped" for CTest
  }

  // What the program has anyway: a stream and device memory.
  cudaStream_t stream;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  const tubal::shape sa{64, 32, 8}, sb{32, 48, 8}, sc{64, 48, 8};
  double *a, *b, *c, *sum;
  check(cudaMalloc(&a, sizeof(double) * sa.size()));
  check(cudaMalloc(&b, sizeof(double) * sb.size()));
  check(cudaMalloc(&c, sizeof(double) * sc.size()));
  check(cudaMalloc(&sum, sizeof(double)));

  {
    // tubal borrows the stream; a plan does all set-up here, once.
    tubal::context<tubal::cuda> ctx{stream};
    tubal::tproduct_plan<double, tubal::cuda> product(ctx, sa, sb);

    // The pipeline: everything is only enqueued.
    check(cudaMemsetAsync(sum, 0, sizeof(double), stream));
    fill<<<16, 256, 0, stream>>>(a, static_cast<int>(sa.size()), 0.5);
    fill<<<16, 256, 0, stream>>>(b, static_cast<int>(sb.size()), 2.0);
    product.execute({a, sa}, {b, sb}, {c, sc});
    add_up<<<16, 256, 0, stream>>>(c, static_cast<int>(sc.size()), sum);
    check(cudaGetLastError());

    // The first wait. It also reports a NaN or Inf that the product met.
    ctx.wait();
  }
  double found = 0;
  check(cudaMemcpy(&found, sum, sizeof found, cudaMemcpyDeviceToHost));
  const double expected = 0.5 * 2.0 * 32 * 8 * static_cast<double>(sc.size());
  std::printf("sum of A * B: %.6f, expected %.6f\n", found, expected);

  for (double* p : {a, b, c, sum}) check(cudaFree(p));
  check(cudaStreamDestroy(stream));
  return found > 0.999999 * expected && found < 1.000001 * expected ? 0 : 1;
}
