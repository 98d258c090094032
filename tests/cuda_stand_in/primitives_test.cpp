// Each primitive of the CUDA back end, on the stand-in, against its definition and the host's.
#include <algorithm>

#include "fixture.hpp"

namespace tubal::test {
namespace {

template <class E>
class primitives : public testing::Test {
 protected:
  context<cuda> device{};
  context<host> main{host::options{1}};
  backend_of<cuda>& gpu = *device.backend();
  backend_of<host>& cpu = *main.backend();
};
using elements = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(primitives, elements);

template <class E>
batch<const E> on_host(const std::vector<E>& values, std::int64_t rows, std::int64_t cols,
                       std::int64_t count) {
  return contiguous(values.data(), rows, cols, count);
}

TYPED_TEST(primitives, products_of_every_kind) {
  using E = TypeParam;
  constexpr std::int64_t m = 5, n = 4, count = 3;
  for (const std::int64_t k : {0, 1, 7})
    for (const op oa : {op::none, op::transpose})
      for (const op ob : {op::none, op::transpose}) {
        const bool ta = oa == op::transpose, tb = ob == op::transpose;
        const auto a = random_values<E>(m * k * count, 1), b = random_values<E>(k * n * count, 2),
                   c = random_values<E>(m * n * count, 3);
        const array<E, cuda> da(this->gpu, a), db(this->gpu, b);
        const auto ba = on_host(a, ta ? k : m, ta ? m : k, count);
        const auto bb = on_host(b, tb ? n : k, tb ? k : n, count);
        for (const E beta : {entry<E>(0, 0), entry<E>(2, -1)}) {
          array<E, cuda> dc(this->gpu, c);
          if (beta == E(0)) dc.set(std::vector<E>(c.size(), entry<E>(NAN, NAN)));  // not read
          const E alpha = entry<E>(0.5, 3);
          batch<const E> ga = ba, gb = bb;
          ga.data = da.data();
          gb.data = db.data();
          this->gpu.template gemm<E>(oa, ob, alpha, ga, gb, beta,
                                     contiguous(dc.data(), m, n, count));
          const auto found = dc.values();
          for (std::int64_t s = 0; s < count; ++s) {
            auto expected = product(ba, ta, bb, tb, s);
            for (std::int64_t e = 0; e < m * n; ++e) {
              const auto at = static_cast<std::size_t>(s * m * n + e);
              expected[static_cast<std::size_t>(e)] =
                  alpha * expected[static_cast<std::size_t>(e)] + beta * c[at];
              EXPECT_LE(std::abs(found[at] - expected[static_cast<std::size_t>(e)]), 1000 * eps<E>);
            }
          }
        }
      }
}

TYPED_TEST(primitives, gram_small_and_large) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 9, 513})
    for (const std::int64_t k : {0, 3}) {
      const auto u = random_values<E>(n * k * 2, 4);
      const array<E, cuda> du(this->gpu, u),
          dx(this->gpu, std::vector<E>(static_cast<std::size_t>(n * n * 2), entry<E>(NAN, 0)));
      this->gpu.template gram<E>(contiguous<const E>(du.data(), n, k, 2),
                                 contiguous(dx.data(), n, n, 2));
      const auto x = dx.values();
      for (std::int64_t s = 0; s < 2; ++s) {
        const auto expected = product(on_host(u, n, k, 2), false, on_host(u, n, k, 2), true, s);
        for (std::int64_t j = 0; j < n; ++j)
          for (std::int64_t i = j; i < n; ++i)
            ASSERT_LE(std::abs(x[static_cast<std::size_t>(s * n * n + i + j * n)] -
                               expected[static_cast<std::size_t>(i + j * n)]),
                      1000 * eps<E>);
      }
    }
}

template <class T>
class real_primitives : public primitives<T> {};
using reals = testing::Types<float, double>;
TYPED_TEST_SUITE(real_primitives, reals);

