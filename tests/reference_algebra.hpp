// The algebra along any transform by its definition, and what factors must satisfy.
#pragma once

#include <algorithm>
#include <string>

#include "spaces.hpp"

namespace tubal::test {

/// Index l - s in every dimension, circular.
inline std::int64_t digits_minus(std::int64_t l, std::int64_t s, const tube_dimensions& sizes) {
  std::int64_t result = 0, stride = 1;
  for (const std::int64_t k : sizes) {
    result += stride * ((l % k - s % k + k) % k);
    l /= k;
    s /= k;
    stride *= k;
  }
  return result;
}

/// The whole matrix of a real transform of several dimensions: the product of those of each.
inline std::vector<double> whole_matrix(const transform& along, std::int64_t k, bool inverse) {
  std::vector<double> m{1};
  std::int64_t size = 1;
  for (const std::int64_t d : along.dimensions(k)) {
    const std::vector<double> one = inverse ? along.inverse_values(d) : along.values(d);
    std::vector<double> next(static_cast<std::size_t>(size * d * size * d));
    for (std::int64_t l2 = 0; l2 < d; ++l2)
      for (std::int64_t l1 = 0; l1 < size; ++l1)
        for (std::int64_t f2 = 0; f2 < d; ++f2)
          for (std::int64_t f1 = 0; f1 < size; ++f1)
            next[static_cast<std::size_t>(f1 + size * f2 + size * d * (l1 + size * l2))] =
                m[static_cast<std::size_t>(f1 + size * l1)] *
                one[static_cast<std::size_t>(f2 + d * l2)];
    m = std::move(next);
    size *= d;
  }
  return m;
}

/// y(i,j,f) = sum_l m(f,l) x(i,j,l)
inline plain apply_matrix(const std::vector<double>& m, const plain& x) {
  const std::int64_t k = x.shape.tube, tubes = x.shape.slice_size();
  plain y(x.shape);
  for (std::int64_t f = 0; f < k; ++f)
    for (std::int64_t i = 0; i < tubes; ++i) {
      long double sum = 0;
      for (std::int64_t l = 0; l < k; ++l)
        sum += static_cast<long double>(m[static_cast<std::size_t>(f + k * l)]) *
               x.values[static_cast<std::size_t>(i + tubes * l)];
      y.values[static_cast<std::size_t>(i + tubes * f)] = static_cast<double>(sum);
    }
  return y;
}

/// C(:,:,l) = A(:,:,l) B(:,:,l)
inline plain facewise(const plain& a, const plain& b) {
  plain c({a.shape.rows, b.shape.cols, a.shape.tube});
  for (std::int64_t l = 0; l < a.shape.tube; ++l)
    for (std::int64_t j = 0; j < c.shape.cols; ++j)
      for (std::int64_t i = 0; i < c.shape.rows; ++i) {
        long double sum = 0;
        for (std::int64_t q = 0; q < a.shape.cols; ++q)
          sum += static_cast<long double>(a(i, q, l)) * b(q, j, l);
        c(i, j, l) = static_cast<double>(sum);
      }
  return c;
}

/// A * B along a transform: circular convolution of tubes, in every dimension, for the DFT; else
/// M^-1 of the facewise product of M A and M B.
inline plain product(const plain& a, const plain& b, const transform& along) {
  const std::int64_t k = a.shape.tube;
  if (!along.is_dft()) {
    const std::vector<double> m = whole_matrix(along, k, false);
    return apply_matrix(whole_matrix(along, k, true),
                        facewise(apply_matrix(m, a), apply_matrix(m, b)));
  }
  const tube_dimensions sizes = along.dimensions(k);
  plain c({a.shape.rows, b.shape.cols, k});
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t s = 0; s < k; ++s) {
      const std::int64_t d = digits_minus(l, s, sizes);
      for (std::int64_t j = 0; j < c.shape.cols; ++j)
        for (std::int64_t q = 0; q < a.shape.cols; ++q)
          for (std::int64_t i = 0; i < c.shape.rows; ++i) c(i, j, l) += a(i, q, s) * b(q, j, d);
    }
  return c;
}

