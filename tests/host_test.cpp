// What the host back end promises beside the results: the same bits at any number of threads, in
// any company, and two transform engines that agree.
#include <gtest/gtest.h>
#include <tubal/tubal.hpp>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <thread>

#include "core/primitives/backend.hpp"
#include "host/dft_engine.hpp"
#include "host/memory.hpp"
#include "ratios.hpp"
#include "reference_recovery.hpp"

namespace tubal::test {
namespace {

template <class T>
class host_test : public testing::Test {
 protected:
  void SetUp() override {
    const auto d = context<host>{host::options{2}}.description();
    if (d.at("threads") != "2") GTEST_SKIP() << d.at("blas") << " is not safe for threads";
  }
};
using precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(host_test, precisions);

/// Bits, one after the other; NaN is a value like others.
class bits {
 public:
  template <class T>
  void add(const std::vector<T>& v) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + v.size() * sizeof(T));
    if (!v.empty()) std::memcpy(bytes_.data() + at, v.data(), v.size() * sizeof(T));
  }
  void add(const bits& other) { add(other.bytes_); }
  bool operator==(const bits&) const = default;

 private:
  std::vector<unsigned char> bytes_;
};

template <class T>
bits products(context<host>& ctx) {
  bits b;
  for (const std::int64_t k : {1, 4, 5, 97}) {  // enough work for threads in every part
    tensor<T, host> x(ctx, {70, 60, k}), y(ctx, {60, 300, k}), t(ctx, {60, 70, k});
    fill_normal(ctx, x, 1.0, 1);
    fill_normal(ctx, y, 1.0, 2);
    transpose(ctx, x, t);
    b.add(to_host(ctx, tproduct(ctx, x, y)));
    b.add(to_host(ctx, gram(ctx, x)));
    b.add(to_host(ctx, t));
    b.add(std::vector<double>{inner_product(ctx, x, x), frobenius_norm(ctx, y)});
  }
  return b;
}

/// A recovery with every measure, 200 steps; the matrix is large enough for several parts.
template <class T>
bits descent(context<host>& ctx, std::int64_t n, std::int64_t steps) {
  synthetic_options o;
  o.n = n;
  o.k = 3;
  o.measurements = 800;
  o.factor_rank = n + 7;
  o.noise = 0.01;
  o.init_scale = 1e-3;
  const auto p = make_synthetic_problem<T>(ctx, o);
  recovery r(ctx, p.sensing, p.measurements, p.initial_factor, 0.1);
  monitor watch(r, p.ground_truth, {.tubal_rank = 2});
  bits b;
  run_options options;
  options.iterations = steps;
  options.record_every = 20;
  run(r, watch, options, [&](const record& x) {
    b.add(std::vector<double>(x.values.begin(), x.values.end()));
    return true;
  });
  b.add(to_host(ctx, p.sensing.matrix()));
  b.add(to_host(ctx, r.factor()));
  b.add(to_host(ctx, r.product()));
  return b;
}

TYPED_TEST(host_test, same_bits_at_any_number_of_threads) {
  using T = TypeParam;
  context<host> alone{host::options{1}};
  const bits products_alone = products<T>(alone), descent_alone = descent<T>(alone, 26, 200);
  for (const int threads : {2, 4, 8}) {
    context<host> ctx{host::options{threads}};
    EXPECT_EQ(ctx.description().at("threads"), std::to_string(threads));
    EXPECT_TRUE(products<T>(ctx) == products_alone) << threads;
    EXPECT_TRUE(descent<T>(ctx, 26, 200) == descent_alone) << threads;
    EXPECT_TRUE(descent<T>(ctx, 26, 200) == descent_alone) << "and again, " << threads;
  }
}

