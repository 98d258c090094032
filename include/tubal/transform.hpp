// The transform along the tubes that gives "per slice" its meaning.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tubal {

/// How many stored slices of each kind a transformed tensor has, complex + real in all. Of a pair
/// of conjugate slices one is stored: 2 complex + real = k.
struct slice_counts {
  std::int64_t complex = 0;
  std::int64_t real = 0;

  /// Of the DFT: slice 0, and slice k/2 when k is even, are real.
  constexpr explicit slice_counts(std::int64_t k)
      : complex(k > 0 ? (k - 1) / 2 : 0), real(k % 2 == 0 ? 2 : 1) {}
  constexpr slice_counts(std::int64_t complex_slices, std::int64_t real_slices)
      : complex(complex_slices), real(real_slices) {}

  constexpr std::int64_t total() const { return complex + real; }
  constexpr bool operator==(const slice_counts&) const = default;
};

/// Sizes of the dimensions that a tube is made of, the fastest first.
struct tube_dimensions {
  static constexpr int most = 6;
  int count = 0;
  std::int64_t sizes[most] = {};

  constexpr const std::int64_t* begin() const { return sizes; }
  constexpr const std::int64_t* end() const { return sizes + count; }
};

/// An invertible linear map M of tubes, X^(i,j,:) = M X(i,j,:). Products, transposes and
/// factorisations of tensors are those of their slices X^_f. With the DFT, the default, they are
/// those of the t-product; any other M gives the M-product.
///
/// Tensors of order above 3, n1 x n2 x k1 x k2 x ..., are stored as n1 x n2 x (k1 k2 ...), k1
/// fastest, and transformed along each of the `dimensions` {k1, k2, ...}, six at the most. No
/// dimensions: {k}.
/// Sources: Kilmer and Martin 2011; Kernfeld, Kilmer and Aeron 2015; Martin, Shafer and LaRue 2013.
class transform {
 public:
  /// M(f,l) = exp(-2 pi i f l / k), unnormalised.
  static transform dft(const std::vector<std::int64_t>& dimensions = {});
  /// The DCT-II, orthonormal: M(f,l) = sqrt((f == 0 ? 1 : 2) / k) cos(pi f (2l + 1) / (2k)).
  static transform dct(const std::vector<std::int64_t>& dimensions = {});
  /// The Haar wavelets, orthonormal: the mean, then differences from coarse to fine. Dimensions
  /// must be powers of 2.
  static transform haar(const std::vector<std::int64_t>& dimensions = {});
  /// M = I: facewise operations.
  static transform identity();
  /// Any invertible k x k matrix, column-major. Throws `argument_error` when a value is not finite,
  /// or when the condition number is above 1e12. Results carry its square as a factor of error.
  static transform matrix(std::int64_t k, std::vector<double> values);

  transform() = default;

  /// "dft", "dct", "haar", "identity", "matrix"
  const char* name() const;
  bool is_dft() const { return kind_ == kind::dft; }
  /// Whether slice 0 of the transform, or of its inverse, has a part of every entry of a tube.
  bool mixes() const { return inverse_mixes() || kind_ == kind::haar; }
  bool inverse_mixes() const { return kind_ == kind::dft || kind_ == kind::dct; }
  /// The sizes of the tube dimensions. Throws `argument_error` unless their product is k and the
  /// transform has that length; so do the functions below.
  tube_dimensions dimensions(std::int64_t k) const;
  slice_counts slices(std::int64_t k) const;
  /// For f = 0 .. k-1, which stored slice is slice f, or its conjugate. The complex slices come
  /// first (of each pair the one with the smaller f), then the real ones, each in the order of f.
  std::vector<std::int64_t> stored_slices(std::int64_t k) const;
  /// c in <A, B> = (1/c) sum_f <A^_f, B^_f>, over all k slices: k for the DFT, 1 for orthogonal M,
  /// ||M||_F^2 / k, where the formula holds for multiples of orthogonal M alone.
  double scale(std::int64_t k) const;
  /// The real k x k matrix of one dimension, column-major, and its inverse. Of the DFT: rows with
  /// the real and imaginary parts of slices f = 1, 2, ..., then of the real slices.
  std::vector<double> values(std::int64_t k) const;
  std::vector<double> inverse_values(std::int64_t k) const;
  /// Condition number of `matrix`, 1 of the others.
  double condition() const { return given_ ? given_->condition : 1; }

 private:
  enum class kind { dft, dct, haar, identity, matrix };
  static transform make(kind k, const std::vector<std::int64_t>& dimensions);
  struct matrix_pair {
    std::int64_t k;
    std::vector<double> values, inverse;
    double condition, scale;
  };

  kind kind_ = kind::dft;
  tube_dimensions dimensions_;  // none: the tube
  std::shared_ptr<const matrix_pair> given_;
};

}  // namespace tubal
