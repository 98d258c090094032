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

/// Hermitian matrices with garbage above the diagonal, as rows of a larger array.
TYPED_TEST(primitives, eigenvalues_and_vectors) {
  using E = TypeParam;
  for (const std::int64_t n : {0, 1, 2, 17, 33})
    for (const vectors v : {vectors::skip, vectors::compute})
      for (const double scale : {1.0, 1e-18, 1e18}) {
        constexpr std::int64_t count = 3;
        const std::int64_t ld = n + 2, stride = ld * n + 5;
        auto a = random_values<E>(stride * count, 5);
        for (E& x : a) x *= static_cast<real_of<E>>(scale);
        for (std::int64_t s = 0; s < count; ++s)
          for (std::int64_t j = 0; j < n; ++j) {
            E& diagonal = a[static_cast<std::size_t>(s * stride + j * ld + j)];
            diagonal = entry<E>(std::real(diagonal), 0);
          }
        auto full = a;  // both triangles
        for (std::int64_t s = 0; s < count; ++s)
          for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < j; ++i)
              full[static_cast<std::size_t>(s * stride + j * ld + i)] =
                  conjugate(full[static_cast<std::size_t>(s * stride + i * ld + j)]);
        const array<E, cuda> da(this->gpu, a);
        const array<real_of<E>, cuda> dw(
            this->gpu, std::vector<real_of<E>>(static_cast<std::size_t>(n * count)));
        typename backend_of<cuda>::template eigen_plan<E> plan(this->gpu, n, count, v);
        plan.execute({da.data(), n, n, ld, stride, count}, dw.data());
        this->device.wait();
        const auto w = dw.values();
        const auto found = da.values();
        for (std::int64_t s = 0; s < count; ++s) {
          for (std::int64_t i = 1; i < n; ++i)
            EXPECT_LE(w[static_cast<std::size_t>(s * n + i - 1)],
                      w[static_cast<std::size_t>(s * n + i)]);
          if (v == vectors::skip || n == 0) continue;
          const batch<const E> matrix{full.data(), n, n, ld, stride, count};
          const batch<const E> basis{found.data(), n, n, ld, stride, count};
          auto left = product(matrix, false, basis, false, s);  // A V - V diag(w)
          double size = 0;
          for (std::int64_t e = 0; e < n * n; ++e) {
            E& x = left[static_cast<std::size_t>(e)];
            size = std::max<double>(size, std::abs(x));
            x -= basis.matrix(s)[e % n + e / n * ld] * w[static_cast<std::size_t>(s * n + e / n)];
          }
          EXPECT_LE(norm(left), 300 * static_cast<double>(n) * eps<E> * size) << n << " " << scale;
        }
      }
}