inline plain transpose(const plain& a, const transform& along) {
  const std::int64_t k = a.shape.tube;
  const tube_dimensions sizes = along.dimensions(k);
  plain c({a.shape.cols, a.shape.rows, k});
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t j = 0; j < a.shape.cols; ++j)
      for (std::int64_t i = 0; i < a.shape.rows; ++i)
        c(j, i, along.is_dft() ? digits_minus(0, l, sizes) : l) = a(i, j, l);
  return c;
}

inline plain identity(std::int64_t n, std::int64_t k, const transform& along) {
  plain e = identity(n, k);
  if (along.is_dft()) return e;
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t i = 0; i < n; ++i) e(i, i, l) = 1;
  return apply_matrix(whole_matrix(along, k, true), e);
}

/// Size and transform of one case.
struct algebra_case {
  tubal::shape shape;
  transform along;

  std::string where() const { return to_string(shape) + ", " + along.name(); }
  /// What errors grow with: sizes, and the condition of the transform.
  double size() const {
    return (static_cast<double>(std::max({shape.rows, shape.cols, std::int64_t{1}})) +
            std::log2(static_cast<double>(shape.tube) + 1)) *
           std::pow(along.condition(), 2);
  }
};

/// A matrix with condition number near 10.
inline transform some_matrix(std::int64_t k, unsigned seed = 7) {
  std::vector<double> m = random_tensor({k, k, 1}, seed).values;
  for (double& v : m) v *= 0.5 / std::sqrt(static_cast<double>(k));
  for (std::int64_t i = 0; i < k; ++i) m[static_cast<std::size_t>(i * (k + 1))] += 2;
  return transform::matrix(k, m);
}

inline std::vector<transform> transforms_for(std::int64_t k) {
  std::vector<transform> all{transform::dft(), transform::dct(), transform::identity(),
                             some_matrix(k)};
  if ((k & (k - 1)) == 0) all.push_back(transform::haar());
  for (const std::int64_t d : {2, 3})
    if (k % d == 0 && k > d) {
      all.push_back(transform::dft({d, k / d}));
      all.push_back(transform::dct({d, k / d}));
    }
  if (k == 12) all.push_back(transform::dft({2, 3, 2}));
  if (k == 24) all.push_back(transform::dft({4, 3, 2}));
  return all;
}

/// Edge sizes along the DFT, small ones along every transform, of n1 x n2 x k; square ones alone if
/// asked.
inline std::vector<algebra_case> algebra_cases(bool square) {
  std::vector<algebra_case> all;
  const auto add = [&](std::int64_t n1, std::int64_t n2, std::int64_t k, const transform& t) {
    all.push_back({{n1, square ? n1 : n2, k}, t});
  };
  if (fewer_cases()) {
    for (const std::int64_t n : {0, 1, 2, 3, 17, 32, 33}) add(n, (n + 1) / 2 + n % 2, 3, {});
    for (const std::int64_t k : {1, 2, 4, 13}) add(4, 3, k, {});
    for (const std::int64_t k : {4, 6})
      for (const transform& t : transforms_for(k)) add(3, 4, k, t);
    return all;
  }
  for (const std::int64_t n : {0, 1, 2, 3, 5, 16, 17, 31, 32, 33})
    for (const std::int64_t k : {1, 2, 3, 4}) add(n, (n + 1) / 2 + k % 2, k, {});
  add(64, 65, 2, {});
  add(65, 64, 1, {});
  add(30, 3, 4, {});
  add(3, 30, 5, {});
  add(0, 4, 3, {});
  add(4, 0, 3, {});
  for (const std::int64_t k : {5, 7, 8, 13, 16, 17, 31, 32, 33, 64, 97, 101, 127, 128})
    add(3, 2, k, {});
  for (const std::int64_t k : {257, 857, 1021}) add(2, 1, k, {});
  add(1, 1, 4099, {});
  for (const std::int64_t k : {1, 2, 3, 4, 6, 8, 12, 24})
    for (const transform& t : transforms_for(k)) {
      add(4, 3, k, t);
      add(3, 5, k, t);
    }
  return all;
}

