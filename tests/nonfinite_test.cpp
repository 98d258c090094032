// NaN, +Inf and -Inf in every argument of every operation that computes: a typed error, directly or
// at the next wait, and a context that works on.
#include <chrono>
#include <functional>

#include "reference_algebra.hpp"
#include "reference_recovery.hpp"
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
class nonfinite_test : public operator_test<T> {
 protected:
  using memory = std::vector<tensor<T, space>>;
  using operation = std::function<void(memory&)>;

  static half_spectrum_view<T, space> spectrum(const tensor<T, space>& x) {
    return {x.data(), x.shape()};
  }

  /// `inputs`: shapes of what `call` gets, filled with numbers. Each gets each bad value at its
  /// first, middle and last place; with fewer cases, each at one of them.
  void expect_errors(const char* name, const std::vector<shape>& inputs, const operation& call) {
    const auto make = [&] {
      memory all;
      for (std::size_t a = 0; a < inputs.size(); ++a)
        all.push_back(this->put(random_tensor(inputs[a], static_cast<unsigned>(a + 1))));
      return all;
    };
    const auto perform = [&](memory& all) {
      call(all);
      this->ctx().wait();
    };
    memory good = make();
    ASSERT_NO_THROW(perform(good)) << name;
    const auto start = std::chrono::steady_clock::now();
    const T bad_values[] = {this->nan, this->inf, -this->inf};
    for (std::size_t a = 0; a < inputs.size(); ++a)
      for (std::size_t b = 0; b < 3; ++b) {
        const T bad = bad_values[b];
        const std::size_t last = static_cast<std::size_t>(inputs[a].size()) - 1;
        for (std::size_t p = 0; p < 3; ++p) {
          if (fewer_cases() && p != b) continue;
          const std::size_t place = p * last / 2;
          memory all = make();
          std::vector<T> values = this->get(all[a]);
          values[place] = bad;
          all[a] = this->put(inputs[a], values);
          EXPECT_THROW(perform(all), nonfinite_error)
              << name << ", argument " << a << ", " << bad << " at " << place;
          // Reported once, then the context is as good as new.
          EXPECT_NO_THROW(this->ctx().wait()) << name;
          EXPECT_NO_THROW(perform(good)) << name;
        }
      }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    EXPECT_LT(taken.count(), 10) << name;
    const plain one = random_tensor({3, 2, 4}, 1), two = random_tensor({2, 3, 4}, 2);
    this->expect_ratio("t-product",
                       distance(tproduct(one, two),
                                this->get(tproduct(this->ctx(), this->put(one), this->put(two)))),
                       norm(one) * norm(two), std::string("after ") + name);
  }
};
TYPED_TEST_SUITE(nonfinite_test, precisions);

TYPED_TEST(nonfinite_test, products_and_norms) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  for (const std::int64_t k : {1, 4, 5, 97}) {
    const shape a{3, 2, k}, b{2, 3, k}, c{3, 3, k};
    tproduct_plan<T, space> product(ctx, a, b);
    gram_plan<T, space> square(ctx, a);
    auto out = this->poisoned(c);
    this->expect_errors("tproduct_plan", {a, b},
                        [&](auto& x) { product.execute(x[0], x[1], out); });
    this->expect_errors("tproduct", {a, b}, [&](auto& x) { tproduct(ctx, x[0], x[1]); });
    this->expect_errors("tproduct into", {a, b}, [&](auto& x) { tproduct(ctx, x[0], x[1], out); });
    this->expect_errors("gram_plan", {a}, [&](auto& x) { square.execute(x[0], out); });
    this->expect_errors("gram", {a}, [&](auto& x) { gram(ctx, x[0]); });
    this->expect_errors("inner_product", {a, a}, [&](auto& x) { inner_product(ctx, x[0], x[1]); });
    this->expect_errors("frobenius_norm", {a}, [&](auto& x) { frobenius_norm(ctx, x[0]); });
  }
}

