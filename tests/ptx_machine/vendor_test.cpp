// Kernels of CUB and Thrust, which use what ours do not: shuffles, vector loads, other shapes.
#include <numeric>

#include "text_kernel.hpp"
#include "vendor_kernels.hpp"

namespace ptx {
namespace {

class vendor : public machine_test {
 protected:
  double* values(int count) {
    std::vector<double> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 1.0);
    void* data = nullptr;
    cudaMalloc(&data, numbers.size() * sizeof(double));
    put(data, numbers);
    return static_cast<double*>(data);
  }
};

TEST_F(vendor, cub_reduces) {
  for (const int count : {1, 1000, 100'000}) {  // one block, and two launches
    double* numbers = values(count);
    std::size_t bytes = 0;
    ASSERT_EQ(sum(nullptr, bytes, numbers, static_cast<double*>(out), count, stream), cudaSuccess);
    void* work = nullptr;
    cudaMalloc(&work, bytes);
    EXPECT_EQ(sum(work, bytes, numbers, static_cast<double*>(out), count, stream), cudaSuccess);
    EXPECT_EQ(get<double>(1)[0], 0.5 * count * (count + 1.0));
    cudaFree(work);
    cudaFree(numbers);
  }
}

TEST_F(vendor, thrust_transforms) {
  double* numbers = values(400);
  squares(numbers, static_cast<double*>(out), 400, stream);
  EXPECT_EQ(get<double>(400)[19], 400.0);
  cudaFree(numbers);
}

}  // namespace
}  // namespace ptx
