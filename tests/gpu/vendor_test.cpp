// What cuSOLVER does where it promises nothing. Neither is an error: gpu-check prints what was
// found.
#include "captured.hpp"
#include "core/primitives/backend.hpp"
#include "cuda/context.hpp"

namespace tubal::test {
namespace {

class vendor : public gpu_test {
 protected:
  template <class T>
  tensor<T, cuda> symmetric(std::int64_t n, std::int64_t k, std::uint64_t seed) {
    tensor<T, cuda> u(ctx(), {n, n, k});
    fill_normal<T, cuda>(ctx(), u, 1.0, seed);
    return gram(ctx(), u);
  }
};

/// Slices whose eigenvalues or singular values were not right, or took too long to be.
TEST_F(vendor, decompositions_made_again) {
  std::int64_t slices = 0;
  for (const std::int64_t n : {33, 64, 129, 256})
    for (const std::int64_t k : {1, 4}) {
      const auto a = symmetric<double>(n, k, 1);
      const auto b = symmetric<float>(n, k, 2);
      eigen(ctx(), a), eigen(ctx(), b);
      if (n <= 64) svd(ctx(), a), svd(ctx(), b);
      slices += (n <= 64 ? 4 : 2) * (k / 2 + 1);
    }
  const std::int64_t again = ctx().backend()->decomposed_again();
  std::printf("slices decomposed again: %lld of %lld\n", static_cast<long long>(again),
              static_cast<long long>(slices));
  EXPECT_LT(again, slices);
}

/// With the switch of kernel_choices: whether it may be thrown for good.
TEST_F(vendor, eigenvalues_in_a_capture) {
  ctx().backend()->internals().choices.vendor_eigen_in_captures = true;
  const std::int64_t n = 34;
  const auto a = symmetric<double>(n, 2, 3);
  eigen_plan<double, cuda> plan(ctx(), a.shape());
  auto v = plan.make_result(ctx(), 0), d = plan.make_result(ctx(), 1);
  const auto work = [&] { plan.execute(a, v, d); };
  work();
  const auto eager = to_host(ctx(), d);
  fill_normal<double, cuda>(ctx(), d, 0.0, 1);
  const char* found = "work";
  try {
    captured graph(stream(), work);
    graph.replay();
    if (!same_bits(to_host(ctx(), d), eager)) found = "are wrong";
    if (forbidden_nodes(graph) != 0) found = "leave nodes of the host";
  } catch (const error&) {
    found = "are refused";
  }
  std::printf("captured eigenvalues of cuSOLVER %s\n", found);
  EXPECT_NO_THROW(eigen(ctx(), a));
}

}  // namespace
}  // namespace tubal::test
