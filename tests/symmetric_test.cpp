// Packed coordinates of t-symmetric tensors: counting them, their layout, their scalar product.
#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using symmetric_test = operator_test<T>;
TYPED_TEST_SUITE(symmetric_test, precisions);

/// Rank of the span of some vectors, by elimination with full pivots.
int rank_of(std::vector<std::vector<double>> v) {
  for (int rank = 0;; ++rank) {
    std::size_t row = 0, col = 0;
    double largest = 0;
    for (std::size_t i = static_cast<std::size_t>(rank); i < v.size(); ++i)
      for (std::size_t j = 0; j < v[i].size(); ++j)
        if (std::abs(v[i][j]) > largest) largest = std::abs(v[i][j]), row = i, col = j;
    if (largest < 1e-9) return rank;
    std::swap(v[row], v[static_cast<std::size_t>(rank)]);
    const std::vector<double> pivot = v[static_cast<std::size_t>(rank)];
    for (std::size_t i = static_cast<std::size_t>(rank) + 1; i < v.size(); ++i) {
      const double factor = v[i][col] / pivot[col];
      for (std::size_t j = 0; j < pivot.size(); ++j) v[i][j] -= factor * pivot[j];
    }
  }
}

/// The tensor with one 1, at place e.
plain unit(shape s, std::int64_t e) {
  plain x(s);
  x.values[static_cast<std::size_t>(e)] = 1;
  return x;
}

TEST(symmetric_counts_test, by_hand) {
  EXPECT_EQ(symmetric_dimension(10, 4), 210);
  EXPECT_EQ(symmetric_dimension(3, 1), 6);
  EXPECT_EQ(symmetric_dimension(0, 5), 0);
  EXPECT_EQ(symmetric_dimension(1, 7), 4);  // a symmetric tube
  EXPECT_EQ(symmetric_degrees_of_freedom(10, 4, 2), 2 * 19 + 36);
  EXPECT_EQ(symmetric_degrees_of_freedom(10, 4, 10), 210);
  EXPECT_EQ(symmetric_degrees_of_freedom(10, 4, 0), 0);
}

TEST(symmetric_counts_test, are_ranks) {
  for (const std::int64_t n : {1, 2, 3})
    for (const std::int64_t k : {1, 2, 3, 4, 5}) {
      std::vector<std::vector<double>> symmetric;
      for (std::int64_t e = 0; e < n * n * k; ++e)
        symmetric.push_back(symmetric_part(unit({n, n, k}, e)).values);
      EXPECT_EQ(symmetric_dimension(n, k), rank_of(symmetric)) << n << " " << k;
      for (std::int64_t r = 0; r <= n; ++r) {
        // Tangents D * U^T + U * D^T at a generic factor.
        const plain u = random_tensor({n, r, k}, 9);
        std::vector<std::vector<double>> tangents;
        for (std::int64_t e = 0; e < n * r * k; ++e)
          tangents.push_back(symmetric_part(tproduct(unit(u.shape, e), transpose(u))).values);
        EXPECT_EQ(symmetric_degrees_of_freedom(n, k, r), rank_of(tangents))
            << n << " " << k << " " << r;
      }
    }
}