TYPED_TEST(primitives, singular_values_and_vectors) {
  using E = TypeParam;
  using R = real_of<E>;
  for (const auto& [rows, cols] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 3}, {1, 1}, {5, 5}, {7, 3}, {3, 7}, {32, 32}, {33, 33}, {40, 6}, {6, 40}})
    for (const vectors v : {vectors::skip, vectors::compute})
      for (const double scale : {1.0, 1e-18, 1e18}) {
        constexpr std::int64_t count = 3;
        const std::int64_t q = std::min(rows, cols);
        auto a = random_values<E>(rows * cols * count, 6);
        for (E& x : a) x *= static_cast<R>(scale);
        const array<E, cuda> da(this->gpu, a),
            du(this->gpu, std::vector<E>(static_cast<std::size_t>(rows * q * count))),
            dv(this->gpu, std::vector<E>(static_cast<std::size_t>(q * cols * count)));
        const array<R, cuda> ds(this->gpu, std::vector<R>(static_cast<std::size_t>(q * count)));
        typename backend_of<cuda>::template svd_plan<E> plan(this->gpu, rows, cols, count, v);
        auto moved = std::move(plan);
        moved.execute(contiguous(da.data(), rows, cols, count), ds.data(),
                      contiguous(du.data(), rows, q, count), contiguous(dv.data(), q, cols, count));
        this->device.wait();
        auto us = du.values();
        const auto vh = dv.values();
        const auto s = ds.values();
        for (std::int64_t b = 0; b < count; ++b) {
          for (std::int64_t i = 1; i < q; ++i)
            EXPECT_GE(s[static_cast<std::size_t>(b * q + i - 1)],
                      s[static_cast<std::size_t>(b * q + i)]);
          if (v == vectors::skip || q == 0) continue;
          const double size = s[static_cast<std::size_t>(b * q)];
          for (std::int64_t e = 0; e < rows * q; ++e)
            us[static_cast<std::size_t>(b * rows * q + e)] *=
                s[static_cast<std::size_t>(b * q + e / rows)];
          const auto back =
              product(on_host(us, rows, q, count), false, on_host(vh, q, cols, count), false, b);
          const std::vector<E> given(a.begin() + b * rows * cols,
                                     a.begin() + (b + 1) * rows * cols);
          EXPECT_LE(frobenius_distance(back, given),
                    300 * static_cast<double>(rows + cols) * eps<E> * size)
              << rows << " x " << cols;
          auto square =
              product(on_host(vh, q, cols, count), false, on_host(vh, q, cols, count), true, b);
          for (std::int64_t i = 0; i < q; ++i)
            square[static_cast<std::size_t>(i * (q + 1))] -= E(1);
          EXPECT_LE(norm(square), 300 * static_cast<double>(cols) * eps<E>);
        }
      }
}

/// NaN or Inf in one slice: NaN there, nothing else touched, no fault.
TYPED_TEST(primitives, nonfinite_slices) {
  using E = TypeParam;
  using R = real_of<E>;
  for (const std::int64_t n : {5, 40})
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      auto a = random_values<E>(n * n * 3, 8);
      a[static_cast<std::size_t>(n * n + n - 1)] = entry<E>(1, bad);  // last row, first column
      if constexpr (!detail::is_complex<E>)
        a[static_cast<std::size_t>(n * n + n - 1)] = static_cast<E>(bad);
      const array<E, cuda> d1(this->gpu, a), d2(this->gpu, a), d3(this->gpu, a), du(this->gpu, a),
          dv(this->gpu, a), dl(this->gpu, a);
      const array<R, cuda> w(this->gpu, std::vector<R>(static_cast<std::size_t>(3 * n))),
          s(this->gpu, std::vector<R>(static_cast<std::size_t>(3 * n)));
      const auto slices = [&](const array<E, cuda>& x) { return contiguous(x.data(), n, n, 3); };
      typename backend_of<cuda>::template eigen_plan<E>(this->gpu, n, 3, vectors::compute)
          .execute(slices(d1), w.data());
      typename backend_of<cuda>::template svd_plan<E>(this->gpu, n, n, 3, vectors::compute)
          .execute(slices(d2), s.data(), slices(du), slices(dv));
      typename backend_of<cuda>::template lq_plan<E>(this->gpu, n, n, 3)
          .execute(slices(d3), slices(dl));
      this->device.wait();
      for (const auto& values : {w.values(), s.values()})
        for (std::int64_t i = 0; i < 3 * n; ++i)
          EXPECT_EQ(std::isnan(values[static_cast<std::size_t>(i)]), i / n == 1);
      for (const auto& values : {d1.values(), du.values(), dv.values(), d3.values()})
        for (std::int64_t i = 0; i < 3 * n * n; ++i)
          EXPECT_EQ(std::isnan(std::real(values[static_cast<std::size_t>(i)])), i / n / n == 1);
      const auto l = dl.values();
      EXPECT_TRUE(std::isnan(std::real(l[static_cast<std::size_t>(n * n)])));
      EXPECT_FALSE(std::isnan(std::real(l[0])));
    }
}