TYPED_TEST(nonfinite_test, factorisations) {
  auto& ctx = this->ctx();
  std::vector<std::pair<std::int64_t, transform>> cases = {{4, transform::dft()},
                                                           {3, transform::dct()},
                                                           {5, transform::dft()},
                                                           {6, transform::dft({2, 3})}};
  if (fewer_cases()) cases.resize(1);
  for (const auto& [length, along] : cases) {
    const std::int64_t k = length;
    const transform t = along;
    const shape tall{3, 2, k}, square{3, 3, k};
    const auto definite = [&](tensor_view<const TypeParam, space> x) {
      return tproduct(ctx, x, x, {.op_a = op::transpose, .along = t});
    };
    this->expect_errors("svd", {tall}, [&](auto& x) { svd(ctx, x[0], {.along = t}); });
    this->expect_errors("full svd", {tall},
                        [&](auto& x) { svd(ctx, x[0], {.size = factor_size::full, .along = t}); });
    this->expect_errors("truncated_svd", {tall},
                        [&](auto& x) { truncated_svd(ctx, x[0], truncation::energy(0.5), t); });
    this->expect_errors("randomized_svd", {tall},
                        [&](auto& x) { randomized_svd(ctx, x[0], 1, {.along = t}); });
    this->expect_errors("qr", {tall}, [&](auto& x) { qr(ctx, x[0], factor_size::economy, t); });
    this->expect_errors("lq", {tall}, [&](auto& x) { lq(ctx, x[0], factor_size::full, t); });
    this->expect_errors("eigen", {square}, [&](auto& x) { eigen(ctx, x[0], t); });
    this->expect_errors("exponential", {square}, [&](auto& x) { exponential(ctx, x[0], t); });
    this->expect_errors("square_root", {tall},
                        [&](auto& x) { square_root(ctx, definite(x[0]), t); });
    this->expect_errors("cholesky", {square}, [&](auto& x) { cholesky(ctx, definite(x[0]), t); });
    this->expect_errors("lu", {tall}, [&](auto& x) { lu(ctx, x[0], t); });
    this->expect_errors("inverse", {square}, [&](auto& x) { inverse(ctx, x[0], t); });
    this->expect_errors("solve", {square, tall}, [&](auto& x) { solve(ctx, x[0], x[1], t); });
    this->expect_errors("pseudo_inverse", {tall},
                        [&](auto& x) { pseudo_inverse(ctx, x[0], {}, t); });
    this->expect_errors("least_squares", {tall, square},
                        [&](auto& x) { least_squares(ctx, x[0], x[1], {}, t); });
    this->expect_errors("polar", {tall}, [&](auto& x) { polar(ctx, x[0], t); });
    this->expect_errors("power", {square}, [&](auto& x) { power(ctx, x[0], 3, t); });
    this->expect_errors("shrink", {tall},
                        [&](auto& x) { shrink(ctx, x[0], shrinkage::soft_threshold, 0.5, t); });
    this->expect_errors("singular_values_of", {tall},
                        [&](auto& x) { singular_values_of(ctx, x[0], t); });
    this->expect_errors("singular_tubes", {tall}, [&](auto& x) { singular_tubes(ctx, x[0], t); });
    this->expect_errors("trace", {square}, [&](auto& x) { trace(ctx, x[0], t); });
    this->expect_errors("project", {tall, square}, [&](auto& x) { project(ctx, x[0], x[1], t); });
    this->expect_errors("principal_angles", {tall, tall},
                        [&](auto& x) { principal_angles(ctx, x[0], x[1], t); });
    this->expect_errors("coherence", {tall}, [&](auto& x) { coherence(ctx, x[0], t); });
    auto out = this->put(random_tensor(square, 3));
    const auto m = this->put(random_tensor({3, 2, k}, 4));
    tproduct_plan<TypeParam, space> add(ctx, tall, tall, {.op_b = op::transpose, .along = t});
    this->expect_errors("tproduct with beta", {square}, [&](auto& x) {
      copy(ctx, x[0], out);
      add.execute(m, m, out, 1, 1);
    });
    this->expect_errors("facewise_product", {tall, tall, square}, [&](auto& x) {
      facewise_product(ctx, x[0], x[1], x[2], op::none, op::transpose, 1, 1);
    });
  }
}

TYPED_TEST(nonfinite_test, transforms_and_packing) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  for (const std::int64_t k : {1, 2, 4, 5, 97}) {
    const shape s{3, 3, k}, packed{symmetric_dimension(3, k), 1, 1};
    tube_transform<T, space> transform(ctx, s);
    auto out = this->poisoned(s), out_packed = this->poisoned(packed);
    this->expect_errors("forward", {s},
                        [&](auto& x) { transform.forward(x[0], this->spectrum(out)); });
    this->expect_errors("inverse", {s},
                        [&](auto& x) { transform.inverse(this->spectrum(x[0]), out); });
    this->expect_errors("pack_symmetric", {s},
                        [&](auto& x) { pack_symmetric(ctx, this->spectrum(x[0]), out_packed); });
    this->expect_errors("unpack_symmetric", {packed},
                        [&](auto& x) { unpack_symmetric(ctx, x[0], this->spectrum(out)); });
  }
}

/// Each number of a tube alone: the imaginary ones have no part in slice 0.
TYPED_TEST(nonfinite_test, every_number_of_a_spectrum) {
  for (const std::int64_t k : {1, 2, 3, 4, 5, 8, 12, 16, 17, 97})
    for (const bool along_two : {false, true}) {
      if (along_two && k != 8 && k != 12) continue;
      const transform along = along_two ? transform::dft({4, k / 4}) : transform::dft();
      const shape s{1, 1, k};
      tube_transform<TypeParam, space> plan(this->ctx(), s, along);
      auto out = this->poisoned(s);
      for (std::int64_t bad = 0; bad < k; ++bad) {
        std::vector<TypeParam> values(static_cast<std::size_t>(k), 1);
        values[static_cast<std::size_t>(bad)] = this->nan;
        const auto spectrum = this->put(s, values);
        plan.inverse({spectrum.data(), plan.shape()}, out);
        EXPECT_THROW(this->ctx().wait(), nonfinite_error) << bad << " of " << along.name() << k;
      }
    }
}

