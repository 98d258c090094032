// Eigenvalues and functions of t-symmetric tensors.
#include "message_of.hpp"
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

template <class T>
class eigen_test : public algebra_test<T> {
 protected:
  static plain symmetric(const plain& a, const transform& along) {
    plain s = plus(a, 1, transpose(a, along));
    for (double& v : s.values) v = static_cast<float>(v / 2);
    return s;
  }
};
TYPED_TEST_SUITE(eigen_test, precisions);

TYPED_TEST(eigen_test, by_hand) {
  // The tube (1, 2) has slices 3 and -1.
  const auto f = eigen(this->ctx(), this->put({1, 1, 2}, {1, 2}));
  const auto d = this->get(f.d);
  EXPECT_NEAR(d[0], 1, 10 * this->eps);
  EXPECT_NEAR(d[1], 2, 10 * this->eps);
  // diag(1, 2): descending
  const auto e = this->get(eigen(this->ctx(), this->put({2, 2, 1}, {1, 0, 0, 2})).d);
  EXPECT_NEAR(e[0], 2, 10 * this->eps);
  EXPECT_NEAR(e[3], 1, 10 * this->eps);
}

TYPED_TEST(eigen_test, decomposition) {
  using T = TypeParam;
  for (const algebra_case& c : algebra_cases(true)) {
    const plain s = this->symmetric(this->data(c), c.along);
    const auto da = this->put(s);
    const auto f = eigen(this->ctx(), da, c.along);
    const plain v = this->fetch(f.v), d = this->fetch(f.d);
    this->expect_close("eigen, residual", s,
                       product(product(v, d, c.along), transpose(v, c.along), c.along), norm(s), c);
    this->expect_orthonormal("eigen, V", v, c);
    this->expect_diagonal(d, c.where());
    const auto diagonals = this->slice_diagonals(d, c.along);
    for (const auto& slice : diagonals)
      for (std::size_t i = 1; i < slice.size(); ++i)
        EXPECT_LE(slice[i].real(), slice[i - 1].real() + 100 * this->eps * norm(s) * c.size())
            << c.where();
    EXPECT_EQ(this->get(da), s.as<T>()) << "input changed";
  }
}

TYPED_TEST(eigen_test, uses_the_symmetric_part) {
  const algebra_case c{{4, 4, 6}, {}};
  const plain a = this->data(c), s = symmetric_part(a);
  const auto one = eigen(this->ctx(), this->put(a));
  const plain v = this->fetch(one.v), d = this->fetch(one.d);
  this->expect_close("eigen, residual", s, product(product(v, d, {}), transpose(v), {}), norm(a),
                     c);
}

TYPED_TEST(eigen_test, exponential_is_its_series) {
  for (const std::int64_t k : {1, 2, 4, 5, 6})
    for (const transform& t : transforms_for(k)) {
      const algebra_case c{{3, 3, k}, t};
      plain s = this->symmetric(this->data(c), t);
      for (double& v : s.values) v = static_cast<float>(v / 4);
      plain sum = identity(3, k, t), term = sum;
      for (int i = 1; i < 60; ++i) {
        term = product(term, s, t);
        for (double& v : term.values) v /= i;
        sum = plus(sum, 1, term);
      }
      this->expect_close("exponential", sum, this->fetch(exponential(this->ctx(), this->put(s), t)),
                         norm(sum) * (1 + norm(s)), c);
    }
}

TYPED_TEST(eigen_test, square_root_squared) {
  for (const std::int64_t n : {0, 1, 3, 17})
    for (const std::int64_t k : {1, 2, 3, 4, 6})
      for (const transform& t : transforms_for(k)) {
        const algebra_case c{{n, n, k}, t};
        const plain u = random_tensor({n, n + 1, k}, 3);
        const plain a = this->symmetric(product(u, transpose(u, t), t), t);
        const plain b = this->fetch(square_root(this->ctx(), this->put(a), t));
        this->expect_close("square root", a, product(b, b, t), norm(a), c);
        this->expect_close("square root, symmetry", b, transpose(b, t), norm(b), c);
      }
}

/// Slices 3, -1, 3: the complex one. Slices 3, -1 of an even tube: the second real one.
TYPED_TEST(eigen_test, square_root_of_a_negative_one_is_an_error) {
  const auto text = [&](shape s, const std::vector<TypeParam>& a, const transform& along) {
    return message_of<numerical_error>([&] { square_root(this->ctx(), this->put(s, a), along); });
  };
  const std::string ending = " of a has a negative eigenvalue";
  EXPECT_EQ(text({1, 1, 4}, {1, 0, 2, 0}, {}), "square_root: complex slice 1" + ending);
  EXPECT_EQ(text({1, 1, 2}, {1, 2}, {}), "square_root: real slice 1" + ending);
  EXPECT_EQ(text({2, 2, 3}, {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, -3}, transform::identity()),
            "square_root: real slice 2" + ending);
  EXPECT_NO_THROW(this->ctx().wait());
  // zero, and zero up to rounding, are no error
  EXPECT_EQ(this->get(square_root(this->ctx(), this->put({1, 1, 2}, {0, 0})))[0], 0);
  EXPECT_NO_THROW(square_root(
      this->ctx(), this->put({2, 2, 1}, {1, 0, 0, static_cast<TypeParam>(-this->eps / 4)})));
}

TYPED_TEST(eigen_test, extreme_scales) {
  const double large = this->is_double ? 1e150 : 1e18;
  const algebra_case c{{4, 4, 5}, {}};
  for (const double scale : {large, 1 / large, 0.0}) {
    plain s = this->symmetric(this->data(c), c.along);
    for (double& v : s.values) v = static_cast<TypeParam>(v * scale);
    const auto f = eigen(this->ctx(), this->put(s));
    const plain v = this->fetch(f.v);
    this->expect_orthonormal("eigen, V", v, c);
    this->expect_close("eigen, residual", s,
                       product(product(v, this->fetch(f.d), {}), transpose(v), {}), norm(s), c);
  }
}

}  // namespace
}  // namespace tubal::test
