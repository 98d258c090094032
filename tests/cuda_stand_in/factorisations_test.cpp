// What only the stand-in can do to the factorisations of the CUDA back end: vendors that fail,
// threads in another order.
#include "cuda/context.hpp"
#include "fixture.hpp"
#include "message_of.hpp"

namespace tubal::test {
namespace {

using stand_in::spoiled;

template <class E>
class factorisations : public testing::Test {
 protected:
  using R = real_of<E>;
  static constexpr std::int64_t count = 3;

  struct result {
    std::vector<R> values;
    std::vector<E> first, second;
    bool operator==(const result&) const = default;
  };
  /// Of the same matrices each time.
  result decompose(bool eigen, std::int64_t n, vectors v) {
    const std::int64_t size = n * n * count;
    const array<E, cuda> a(gpu, random_values<E>(size, 9)), u(gpu, random_values<E>(size, 10)),
        vh(gpu, random_values<E>(size, 11));
    const array<R, cuda> values(gpu, std::vector<R>(static_cast<std::size_t>(n * count)));
    const auto slices = [&](const array<E, cuda>& x) { return contiguous(x.data(), n, n, count); };
    if (eigen)
      typename backend_of<cuda>::template eigen_plan<E>(gpu, n, count, v)
          .execute(slices(a), values.data());
    else
      typename backend_of<cuda>::template svd_plan<E>(gpu, n, n, count, v)
          .execute(slices(a), values.data(), slices(u), slices(vh));
    device.wait();
    if (v == vectors::skip) return {values.values(), {}, {}};
    return {values.values(), eigen ? a.values() : u.values(),
            eigen ? std::vector<E>{} : vh.values()};
  }
  /// Slices, since the context was made.
  std::int64_t done_again() { return gpu.decomposed_again(); }
  /// Values alike; the projections on them not looked at, since vectors have no unique phase.
  static void expect_alike(const result& found, const result& expected) {
    double size = 0;
    for (const R x : expected.values) size = std::max<double>(size, std::abs(x));
    for (std::size_t i = 0; i < expected.values.size(); ++i)
      EXPECT_LE(std::abs(found.values[i] - expected.values[i]), 300 * eps<E> * size) << i;
  }