/// A typed test with words for factors.
template <class T>
class algebra_test : public operator_test<T> {
 protected:
  /// Data of a case: the same for every operation.
  static plain data(const algebra_case& c, unsigned which = 1) {
    return random_tensor(c.shape, which + static_cast<unsigned>(c.shape.size()));
  }
  void expect_close(const std::string& name, const plain& expected, const plain& found,
                    double scale, const algebra_case& c) {
    ASSERT_EQ(expected.shape, found.shape) << name << " " << c.where();
    this->expect_ratio(name.c_str(), distance(expected, found), scale * c.size(), c.where());
  }
  /// Q^T * Q = E
  void expect_orthonormal(const std::string& name, const plain& q, const algebra_case& c) {
    const std::int64_t n = q.shape.cols, k = q.shape.tube;
    expect_close(name + ", orthogonality", identity(n, k, c.along),
                 product(transpose(q, c.along), q, c.along),
                 std::sqrt(static_cast<double>(std::max<std::int64_t>(n, 1))), c);
  }
  /// Zero to the bit off the diagonal, or below it.
  static void expect_diagonal(const plain& s, const std::string& where) {
    for (std::int64_t l = 0; l < s.shape.tube; ++l)
      for (std::int64_t j = 0; j < s.shape.cols; ++j)
        for (std::int64_t i = 0; i < s.shape.rows; ++i)
          if (i != j) {
            EXPECT_EQ(s(i, j, l), 0) << where;
          }
  }
  static void expect_upper(const plain& r, const std::string& where) {
    for (std::int64_t l = 0; l < r.shape.tube; ++l)
      for (std::int64_t j = 0; j < r.shape.cols; ++j)
        for (std::int64_t i = j + 1; i < r.shape.rows; ++i) EXPECT_EQ(r(i, j, l), 0) << where;
  }
  /// The diagonal of every slice in the transform domain, as n x 1 x k: complex slices as pairs.
  static std::vector<std::vector<std::complex<double>>> slice_diagonals(const plain& x,
                                                                        const transform& along) {
    const std::int64_t k = x.shape.tube, n = std::min(x.shape.rows, x.shape.cols);
    std::vector<std::vector<std::complex<double>>> all(
        static_cast<std::size_t>(k),
        std::vector<std::complex<double>>(static_cast<std::size_t>(n)));
    const tube_dimensions sizes = along.dimensions(k);
    const std::vector<double> m =
        along.is_dft() ? std::vector<double>{} : whole_matrix(along, k, false);
    std::vector<std::vector<std::complex<long double>>> roots;
    for (const std::int64_t d : sizes) roots.push_back(roots_of_unity(d));
    const auto weight = [&](std::int64_t f, std::int64_t l) {
      if (!along.is_dft()) return std::complex<long double>(m[static_cast<std::size_t>(f + k * l)]);
      std::complex<long double> w = 1;
      for (const auto& root : roots) {
        const auto d = static_cast<std::int64_t>(root.size());
        w *= root[static_cast<std::size_t>((f % d) * (l % d) % d)];
        f /= d;
        l /= d;
      }
      return w;
    };
    for (std::int64_t f = 0; f < k; ++f)
      for (std::int64_t l = 0; l < k; ++l) {
        const std::complex<long double> w = weight(f, l);
        for (std::int64_t i = 0; i < n; ++i)
          all[static_cast<std::size_t>(f)][static_cast<std::size_t>(i)] +=
              std::complex<double>(static_cast<double>(w.real() * x(i, i, l)),
                                   static_cast<double>(w.imag() * x(i, i, l)));
      }
    return all;
  }
  /// Real, not below -tolerance; descending when asked.
  void expect_nonnegative(const plain& x, bool descending, double scale, const algebra_case& c) {
    const double slack = 30 * this->eps * scale * c.size() * static_cast<double>(c.shape.tube);
    for (const auto& slice : slice_diagonals(x, c.along))
      for (std::size_t i = 0; i < slice.size(); ++i) {
        EXPECT_GE(slice[i].real(), -slack) << c.where();
        EXPECT_LE(std::abs(slice[i].imag()), slack) << c.where();
        if (descending && i > 0) {
          EXPECT_LE(slice[i].real(), slice[i - 1].real() + slack) << c.where();
        }
      }
  }
};

}  // namespace tubal::test
