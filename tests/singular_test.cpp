// Tensors that are singular to working precision are refused, others solved.
#include <cmath>
#include <random>

#include "message_of.hpp"
#include "reference_algebra.hpp"

namespace tubal::test {
namespace {

template <class T>
class singular_test : public algebra_test<T> {
 protected:
  using random = std::mt19937_64;

  static double power_of_ten(random& r, double from, double to) {
    return std::pow(10, std::uniform_real_distribution<double>(from, to)(r));
  }
  tensor<double, space> normal(shape s, random& r) {
    tensor<double, space> x(this->ctx(), s);
    fill_normal<double, space>(this->ctx(), x, 1, r());
    return x;
  }
  transform orthogonal_matrix(std::int64_t k, random& r) {
    return transform::matrix(k, to_host(this->ctx(), qr(this->ctx(), normal({k, k, 1}, r)).q));
  }
  transform some_transform(std::int64_t k, random& r) {
    switch (r() % 6) {
      case 0:
        return transform::dct();
      case 1:
        return transform::identity();
      case 2:
        return orthogonal_matrix(k, r);
      case 3:
        return (k & (k - 1)) == 0 ? transform::haar() : transform::dft();
      case 4:
        return k % 2 == 0 ? transform::dft({2, k / 2}) : transform::dft();
      default:
        return transform::dft();
    }
  }
  /// F-diagonal, with singular values between 1 and 1 / condition, both of which occur.
  tensor<double, space> diagonal(const algebra_case& c, double condition, random& r) {
    const std::int64_t n = c.shape.rows;
    tube_transform<double, space> back(this->ctx(), c.shape, c.along);
    half_spectrum<double, space> hat(this->ctx(), back.shape());
    std::vector<double> values(static_cast<std::size_t>(hat.size()));
    const std::int64_t slices = hat.slices().total(), complex = hat.slices().complex;
    const auto largest = static_cast<std::int64_t>(r() % static_cast<std::uint64_t>(n * slices));
    const auto smallest =
        (largest + 1 +
         static_cast<std::int64_t>(r() % static_cast<std::uint64_t>(n * slices - 1))) %
        (n * slices);
    for (std::int64_t e = 0; e < n * slices; ++e) {
      const double value = e == largest    ? 1
                           : e == smallest ? 1 / condition
                                           : power_of_ten(r, -std::log10(condition), 0);
      const std::int64_t slice = e / n, i = e % n, size = n * n;
      const std::int64_t at = slice < complex ? 2 * (slice * size + i * (n + 1))
                                              : (slice + complex) * size + i * (n + 1);
      values[static_cast<std::size_t>(at)] = value;
    }
    copy<double, space>(this->ctx(), from_host(this->ctx(), c.shape, values),
                        tensor_view<double, space>(hat.data(), c.shape));
    tensor<double, space> s(this->ctx(), c.shape);
    back.inverse(hat, s);
    this->ctx().wait();
    return s;
  }
  /// U * S * V^T with this condition and largest singular value, as T holds it.
  plain with_condition(const algebra_case& c, double condition, double scale, random& r) {
    auto& ctx = this->ctx();
    const auto u = qr(ctx, normal(c.shape, r), factor_size::economy, c.along).q,
               v = qr(ctx, normal(c.shape, r), factor_size::economy, c.along).q;
    const auto us = tproduct(ctx, u, diagonal(c, condition, r), {.along = c.along});
    const auto a = tproduct(ctx, us, v, {op::none, op::transpose, c.along});
    plain found(c.shape);
    const std::vector<double> values = to_host(ctx, a);
    for (std::size_t i = 0; i < values.size(); ++i)
      found.values[i] = static_cast<T>(values[i] * scale);
    return found;
  }
};
TYPED_TEST_SUITE(singular_test, precisions);

TYPED_TEST(singular_test, solved_or_refused_by_condition) {
  std::mt19937_64 r(20);
  const int cases = fewer_cases() ? 30 : 200;
  const double range = this->is_double ? 150 : 18;
  for (int i = 0; i < cases; ++i) {
    const std::int64_t sizes[] = {1, 2, 3, 5, 8, 17}, n = sizes[r() % 6];
    const auto k = static_cast<std::int64_t>(1 + r() % 8);
    if (n * k == 1) continue;
    const algebra_case c{{n, n, k}, this->some_transform(k, r)};
    if (n == 1 && c.along.slices(k).total() == 1) continue;
    const double condition = this->power_of_ten(r, 0, 18),
                 scale = this->power_of_ten(r, -range, range);
    const plain a = this->with_condition(c, condition, scale, r), b = random_tensor({n, 2, k}, 9);
    const auto da = this->put(a), db = this->put(b);
    const double solvable = 0.01 / (static_cast<double>(n) * this->eps);
    const std::string where =
        c.where() + ", condition " + std::to_string(condition) + ", scale " + std::to_string(scale);
    if (condition >= 100 / this->eps) {
      EXPECT_THROW(solve(this->ctx(), da, db, c.along), numerical_error) << where;
      EXPECT_THROW(inverse(this->ctx(), da, c.along), numerical_error) << where;
      EXPECT_TRUE(this->ctx().take_warnings().empty()) << where;
      continue;
    }
    bool solved = true;
    plain x(b.shape), y(a.shape);
    try {
      x = this->fetch(solve(this->ctx(), da, db, c.along));
      y = this->fetch(inverse(this->ctx(), da, c.along));
    } catch (const numerical_error& e) {
      solved = false;
      EXPECT_GT(condition, solvable) << where << ": " << e.what();
    }
    const bool words = !this->ctx().take_warnings().empty();
    if (!solved) continue;
    if (condition > solvable) {
      EXPECT_TRUE(words) << where;
    } else {
      this->expect_close("solve, backward error", b, product(a, x, c.along),
                         norm(a) * norm(x) + norm(b), c);
      this->expect_close("inverse, backward error", identity(n, k, c.along), product(a, y, c.along),
                         norm(a) * norm(y), c);
    }
    if (condition < 1e-5 * solvable) {
      EXPECT_FALSE(words) << where;
    }
  }
}

/// A slice that is small beside the others is singular; alone it is not.
TYPED_TEST(singular_test, a_slice_is_measured_against_the_largest_one) {
  const auto tiny = static_cast<TypeParam>(this->eps / 4);
  const auto a = this->put({1, 1, 2}, {1, tiny}), b = this->put({1, 1, 2}, {1, 1});
  const transform along = transform::identity();
  EXPECT_THROW(inverse(this->ctx(), a, along), numerical_error);
  EXPECT_THROW(solve(this->ctx(), a, b, along), numerical_error);
  EXPECT_NO_THROW(inverse(this->ctx(), this->put({1, 1, 2}, {tiny, tiny}), along));
}

/// As NumPy has it: the inverse of 1..9 must not be 1e16.
TYPED_TEST(singular_test, rounding_does_not_hide_that_a_matrix_is_singular) {
  const auto a = this->put({3, 3, 1}, {1, 4, 7, 2, 5, 8, 3, 6, 9});
  EXPECT_THROW(inverse(this->ctx(), a), numerical_error);
  // rows 0.1 (1, 2), 0.3 (1, 2): det = 0 but for rounding
  const auto b =
      this->put({2, 2, 1}, {TypeParam(0.1), TypeParam(0.3), TypeParam(0.2), TypeParam(0.6)});
  EXPECT_THROW(inverse(this->ctx(), b), numerical_error);
  EXPECT_NO_THROW(this->ctx().wait());
}

TYPED_TEST(singular_test, near_it_there_are_words) {
  const double last = 32 * this->eps;
  const auto a = this->put({2, 2, 1}, {1, 0, 0, static_cast<TypeParam>(last)});
  inverse(this->ctx(), a);
  const auto words = this->ctx().take_warnings();
  ASSERT_EQ(words.size(), 1u);
  char expected[160];
  std::snprintf(expected, sizeof expected,
                "inverse or solve: real slice 0 of a is nearly singular: condition number %.1e "
                "against the largest of all slices; few digits of the result are right",
                1 / last);
  EXPECT_EQ(words[0], expected);
  EXPECT_TRUE(this->ctx().take_warnings().empty());
}

}  // namespace
}  // namespace tubal::test