/// Which thread adds what is decided by the sizes: the sums of all parts must be there.
TYPED_TEST(host_test, a_matrix_of_several_parts_is_the_formula) {
  using T = TypeParam;
  context<host> ctx{host::options{2}};
  const std::int64_t m = 1500, n = 400, most = 3;
  tensor<T, host> a(ctx, {n, m, 1}), x(ctx, {n, most, 1}), y(ctx, {m, most, 1});
  tensor<T, host> residual(ctx, y.shape()), z(ctx, x.shape());
  fill_normal(ctx, a, 1.0, 1);
  fill_normal(ctx, x, 1.0, 2);
  fill_normal(ctx, y, 1.0, 3);
  typename detail::backend<host>::template sensing_plan<T> plan(*ctx.backend(), m, n, most);
  for (const std::int64_t count : {std::int64_t{1}, most}) {
    plan.execute(a.data(), x.data(), y.data(), residual.data(), z.data(), count);
    std::vector<double> expected(static_cast<std::size_t>(n * count), 0.0);
    for (std::int64_t c = 0; c < count; ++c)
      for (std::int64_t i = 0; i < m; ++i) {  // z = A^T (A x - y), A by rows
        const T* row = a.data() + i * n;
        double r = -static_cast<double>(y.data()[c * m + i]);
        for (std::int64_t j = 0; j < n; ++j)
          r += static_cast<double>(row[j]) * double(x.data()[c * n + j]);
        for (std::int64_t j = 0; j < n; ++j)
          expected[static_cast<std::size_t>(c * n + j)] += static_cast<double>(row[j]) * r;
      }
    double error = 0, size = 0;
    for (std::size_t j = 0; j < expected.size(); ++j) {
      error = std::max(error, std::abs(double(z.data()[j]) - expected[j]));
      size = std::max(size, std::abs(expected[j]));
    }
    EXPECT_LE(error, 1000 * std::numeric_limits<T>::epsilon() * size) << count;
  }
}

/// One of many operations, and its data, as `draw` chooses.
template <class T>
void mixed_operation(context<host>& ctx, std::minstd_rand& draw, bits& b) {
  const auto size = [&](unsigned most) { return static_cast<std::int64_t>(1 + draw() % most); };
  const std::int64_t n = size(24), m = size(24), k = size(20);
  const auto random = [&](shape s) {
    tensor<T, host> x(ctx, s);
    fill_normal(ctx, x, 1.0, draw());
    return x;
  };
  const auto keep = [&](const auto&... x) { (b.add(to_host(ctx, x)), ...); };
  const auto a = random({n, m, k});
  const std::function<void()> operations[] = {
      [&] {
        keep(tproduct(ctx, a, random({m, n, k})));
      },
      [&] { keep(tproduct(ctx, a, a, {.op_b = op::transpose, .along = transform::dct()})); },
      [&] { keep(gram(ctx, a)); },
      [&] {
        const auto f = svd(ctx, a);
        keep(f.u, f.s, f.v);
      },
      [&] {
        const auto f = qr(ctx, a);
        keep(f.q, f.r);
      },
      [&] {
        const auto f = eigen(ctx, gram(ctx, a));
        keep(f.v, f.d);
      },
      [&] {
        const auto f = lu(ctx, a);
        keep(f.p, f.l, f.u);
      },
      [&] {
        keep(least_squares(ctx, a, random({n, 2, k})));
      },
      [&] { keep(shrink(ctx, a, shrinkage::soft_threshold, 1.0)); },
      [&] {
        b.add(std::vector{frobenius_norm(ctx, a), inner_product(ctx, a, a)});
      },
      [&] {
        b.add(std::vector{nuclear_norm(ctx, a), spectral_norm(ctx, a)});
      },
      [&] { b.add(descent<T>(ctx, 4 + n % 4, 20)); },
      [&] {
        const fast_transform_sensing<T, host> sensing(ctx, a.shape(), (a.size() + 1) / 2, draw());
        tubal::descent<T, host> d(ctx, sensing, random({sensing.measurements(), 1, 1}),
                                  {.method = descent_method::scaled, .factor_rank = 2});
        d.steps(5);
        keep(d.product());
      },
      [&] {
        const auto sensing = entry_mask<T, host>::random(ctx, a.shape(), 0.5, draw());
        if (sensing.measurements() == 0) return;
        nuclear_norm_recovery<T, host> r(ctx, sensing, random({sensing.measurements(), 1, 1}));
        for (int t = 0; t < 3; ++t) r.step();
        keep(r.feasible(), r.low_rank());
      }};
  operations[draw() % std::size(operations)]();
}