TYPED_TEST(primitives, no_convergence_is_a_fault) {
  using E = TypeParam;
  using R = real_of<E>;
  for (const std::int64_t n : {4, 40})
    for (int which = 0; which < 2; ++which) {
      const array<E, cuda> a(this->gpu, random_values<E>(n * n * 3, 9));
      const array<R, cuda> values(this->gpu, std::vector<R>(static_cast<std::size_t>(3 * n)));
      stand_in::fail_convergence(2);
      if (which == 0)
        typename backend_of<cuda>::template eigen_plan<E>(this->gpu, n, 3, vectors::skip)
            .execute(contiguous(a.data(), n, n, 3), values.data());
      else
        typename backend_of<cuda>::template svd_plan<E>(this->gpu, n, n, 3, vectors::skip)
            .execute(contiguous(a.data(), n, n, 3), values.data(), {}, {});
      EXPECT_THROW(this->device.wait(), backend_error);
      EXPECT_NO_THROW(this->device.wait());
      const auto found = values.values();
      for (std::int64_t i = 0; i < 3 * n; ++i)
        EXPECT_EQ(std::isnan(found[static_cast<std::size_t>(i)]), i / n == 2);
    }
}

/// Whatever the order of threads between barriers, the bits are the same.
TYPED_TEST(primitives, small_factorisations_in_any_order_of_threads) {
  using E = TypeParam;
  constexpr std::int64_t n = 19, count = 3, size = n * n * count;
  auto definite = random_values<E>(size, 15);
  for (std::int64_t i = 0; i < n * count; ++i)
    definite[static_cast<std::size_t>(i * n + i % n)] = entry<E>(50, 0);
  const auto run = [&](bool backwards) {
    const array<E, cuda> lu(this->gpu, random_values<E>(size, 16)), l(this->gpu, definite),
        x(this->gpu, random_values<E>(size, 17)), q(this->gpu, random_values<E>(size, 18)),
        of_q(this->gpu, std::vector<E>(static_cast<std::size_t>(size)));
    const array<std::int64_t, cuda> order(this->gpu, std::vector<std::int64_t>(n * count));
    const auto slices = [&](const array<E, cuda>& a) { return contiguous(a.data(), n, n, count); };
    stand_in::run_backwards(backwards);
    typename backend_of<cuda>::template lu_plan<E>(this->gpu, n, n, count)
        .execute(slices(lu), order.data());
    typename backend_of<cuda>::template cholesky_plan<E>(this->gpu, n, count).execute(slices(l));
    this->gpu.template solve_triangular<E>(detail::triangle::lower, op::transpose,
                                           detail::diagonal::given, slices(l), slices(x));
    typename backend_of<cuda>::template lq_plan<E>(this->gpu, n, n, count)
        .execute(slices(q), slices(of_q));
    this->device.wait();
    stand_in::run_backwards(false);
    return std::tuple(lu.values(), order.values(), l.values(), x.values(), q.values(),
                      of_q.values());
  };
  EXPECT_EQ(run(true), run(false));
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
  for (const auto& [m, n] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 3}, {3, 0}, {1, 1}, {5, 40}, {40, 5}}) {
    const auto a = random_values<T>(m * n, 12), x = random_values<T>(n, 13),
               y = random_values<T>(m, 14);
    std::vector<T> residual(y.size()), z(x.size());
    typename backend_of<host>::template sensing_plan<T>(this->cpu, m, n)
        .execute(a.data(), x.data(), y.data(), residual.data(), z.data());
    const array<T, cuda> da(this->gpu, a), dx(this->gpu, x), dy(this->gpu, y),
        dr(this->gpu, std::vector<T>(y.size(), T(NAN))),
        dz(this->gpu, std::vector<T>(x.size(), T(NAN)));
    typename backend_of<cuda>::template sensing_plan<T> plan(this->gpu, m, n);
    EXPECT_EQ(plan.workspace_bytes(), 0u);
    plan.execute(da.data(), dx.data(), dy.data(), dr.data(), dz.data());
    EXPECT_LE(frobenius_distance(dr.values(), residual), 100 * eps<T> * (norm(residual) + 1));
    EXPECT_LE(frobenius_distance(dz.values(), z), 100 * eps<T> * (norm(z) + 1));
    EXPECT_EQ(dy.values(), y);
  }
}

}  // namespace
}  // namespace tubal::test