  context<cuda> device{};
  backend_of<cuda>& gpu = *device.backend();
};
using elements = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(factorisations, elements);

constexpr std::int64_t beyond_small = 34;

/// The vendor's result of one slice is wrong: it is done again, the others are the vendor's.
TYPED_TEST(factorisations, wrong_results_of_a_vendor_are_done_again) {
  for (const bool eigen : {true, false})
    for (const vectors v : {vectors::compute, vectors::skip}) {
      const auto expected = this->decompose(eigen, beyond_small, v);
      for (const spoiled how : {spoiled::info, spoiled::value, spoiled::vector, spoiled::nan}) {
        if (how == spoiled::vector && v == vectors::skip) continue;
        stand_in::spoil_matrix(1, how);
        const std::int64_t before = this->done_again();
        const auto found = this->decompose(eigen, beyond_small, v);
        EXPECT_TRUE(stand_in::happened());
        EXPECT_EQ(this->done_again() - before, 1);
        this->expect_alike(found, expected);
        constexpr auto size = static_cast<std::ptrdiff_t>(beyond_small * beyond_small);
        if (v == vectors::skip) continue;
        EXPECT_NE(found.first, expected.first) << "nothing was wrong";
        EXPECT_TRUE(
            std::equal(found.first.begin(), found.first.begin() + size, expected.first.begin()));
        EXPECT_TRUE(std::equal(found.first.begin() + 2 * size, found.first.end(),
                               expected.first.begin() + 2 * size));
      }
    }
}

/// Nor do rotations come to an end: NaN in that slice, and a fault that names it.
TYPED_TEST(factorisations, no_convergence_is_a_fault) {
  constexpr bool complex = detail::is_complex<TypeParam>;
  const std::string first = complex ? "complex slice 1" : "real slice 0",
                    last = complex ? "complex slice 3" : "real slice 2";
  auto& sweeps = this->gpu.internals().choices.jacobi_sweeps;
  for (const bool eigen : {true, false})
    for (const std::int64_t n : {std::int64_t{4}, beyond_small}) {
      sweeps = 1;
      if (n == beyond_small) stand_in::spoil_matrix(2, spoiled::info);
      const std::string text =
          message_of<backend_error>([&] { this->decompose(eigen, n, vectors::compute); });
      EXPECT_EQ(text, std::string(eigen ? "the eigen" : "the singular value ") +
                          "decomposition of " + (n == beyond_small ? last : first) +
                          " did not converge");
      EXPECT_NO_THROW(this->device.wait());
      sweeps = detail::most_sweeps;
      stand_in::no_failures();
      EXPECT_NO_THROW(this->decompose(eigen, n, vectors::compute));
    }
}

/// Of several slices that fail the first is named, in whatever order their blocks come.
TYPED_TEST(factorisations, faults_name_the_first_slice) {
  using E = TypeParam;
  for (const std::int64_t n : {std::int64_t{4}, beyond_small})
    for (const bool backwards : {false, true}) {
      const array<E, cuda> a(this->gpu, std::vector<E>(static_cast<std::size_t>(n * n * 3)));
      stand_in::run_backwards(backwards);
      typename backend_of<cuda>::template cholesky_plan<E>(this->gpu, n, 3)
          .execute(contiguous(a.data(), n, n, 3));
      const std::string text = message_of<numerical_error>([&] { this->device.wait(); });
      stand_in::run_backwards(false);
      EXPECT_EQ(text, std::string("cholesky: ") +
                          (detail::is_complex<E> ? "complex slice 1" : "real slice 0") +
                          " of a is not positive definite");
    }
}

/// What rounding leaves of imaginary parts on a diagonal does not reach a vendor, nor what is
/// mirrored.
TYPED_TEST(factorisations, diagonals_are_real) {
  using E = TypeParam;
  if constexpr (detail::is_complex<E>) {
    constexpr std::int64_t n = 5;
    std::vector<E> values = random_values<E>(n * n, 1);
    const array<E, cuda> a(this->gpu, values), b(this->gpu, values);
    const array<double, cuda> scale(this->gpu, std::vector<double>(1));
    const auto slice = [](const array<E, cuda>& x) { return contiguous(x.data(), n, n, 1); };
    for (const detail::staged how : {detail::staged::lower, detail::staged::hermitian}) {
      detail::stage_slices(this->gpu.internals().stream, slice(a), how, b.data(), scale.data());
      for (std::int64_t i = 0; i < n; ++i)
        EXPECT_EQ(b.values()[static_cast<std::size_t>(i * (n + 1))].imag(), 0);
    }
    this->gpu.for_each(n * n, detail::mirror_lower<E>{slice(a), slice(b)});
    for (std::int64_t i = 0; i < n; ++i)
      EXPECT_EQ(b.values()[static_cast<std::size_t>(i * (n + 1))].imag(), 0);
  }
}

/// Few sweeps are enough.
TYPED_TEST(factorisations, converge_fast) {
  this->gpu.internals().choices.jacobi_sweeps = 12;
  for (const bool eigen : {true, false})
    for (const std::int64_t n : {2, 7, 32}) {
      if (n > 7 && sizeof(TypeParam) != 8) continue;  // slow
      EXPECT_NO_THROW(this->decompose(eigen, n, vectors::skip)) << n;
    }
}

TYPED_TEST(factorisations, may_be_given_other_memory_than_they_leave) {
  // fresh memory is NaN: without vectors, nothing but the values is looked at
  for (const bool eigen : {true, false})
    for (const std::int64_t n : {std::int64_t{5}, beyond_small}) {
      const auto with = this->decompose(eigen, n, vectors::compute);
      this->expect_alike(this->decompose(eigen, n, vectors::skip), with);
    }
}

/// Sizes of workspaces that have overflowed are errors of the argument, before anything is
/// allocated.
TYPED_TEST(factorisations, slices_that_a_vendor_cannot_count_are_refused) {
  using plan = typename backend_of<cuda>::template lq_plan<TypeParam>;
  const auto before = stand_in::now();
  const auto refused = [&](std::int64_t rows, std::int64_t cols) {
    return message_of<argument_error>([&] { plan(this->gpu, rows, cols, 1); });
  };
  EXPECT_EQ(refused(37, 58'720'256),
            "cusolverDnXgeqrf failed: 2172649472 does not fit the 32 bits that it counts with; "
            "sizes 58720256 x 37");
  EXPECT_EQ(refused(34, 16'777'217),
            "cusolverDnOrgqr failed: -16777217 does not fit the 32 bits that it counts with; sizes "
            "16777217 x 34");
  const detail::call made{"a query", {2, 3}};
  EXPECT_EQ(
      message_of<argument_error>([&] { detail::require_possible(1ul << 60, made); }),
      "a query failed: it asks for 1152921504606846976 bytes; the slices are too large for it; "
      "sizes 2 x 3");
  EXPECT_EQ(stand_in::now().bytes, before.bytes);
}

/// Whatever the order of threads between barriers, the bits are the same.
TYPED_TEST(factorisations, small_ones_in_any_order_of_threads) {
  using E = TypeParam;
  constexpr std::int64_t n = 19, size = n * n * TestFixture::count;
  auto definite = random_values<E>(size, 15);
  for (std::int64_t i = 0; i < n * this->count; ++i)
    definite[static_cast<std::size_t>(i * n + i % n)] = entry<E>(50, 0);
  const auto run = [&](bool backwards) {
    const array<E, cuda> lu(this->gpu, random_values<E>(size, 16)), l(this->gpu, definite),
        x(this->gpu, random_values<E>(size, 17)), q(this->gpu, random_values<E>(size, 18)),
        of_q(this->gpu, std::vector<E>(static_cast<std::size_t>(size)));
    const array<std::int64_t, cuda> order(this->gpu, std::vector<std::int64_t>(n * this->count));
    const auto slices = [&](const array<E, cuda>& a) {
      return contiguous(a.data(), n, n, this->count);
    };
    stand_in::run_backwards(backwards);
    typename backend_of<cuda>::template lu_plan<E>(this->gpu, n, n, this->count)
        .execute(slices(lu), order.data());
    typename backend_of<cuda>::template cholesky_plan<E>(this->gpu, n, this->count)
        .execute(slices(l));
    this->gpu.template solve_triangular<E>(detail::triangle::lower, op::transpose,
                                           detail::diagonal::given, slices(l), slices(x));
    typename backend_of<cuda>::template lq_plan<E>(this->gpu, n, n, this->count)
        .execute(slices(q), slices(of_q));
    this->device.wait();
    auto decompositions = std::pair(this->decompose(true, n, vectors::compute),
                                    this->decompose(false, n, vectors::compute));
    stand_in::run_backwards(false);
    return std::tuple(lu.values(), order.values(), l.values(), x.values(), q.values(),
                      of_q.values(), std::move(decompositions));
  };
  EXPECT_EQ(run(true), run(false));
}

}  // namespace
}  // namespace tubal::test