/// 40 operations a thread, or TUBAL_MIXED_OPERATIONS of them.
TYPED_TEST(host_test, contexts_in_several_threads_do_not_meet) {
  const char* const wanted = std::getenv("TUBAL_MIXED_OPERATIONS");
  const int operations = wanted ? std::atoi(wanted) : 40;
  const auto work = [&](int who) {
    context<host> ctx{host::options{who % 3 + 1}};
    std::minstd_rand draw(static_cast<unsigned>(who + 1));
    bits b;
    for (int i = 0; i < operations; ++i) mixed_operation<TypeParam>(ctx, draw, b);
    return b;
  };
  constexpr int count = 16;
  std::vector<bits> serial(count), together(count);
  for (int i = 0; i < count; ++i) serial[i] = work(i);
  std::atomic<int> ready = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      ++ready;
      while (ready < count) std::this_thread::yield();
      together[static_cast<std::size_t>(i)] = work(i);
    });
  for (std::thread& t : threads) t.join();
  for (int i = 0; i < count; ++i)
    EXPECT_TRUE(serial[static_cast<std::size_t>(i)] == together[static_cast<std::size_t>(i)]) << i;
}

TYPED_TEST(host_test, transform_engines_are_the_definition) {
  using T = TypeParam;
  using detail::host_vector;
  constexpr double eps = std::numeric_limits<T>::epsilon() / 2;
  for (const std::int64_t k : {1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 64, 97, 128, 257, 1021})
    for (const std::int64_t width : {1, 3, 65}) {
      const plain x = random_tensor({width, 1, k}, static_cast<unsigned>(k));
      std::map<std::string, std::unique_ptr<detail::dft_engine<T>>> engines;
      engines["direct"] = detail::make_direct_dft<T>(k);
#ifdef TUBAL_HAS_FFTW
      engines["FFTW"] = detail::make_fftw<T>(k, width);
#endif
      const std::int64_t complex_slices = (k - 1) / 2;
      const auto w = roots_of_unity(k);
      host_vector<T> reals(x.values.size()), spectrum(x.values.size());
      const detail::tube_block<T> block{reals.data(), spectrum.data(),
                                        spectrum.data() + 2 * complex_slices * width, width, width};
      const auto found = [&](std::int64_t f, std::int64_t i) -> std::complex<long double> {
        const auto at = static_cast<std::size_t>((f - 1) * width + i);
        if (f >= 1 && f <= complex_slices) return {spectrum[2 * at], spectrum[2 * at + 1]};
        return block.real_part[(f == 0 ? 0 : width) + i];
      };
      for (const auto& [name, engine] : engines) {
        host_vector<T> scratch(static_cast<std::size_t>(engine->scratch()));
        std::copy(x.values.begin(), x.values.end(), reals.begin());
        engine->forward(block, scratch.data());
        double error = 0;
        for (std::int64_t f = 0; f <= k / 2; ++f)
          for (std::int64_t i = 0; i < width; ++i) {
            std::complex<long double> sum = 0;
            for (std::int64_t l = 0; l < k; ++l)
              sum += static_cast<long double>(x(i, 0, l)) * w[static_cast<std::size_t>(f * l % k)];
            error += static_cast<double>(std::norm(sum - found(f, i)));
          }
        const double root = std::sqrt(double(k)),
                     growth = name == "direct" ? root : std::log2(k) + 1;
        const std::string where = "k = " + std::to_string(k);
        expect_ratio("engine " + name + ", forward", std::sqrt(error),
                     eps * growth * root * norm(x), where);
        engine->inverse(block, scratch.data());
        const std::vector<double> back(reals.begin(), reals.end());
        expect_ratio("engine " + name + ", round trip", distance(x, back), eps * growth * norm(x),
                     where);
      }
    }
}

}  // namespace
}  // namespace tubal::test
