// Dense measurements: the packed form against the plain one, and that against its definition.
#include <algorithm>

#include "spaces.hpp"

namespace tubal::test {
namespace {

template <class T>
using sensing_test = operator_test<T>;
TYPED_TEST_SUITE(sensing_test, precisions);

struct sizes {
  std::int64_t n, k, m;
};
const sizes cases[] = {{1, 1, 1},  {2, 3, 4},  {3, 1, 5},   {4, 2, 33}, {5, 4, 17},
                       {3, 5, 64}, {16, 3, 7}, {10, 4, 40}, {2, 13, 9}, {17, 2, 31}};

/// Measurement i of the tensors stored one after the other.
plain measurement(const plain& tensors, std::int64_t k, std::int64_t i) {
  plain a({tensors.shape.rows, tensors.shape.cols, k});
  std::copy_n(tensors.values.begin() + i * a.shape.size(), a.shape.size(), a.values.begin());
  return a;
}

TYPED_TEST(sensing_test, plain_form_is_the_definition) {
  unsigned seed = 1;
  for (const sizes& s : cases) {
    const plain tensors = random_tensor({s.n, s.n + 1, s.k * s.m}, seed++);
    const plain x = random_tensor({s.n, s.n + 1, s.k}, seed++),
                y = random_tensor({s.m, 1, 1}, seed++);
    const auto memory = this->put(tensors);
    const dense_sensing op(this->ctx(), memory, s.k);
    EXPECT_EQ(op.measurements(), s.m);
    auto ax = this->poisoned({s.m, 1, 1}), aty = this->poisoned(x.shape);
    const auto dx = this->put(x), dy = this->put(y);
    op.apply(this->ctx(), dx, ax);
    op.adjoint(this->ctx(), dy, aty);
    plain expected({s.m, 1, 1}), back(x.shape);
    for (std::int64_t i = 0; i < s.m; ++i) {
      const plain a = measurement(tensors, s.k, i);
      expected(i, 0, 0) = dot(a, x);
      back = plus(back, y(i, 0, 0), a);
    }
    this->expect_ratio("plain sensing", distance(expected, this->get(ax)), norm(tensors) * norm(x));
    this->expect_ratio("plain sensing, adjoint", distance(back, this->get(aty)),
                       norm(tensors) * norm(y));
    EXPECT_EQ(this->get(dx), x.template as<TypeParam>()) << "input changed";
    EXPECT_EQ(this->get(dy), y.template as<TypeParam>()) << "input changed";
    EXPECT_EQ(this->get(memory), tensors.template as<TypeParam>()) << "operator changed";
  }
}

TYPED_TEST(sensing_test, packed_form_agrees_with_the_plain_one) {
  using T = TypeParam;
  unsigned seed = 100;
  for (const sizes& s : cases) {
    const std::int64_t dimension = symmetric_dimension(s.n, s.k);
    const plain tensors = random_tensor({s.n, s.n, s.k * s.m}, seed++);
    const plain x = symmetric_part(random_tensor({s.n, s.n, s.k}, seed++));
    const plain y = random_tensor({s.m, 1, 1}, seed++);
    const auto memory = this->put(tensors), dx = this->put(x), dy = this->put(y);
    packed_sensing<T, space> packed(this->ctx(), s.n, s.k, s.m);
    packed.assign(this->ctx(), 0, memory);
    EXPECT_EQ(packed.n(), s.n);
    EXPECT_EQ(packed.k(), s.k);
    EXPECT_EQ(packed.measurements(), s.m);
    EXPECT_EQ(packed.dimension(), dimension);
    EXPECT_EQ(packed.matrix().shape(), (shape{dimension, s.m, 1}));
    const dense_sensing<T, space> op(this->ctx(), memory, s.k);

    auto px = this->poisoned({dimension, 1, 1}), py = this->poisoned({dimension, 1, 1});
    pack_symmetric(this->ctx(), this->spectrum_of(x), px);
    auto one = this->poisoned({s.m, 1, 1}), two = this->poisoned({s.m, 1, 1});
    packed.apply(this->ctx(), px, one);
    op.apply(this->ctx(), dx, two);
    const double unit = norm(tensors) * (std::log2(double(s.k)) + 1);
    this->expect_ratio("packed sensing", distance(this->fetch(two), this->fetch(one)),
                       unit * norm(x));
    // pack(sym(A^T y)) = packed adjoint
    auto back = this->poisoned({s.n, s.n, s.k});
    auto adjoint = this->poisoned({dimension, 1, 1});
    op.adjoint(this->ctx(), dy, back);
    pack_symmetric(this->ctx(), this->spectrum_of(this->fetch(back)), py);
    packed.adjoint(this->ctx(), dy, adjoint);
    this->expect_ratio("packed sensing, adjoint", distance(this->fetch(py), this->fetch(adjoint)),
                       unit * norm(y));
    // <A x, y> = <x, A^T y>
    this->expect_ratio(
        "packed sensing, adjoint identity",
        std::abs(inner_product(this->ctx(), one, dy) - inner_product(this->ctx(), px, adjoint)),
        norm(tensors) * norm(x) * norm(y));
    EXPECT_EQ(this->get(dy), y.as<T>()) << "input changed";
    EXPECT_EQ(this->get(memory), tensors.as<T>()) << "input changed";
  }
}

TYPED_TEST(sensing_test, assigning_in_blocks_is_assigning_at_once) {
  using T = TypeParam;
  const std::int64_t n = 3, k = 4, m = 7, one = n * n * k;
  const plain tensors = random_tensor({n, n, k * m}, 5);
  const auto memory = this->put(tensors);
  packed_sensing<T, space> whole(this->ctx(), n, k, m), parts(this->ctx(), n, k, m);
  const auto untouched = this->get(parts.matrix());
  EXPECT_EQ(untouched, std::vector<T>(untouched.size())) << "zero until assigned";
  whole.assign(this->ctx(), 0, memory);
  struct block {
    std::int64_t first, count;
  };
  for (const block& b : {block{5, 2}, block{0, 1}, block{1, 4}})
    parts.assign(this->ctx(), b.first,
                 tensor_view<const T, space>(memory.data() + b.first * one, {n, n, k * b.count}));
  EXPECT_EQ(this->get(parts.matrix()), this->get(whole.matrix()));
  // Column i holds pack(A_i).
  auto packed = this->poisoned({whole.dimension(), 1, 1});
  pack_symmetric(this->ctx(), this->spectrum_of(measurement(tensors, k, 5)), packed);
  const tensor_view<const T, space> column(whole.matrix().data() + 5 * whole.dimension(),
                                           {whole.dimension(), 1, 1});
  EXPECT_EQ(this->get(column), this->get(packed));
}

TYPED_TEST(sensing_test, gaussian_ensemble) {
  using T = TypeParam;
  const std::int64_t n = 8, k = 5, m = 400;
  const auto a = packed_sensing<T, space>::gaussian(this->ctx(), n, k, m, 11);
  const std::vector<double> v = this->fetch(a.matrix()).values;
  const auto size = static_cast<double>(v.size());
  double mean = 0, square = 0, fourth = 0;
  for (const double x : v) {
    mean += x / size;
    square += x * x * m / size;
    fourth += std::pow(x * x * m, 2) / size;
  }
  EXPECT_LT(std::abs(mean), 5 / std::sqrt(m * size));
  EXPECT_LT(std::abs(square - 1), 5 * std::sqrt(2 / size));
  EXPECT_LT(std::abs(fourth - 3), 5 * std::sqrt(96 / size));
  // E ||A x||^2 = ||x||^2
  const plain x = random_tensor({a.dimension(), 1, 1}, 3);
  auto y = this->poisoned({m, 1, 1});
  a.apply(this->ctx(), this->put(x), y);
  EXPECT_NEAR(frobenius_norm(this->ctx(), y) / norm(x), 1, 5 / std::sqrt(2.0 * m));
  // A seed is an operator.
  const auto again = packed_sensing<T, space>::gaussian(this->ctx(), n, k, m, 11);
  EXPECT_EQ(this->get(again.matrix()), this->get(a.matrix()));
  const auto other = packed_sensing<T, space>::gaussian(this->ctx(), n, k, m, 12);
  EXPECT_NE(this->get(other.matrix()), this->get(a.matrix()));
}

TYPED_TEST(sensing_test, rounded_entries_are_multiplied_in_full_precision) {
  using T = TypeParam;
  unsigned seed = 300;
  for (const sizes& s : cases) {
    const plain tensors = random_tensor({s.n, s.n, s.k * s.m}, seed++);
    const auto memory = this->put(tensors);
    packed_sensing<T, space> full(this->ctx(), s.n, s.k, s.m),
        rounded(this->ctx(), s.n, s.k, s.m, entry_precision::single);
    full.assign(this->ctx(), 0, memory);
    rounded.assign(this->ctx(), 0, memory);
    const auto entries = this->fetch(full.matrix()).values;
    if (std::is_same_v<T, float>) {
      EXPECT_EQ(rounded.precision(), entry_precision::working);
      EXPECT_EQ(this->fetch(rounded.matrix()).values, entries);
      EXPECT_EQ(rounded.rounded_matrix().size(), 0);
      continue;
    }
    EXPECT_EQ(rounded.precision(), entry_precision::single);
    EXPECT_THROW(rounded.matrix(), argument_error);
    EXPECT_LT(rounded.bytes(), full.bytes() / 2 + 64 * (s.m + 17 * full.dimension()));
    const std::vector<float> a = to_host(this->ctx(), rounded.rounded_matrix());
    ASSERT_EQ(a, std::vector<float>(entries.begin(), entries.end()));

    const std::int64_t size = full.dimension();
    const plain x = random_tensor({size, 1, 1}, seed++), y = random_tensor({s.m, 1, 1}, seed++);
    plain ax({s.m, 1, 1}), aty({size, 1, 1}), residual({s.m, 1, 1}), z({size, 1, 1});
    for (std::int64_t i = 0; i < s.m; ++i) {
      for (std::int64_t j = 0; j < size; ++j) ax(i, 0, 0) += a[i * size + j] * x(j, 0, 0);
      residual(i, 0, 0) = ax(i, 0, 0) - y(i, 0, 0);
      for (std::int64_t j = 0; j < size; ++j) {
        aty(j, 0, 0) += a[i * size + j] * y(i, 0, 0);
        z(j, 0, 0) += a[i * size + j] * residual(i, 0, 0);
      }
    }
    auto to_y = this->poisoned({s.m, 1, 1}), to_x = this->poisoned({size, 1, 1});
    const auto dx = this->put(x), dy = this->put(y);
    const double unit = norm(tensors);
    rounded.apply(this->ctx(), dx, to_y);
    this->expect_ratio("rounded sensing", distance(ax, this->get(to_y)), unit * norm(x));
    rounded.adjoint(this->ctx(), dy, to_x);
    this->expect_ratio("rounded sensing, adjoint", distance(aty, this->get(to_x)), unit * norm(y));
    rounded.normal_step(this->ctx(), dx, dy, to_y, to_x);
    const double of_residual = unit * norm(x) + norm(y);
    this->expect_ratio("rounded sensing, residual", distance(residual, this->get(to_y)),
                       of_residual);
    this->expect_ratio("rounded sensing, normal step", distance(z, this->get(to_x)),
                       unit * of_residual);
  }
}

TYPED_TEST(sensing_test, rounded_gaussian_entries_are_those_in_full_rounded) {
  using T = TypeParam;
  const auto full = packed_sensing<T, space>::gaussian(this->ctx(), 3, 4, 9, 5);
  const auto rounded =
      packed_sensing<T, space>::gaussian(this->ctx(), 3, 4, 9, 5, entry_precision::single);
  const auto entries = this->fetch(full.matrix()).values;
  const std::vector<float> found = std::is_same_v<T, float>
                                       ? std::vector<float>(entries.begin(), entries.end())
                                       : to_host(this->ctx(), rounded.rounded_matrix());
  EXPECT_EQ(found, std::vector<float>(entries.begin(), entries.end()));
}

}  // namespace
}  // namespace tubal::test
