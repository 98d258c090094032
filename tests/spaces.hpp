// What a typed operator test runs over: both precisions, in the space of its executable.
#pragma once

#include <gtest/gtest.h>
#include <tubal/tubal.hpp>

#include <limits>
#include <memory>
#include <vector>

#include "fewer_cases.hpp"
#include "gpu_or_skip.hpp"
#include "ratios.hpp"
#include "reference.hpp"

namespace tubal::test {

using space = TUBAL_TEST_SPACE;

/// Base of typed tests: a context of the space, or a skip with the reason.
template <class T>
class operator_test : public testing::Test {
 protected:
  static constexpr double eps = std::numeric_limits<T>::epsilon() / 2;
  static constexpr bool is_double = sizeof(T) == 8;
  static constexpr double smallest_normal = std::numeric_limits<T>::min();
  static constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  static constexpr T inf = std::numeric_limits<T>::infinity();

  void SetUp() override {
    if constexpr (std::is_same_v<space, cuda>) {
      if (!gpu_or_skip()) return;
    }
    context_ = std::make_unique<context<space>>();
  }

  context<space>& ctx() { return *context_; }

  tensor<T, space> put(const plain& x) { return from_host(ctx(), x.shape, x.as<T>()); }
  tensor<T, space> put(tubal::shape s, const std::vector<T>& values) {
    return from_host(ctx(), s, values);
  }
  /// For outputs: whatever is not written stays NaN.
  tensor<T, space> poisoned(tubal::shape s) {
    return put(s, std::vector<T>(static_cast<std::size_t>(s.size()), nan));
  }
  std::vector<T> get(tensor_view<const T, space> x) { return to_host(ctx(), x); }
  std::vector<T> get(half_spectrum_view<const T, space> x) {
    return get(tensor_view<const T, space>(x.data(), x.shape()));
  }
  /// The values, as a reference computes with them.
  plain fetch(tensor_view<const T, space> x) {
    plain p(x.shape());
    const std::vector<T> values = get(x);
    p.values.assign(values.begin(), values.end());
    return p;
  }
  /// Random numbers around an eighth of the smallest normal one, as T holds them.
  static plain denormals(tubal::shape s, unsigned seed) {
    plain x = random_tensor(s, seed);
    for (double& v : x.values) v = static_cast<T>(v * (smallest_normal / 8));
    return x;
  }
  /// What they count as in a bound: they are rounded as the smallest normal number is.
  static double norm_of_denormals(tubal::shape s) {
    return smallest_normal * std::sqrt(static_cast<double>(s.size()));
  }

  half_spectrum<T, space> spectrum_of(const plain& x) {
    half_spectrum<T, space> s(ctx(), x.shape);
    tube_transform<T, space>(ctx(), x.shape).forward(put(x), s);
    ctx().wait();
    return s;
  }
  /// A spectrum with the given reals, in the layout of half_spectrum.hpp.
  half_spectrum<T, space> put_spectrum(tubal::shape s, const std::vector<T>& values) {
    half_spectrum<T, space> x(ctx(), s);
    copy(ctx(), put(s, values), tensor_view<T, space>(x.data(), s));
    ctx().wait();
    return x;
  }

  /// error / unit, in words of the type; see ratios.hpp. `unit` leaves out eps.
  void expect_ratio(const char* name, double error, double unit, const std::string& where = {}) {
    const std::string type = is_double ? ", double" : ", float";
    test::expect_ratio(name + type, error, eps * unit, where);
  }

 private:
  std::unique_ptr<context<space>> context_;
};

using precisions = testing::Types<float, double>;

}  // namespace tubal::test