TYPED_TEST(symmetric_test, layout_by_hand) {
  using T = TypeParam;
  const auto near = [&](const std::vector<T>& found, const std::vector<double>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], 20 * this->eps * (1 + std::abs(expected[i]))) << i;
  };
  // k = 3: one complex slice (2, 3-4i; 3+4i, 5), one real slice (6, 7; 7, 8).
  const auto s3 = this->put_spectrum({2, 2, 3}, {2, 0, 3, 4, 3, -4, 5, 0, 6, 7, 7, 8});
  auto p3 = this->poisoned({7, 1, 1});
  pack_symmetric(this->ctx(), s3, p3);
  const double c = std::sqrt(2.0 / 3), r = std::sqrt(1.0 / 3), root2 = std::sqrt(2.0);
  near(this->get(p3), {2 * c, 3 * c * root2, 4 * c * root2, 5 * c, 6 * r, 7 * r * root2, 8 * r});
  auto back3 = this->put_spectrum({2, 2, 3}, this->get(this->poisoned({2, 2, 3})));
  unpack_symmetric(this->ctx(), p3, back3);
  near(this->get(back3), {2, 0, 3, 4, 3, -4, 5, 0, 6, 7, 7, 8});
  // k = 2: two real slices; only the symmetric part (1, 2.5; 2.5, 4) of the first one counts.
  const auto s2 = this->put_spectrum({2, 2, 2}, {1, 2, 3, 4, 5, 6, 6, 7});
  auto p2 = this->poisoned({6, 1, 1});
  pack_symmetric(this->ctx(), s2, p2);
  near(this->get(p2), {1 / root2, 2.5, 4 / root2, 5 / root2, 6, 7 / root2});
}

TYPED_TEST(symmetric_test, pack_keeps_scalar_products_and_unpack_inverts_it) {
  using T = TypeParam;
  unsigned seed = 1;
  for (const std::int64_t n : {0, 1, 2, 3, 5, 16, 17, 33})
    for (const std::int64_t k : {1, 2, 3, 4, 5, 8, 13, 64}) {
      if (n > 5 && k > 5) continue;
      const std::string where = to_string(shape{n, n, k});
      // <A, X> = pack(A) . pack(X) for t-symmetric X and any A
      const plain a = random_tensor({n, n, k}, seed++);
      const plain x = symmetric_part(random_tensor({n, n, k}, seed++));
      const std::int64_t size = symmetric_dimension(n, k);
      auto pa = this->poisoned({size, 1, 1}), px = this->poisoned({size, 1, 1});
      const auto ha = this->spectrum_of(a), hx = this->spectrum_of(x);
      const std::vector<T> before = this->get(ha);
      pack_symmetric(this->ctx(), ha, pa);
      pack_symmetric(this->ctx(), hx, px);
      EXPECT_EQ(this->get(ha), before) << "input changed";
      const double growth = std::log2(double(k)) + 1;
      this->expect_ratio("packed scalar product",
                         std::abs(inner_product(this->ctx(), pa, px) - dot(a, x)),
                         norm(a) * norm(x) * growth, where);
      this->expect_ratio("packed norm",
                         std::abs(frobenius_norm(this->ctx(), pa) - norm(symmetric_part(a))),
                         norm(a) * growth, where);
      // back: the symmetric part, Hermitian to the bit
      half_spectrum<T, space> h(this->ctx(), a.shape);
      unpack_symmetric(this->ctx(), pa, h);
      auto found = this->poisoned(a.shape);
      tube_transform<T, space>(this->ctx(), a.shape).inverse(h, found);
      this->expect_ratio("unpack", distance(symmetric_part(a), this->get(found)), norm(a) * growth,
                         where);
      const std::vector<T> spectrum = this->get(h);
      for (std::int64_t b = 0; b < slice_counts(k).complex; ++b)
        for (std::int64_t j = 0; j < n; ++j)
          for (std::int64_t i = 0; i < n; ++i) {
            const auto at = static_cast<std::size_t>(2 * (i + n * (j + n * b)));
            const auto mirrored = static_cast<std::size_t>(2 * (j + n * (i + n * b)));
            ASSERT_EQ(spectrum[at], spectrum[mirrored]);
            ASSERT_EQ(spectrum[at + 1], -spectrum[mirrored + 1]);
          }
      auto again = this->poisoned({size, 1, 1});
      pack_symmetric(this->ctx(), h, again);
      this->expect_ratio("pack of unpack", distance(this->fetch(pa), this->fetch(again)), norm(a),
                         where);
    }
}

}  // namespace
}  // namespace tubal::test
