// The smallest whole path: the product's host code launches a kernel, whose PTX runs.
#include <numeric>

#include "../cuda_stand_in/fixture.hpp"

namespace tubal::test {
namespace {

TEST(ptx_backend, an_elementwise_kernel) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  std::vector<double> values(600);
  std::iota(values.begin(), values.end(), 1.0);
  array<double, cuda> x(b, values), y(b, std::vector<double>(600));
  b.for_each(600, detail::transpose_tensor<double>{x.data(), y.data(), 20, 30, {}});
  const auto found = y.values();
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = 0; j < 30; ++j) EXPECT_EQ(found[j + 30 * i], values[i + 20 * j]);
}

TEST(ptx_backend, a_sum_over_blocks) {
  context<cuda> ctx;
  auto& b = *ctx.backend();
  const std::int64_t count = 10'000;
  array<double, cuda> x(b, std::vector<double>(count, 3.0)), y(b, std::vector<double>(count, 0.5)),
      sum(b, std::vector<double>(1));
  b.sum(count, detail::dot_term<double>{x.data(), y.data(), 1}, sum.data());
  EXPECT_EQ(sum.values()[0], 1.5 * count);
}

}  // namespace
}  // namespace tubal::test