TYPED_TEST(real_primitives, transforms_agree_with_the_host) {
  using T = TypeParam;
  std::vector<std::int64_t> lengths = {1,  2,  3,  4,  5,  7,  8,   13,  16,
                                       17, 31, 32, 33, 64, 97, 101, 128, 257};
  if (!std::is_same_v<T, float>) lengths.insert(lengths.end(), {857, 1021, 4099});
  for (const std::int64_t k : lengths)
    for (const std::int64_t tubes : {0, 1, 6}) {
      if (k > 200 && tubes > 1) continue;  // slow: sums as in the definition
      typename backend_of<cuda>::template transform_plan<T> plan(this->gpu, tubes, k);
      typename backend_of<host>::template transform_plan<T> reference(this->cpu, tubes, k);
      for (unsigned round = 0; round < 3; ++round) {
        const auto x = random_values<T>(tubes * k, round);
        std::vector<T> expected(x.size());
        reference.forward(x.data(), expected.data());
        const array<T, cuda> dx(this->gpu, x), ds(this->gpu, std::vector<T>(x.size(), T(NAN)));
        plan.forward(dx.data(), ds.data());
        const double allowed = 30 * eps<T> * (norm(expected) + 1e-300) * std::log2(2.0 * k);
        EXPECT_LE(frobenius_distance(ds.values(), expected), allowed) << k;
        EXPECT_EQ(dx.values(), x) << "input changed";
        const auto spectrum = ds.values();
        dx.data();
        array<T, cuda> back(this->gpu, std::vector<T>(x.size(), T(NAN)));
        plan.inverse(ds.data(), back.data());
        EXPECT_LE(frobenius_distance(back.values(), x), allowed) << k;
        EXPECT_EQ(ds.values(), spectrum) << "input changed";
      }
    }
}

TYPED_TEST(real_primitives, random_numbers_have_the_bits_of_the_host) {
  using T = TypeParam;
  const auto filled = [&](auto& b, auto space) {
    array<T, decltype(space)> x(b, std::vector<T>(70000));
    b.for_each(70000, detail::fill_random<T, detail::normal>{x.data(), 0.7, {123456789012345, 2}});
    return x.values();
  };
  EXPECT_EQ(filled(this->gpu, cuda()), filled(this->cpu, host()));
}

TYPED_TEST(real_primitives, sums) {
  using T = TypeParam;
  for (const std::int64_t n : {0, 1, 255, 256, 257, 2048, 2049, 100000, 2100000}) {
    if (n > 1000000 && sizeof(T) == sizeof(float)) continue;  // slow
    std::vector<T> values(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(std::sqrt(i % 1000));
    const array<T, cuda> a(this->gpu, values);
    const array<double, cuda> sum(this->gpu, std::vector<double>{100.0});
    long double expected = 0;
    for (const T x : values) {
      expected += static_cast<long double>(x) * static_cast<long double>(x) * 4;
    }
    const detail::dot_term<T> term{a.data(), a.data(), 2};
    this->gpu.sum(n, term, sum.data());
    const double once = sum.values()[0];
    EXPECT_NEAR(once, static_cast<double>(expected), 1e-14 * static_cast<double>(expected)) << n;
    this->gpu.sum(n, term, sum.data(), true);
    EXPECT_EQ(sum.values()[0], 2 * once);
    stand_in::run_backwards(true);
    this->gpu.sum(n, term, sum.data());
    EXPECT_EQ(sum.values()[0], once) << "the order of threads shows";
    stand_in::run_backwards(false);
  }
}

TYPED_TEST(real_primitives, sensing) {
  using T = TypeParam;
  const auto expect = [&]<class Stored>(std::type_identity<Stored>, std::int64_t m, std::int64_t n,
                                        std::int64_t count) {
    const auto a = random_values<Stored>(m * n, 12);
    const auto x = random_values<T>(n * count, 13), y = random_values<T>(m * count, 14);
    std::vector<T> residual(y.size()), z(x.size());
    typename backend_of<host>::template sensing_plan<T, Stored>(this->cpu, m, n, count)
        .execute(a.data(), x.data(), y.data(), residual.data(), z.data(), count);
    const array<Stored, cuda> da(this->gpu, a);
    const array<T, cuda> dx(this->gpu, x), dy(this->gpu, y),
        dr(this->gpu, std::vector<T>(y.size(), T(NAN))),
        dz(this->gpu, std::vector<T>(x.size(), T(NAN)));
    typename backend_of<cuda>::template sensing_plan<T, Stored> plan(this->gpu, m, n, count);
    if (sizeof(T) == sizeof(Stored)) {
      EXPECT_EQ(plan.workspace_bytes(), 0u);
    }
    plan.execute(da.data(), dx.data(), dy.data(), dr.data(), dz.data(), count);
    EXPECT_LE(frobenius_distance(dr.values(), residual), 100 * eps<T> * (norm(residual) + 1));
    EXPECT_LE(frobenius_distance(dz.values(), z), 100 * eps<T> * (norm(z) + 1));
    EXPECT_EQ(dy.values(), y);
  };
  for (const auto& [m, n] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 3}, {3, 0}, {1, 1}, {5, 40}, {40, 5}})
    for (const std::int64_t count : {1, 3}) {
      expect(std::type_identity<T>(), m, n, count);
      if constexpr (sizeof(T) == 8) expect(std::type_identity<float>(), m, n, count);
    }
}

}  // namespace
}  // namespace tubal::test
