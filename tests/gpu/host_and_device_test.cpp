// The same seeds on the host and on the GPU: random tensors to the bit, results within rounding.
#include "gpu_test.hpp"

namespace tubal::test {
namespace {

template <class T>
class host_and_device : public gpu_test {
 protected:
  using values = std::vector<T>;
  /// `compute(context)` in both spaces.
  template <class Compute>
  std::pair<values, values> both(const Compute& compute) {
    return {compute(host_), compute(ctx())};
  }
  /// `times`: rounding errors of the type that the two may be apart, relative to the norm.
  template <class Compute>
  void expect_near(double times, const Compute& compute) {
    const auto [on_host, on_device] = both(compute);
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < on_host.size(); ++i) {
      difference += std::pow(double(on_host[i]) - double(on_device[i]), 2);
      norm += std::pow(double(on_host[i]), 2);
    }
    EXPECT_GT(norm, 0);
    EXPECT_LE(std::sqrt(difference / norm), times * std::numeric_limits<T>::epsilon());
  }

 private:
  context<host> host_;
};
using precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(host_and_device, precisions);

template <class T, class S>
tensor<T, S> normal(context<S>& c, shape s, std::uint64_t seed) {
  tensor<T, S> x(c, s);
  fill_normal(c, x, 1.0, seed);
  return x;
}

TYPED_TEST(host_and_device, random_numbers_have_the_same_bits) {
  using T = TypeParam;
  const auto [normal_here, normal_there] = this->both([](auto& c) {
    return to_host(c, normal<T>(c, {37, 11, 13}, 7));
  });
  EXPECT_TRUE(same_bits(normal_here, normal_there));
  const auto [uniform_here, uniform_there] = this->both([](auto& c) {
    auto x = normal<T>(c, {37, 11, 13}, 1);
    fill_uniform(c, x, 3.0, 8, random_stream::noise);
    return to_host(c, x);
  });
  EXPECT_TRUE(same_bits(uniform_here, uniform_there));
}

TYPED_TEST(host_and_device, products_agree) {
  using T = TypeParam;
  for (const std::int64_t k : {1, 4, 7, 16}) {
    SCOPED_TRACE(k);
    this->expect_near(30, [k](auto& c) {
      return to_host(c, tproduct(c, normal<T>(c, {9, 12, k}, 1), normal<T>(c, {12, 5, k}, 2)));
    });
    this->expect_near(30, [k](auto& c) {
      return to_host(c, gram(c, normal<T>(c, {9, 12, k}, 3)));
    });
  }
}

TYPED_TEST(host_and_device, recoveries_agree_after_200_iterations) {
  using T = TypeParam;
  this->expect_near(1000, [](auto& c) {
    const auto p = make_synthetic_problem<T>(c, {.factor_rank = 20, .init_scale = 0.1});
    recovery descent(c, p.sensing, p.measurements, p.initial_factor, 1e-2);
    descent.steps(200);
    return to_host(c, descent.product());
  });
}

}  // namespace
}  // namespace tubal::test