TYPED_TEST(nonfinite_test, sensing) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const std::int64_t n = 3, k = 4, m = 5, dimension = symmetric_dimension(n, k);
  const shape x_shape{dimension, 1, 1}, y_shape{m, 1, 1}, tensors_shape{n, n, k * m};
  const auto a = packed_sensing<T, space>::gaussian(ctx, n, k, m, 1);
  auto x_out = this->poisoned(x_shape), y_out = this->poisoned(y_shape);
  auto tensor_out = this->poisoned({n, n, k});
  this->expect_errors("packed apply", {x_shape}, [&](auto& in) { a.apply(ctx, in[0], y_out); });
  this->expect_errors("packed adjoint", {y_shape}, [&](auto& in) { a.adjoint(ctx, in[0], x_out); });
  this->expect_errors("assign", {tensors_shape}, [&](auto& in) {
    packed_sensing<T, space> b(ctx, n, k, m);
    b.assign(ctx, 0, in[0]);
  });
  const auto tensors = this->put(random_tensor(tensors_shape, 1));
  const dense_sensing p(ctx, tensors, k);
  this->expect_errors("plain apply", {{n, n, k}}, [&](auto& in) { p.apply(ctx, in[0], y_out); });
  this->expect_errors("plain adjoint", {y_shape},
                      [&](auto& in) { p.adjoint(ctx, in[0], tensor_out); });
  this->expect_errors("plain tensors", {tensors_shape}, [&](auto& in) {
    const dense_sensing bad(ctx, in[0], k);
    bad.apply(ctx, this->put(random_tensor({n, n, k}, 2)), y_out);
  });
}

TYPED_TEST(nonfinite_test, recovery_and_monitor) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const std::int64_t n = 3, k = 4, m = 30;
  const auto a = packed_sensing<T, space>::gaussian(ctx, n, k, m, 1);
  for (const std::int64_t columns : {2, 5})
    this->expect_errors("recovery", {{m, 1, 1}, {n, columns, k}}, [&](auto& in) {
      recovery r(ctx, a, in[0], in[1], 1e-3);
      r.step();
    });
  const auto y = this->put(random_tensor({m, 1, 1}, 1));
  const auto initial = this->put(random_tensor({n, 2, k}, 2));
  this->expect_errors("monitor", {{n, 2, k}}, [&](auto& in) {
    // a truth that is symmetric but for the bad value
    const plain x = this->fetch(in[0]);
    recovery r(ctx, a, y, initial, 1e-3);
    monitor watch(r, this->put(tproduct(x, transpose(x))), {.tubal_rank = 2});
  });
}

TYPED_TEST(nonfinite_test, a_descent_that_left_the_range_has_no_factor) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto a = packed_sensing<T, space>::gaussian(ctx, 3, 4, 30, 1);
  const auto y = this->put(random_tensor({30, 1, 1}, 1));
  for (const std::int64_t columns : {2, 5}) {
    recovery r(ctx, a, y, this->put(random_tensor({3, columns, 4}, 2)), 1e3);
    for (int t = 0; t < 40; ++t) r.step();
    EXPECT_THROW(r.factor(), nonfinite_error);
    EXPECT_THROW(r.product(), nonfinite_error);
    EXPECT_NO_THROW(ctx.wait());
  }
}

TYPED_TEST(nonfinite_test, an_overflow_on_the_way_is_reported) {
  using T = TypeParam;
  const T large = std::numeric_limits<T>::max() / 2;
  const auto a = this->put({1, 1, 3}, {large, 1, 1});
  EXPECT_THROW(tproduct(this->ctx(), a, a), nonfinite_error);
  EXPECT_THROW(gram(this->ctx(), a), nonfinite_error);
  EXPECT_NO_THROW(this->ctx().wait());
  // The norm itself is in the range of double.
  EXPECT_NEAR(frobenius_norm(this->ctx(), a) / double(large), 1, 1e-6);
}

TYPED_TEST(nonfinite_test, moving_values_moves_all_of_them) {
  using T = TypeParam;
  auto& ctx = this->ctx();
  const auto x = this->put({1, 1, 3}, {this->nan, this->inf, -this->inf});
  auto y = this->put({1, 1, 3}, {0, 0, 0}), z = this->put({1, 1, 3}, {0, 0, 0});
  copy(ctx, x, y);
  transpose(ctx, x, z);
  const std::vector<T> copied = this->get(y), transposed = this->get(z);
  EXPECT_TRUE(std::isnan(copied[0]) && copied[1] == this->inf && copied[2] == -this->inf);
  EXPECT_TRUE(std::isnan(transposed[0]) && transposed[1] == -this->inf);
}

}  // namespace
}  // namespace tubal::test
