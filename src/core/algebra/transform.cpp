// Transforms as matrices.
#include <tubal/error.hpp>
#include <tubal/transform.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/checks.hpp"
#include "host/backend.hpp"

namespace tubal {

namespace {

using detail::checks;

constexpr double largest_condition = 1e12;

using matrix_values = std::vector<double>;

std::size_t at(std::int64_t f, std::int64_t l, std::int64_t k) {
  return static_cast<std::size_t>(f + k * l);
}

/// Rows: of f = 1, 2, ... the real and the imaginary part, then f = 0 and, for even k, f = k/2.
matrix_values dft_values(std::int64_t k, bool inverse) {
  const slice_counts slices(k);
  matrix_values m(static_cast<std::size_t>(k * k));
  const auto put = [&](std::int64_t row, std::int64_t l, long double value, long double weight) {
    if (inverse)
      m[at(l, row, k)] = static_cast<double>(weight * value / static_cast<long double>(k));
    else
      m[at(row, l, k)] = static_cast<double>(value);
  };
  for (std::int64_t l = 0; l < k; ++l) {
    for (std::int64_t f = 1; f <= slices.complex; ++f) {
      const long double angle = 2 * std::numbers::pi_v<long double> *
                                static_cast<long double>(f * l % k) / static_cast<long double>(k);
      put(2 * f - 2, l, std::cos(angle), 2);
      put(2 * f - 1, l, -std::sin(angle), 2);
    }
    put(2 * slices.complex, l, 1, 1);
    if (k % 2 == 0) put(k - 1, l, l % 2 == 0 ? 1 : -1, 1);
  }
  return m;
}

matrix_values dct_values(std::int64_t k) {
  matrix_values m(static_cast<std::size_t>(k * k));
  const auto length = static_cast<long double>(k);
  for (std::int64_t l = 0; l < k; ++l)
    for (std::int64_t f = 0; f < k; ++f) {
      const long double turns = static_cast<long double>(f * (2 * l + 1) % (4 * k)) / (2 * length);
      m[at(f, l, k)] = static_cast<double>(std::sqrt((f == 0 ? 1 : 2) / length) *
                                           std::cos(std::numbers::pi_v<long double> * turns));
    }
  return m;
}

matrix_values haar_values(std::int64_t k) {
  matrix_values m(static_cast<std::size_t>(k * k));
  for (std::int64_t l = 0; l < k; ++l) m[at(0, l, k)] = 1 / std::sqrt(static_cast<double>(k));
  for (std::int64_t scale = 1; scale < k; scale *= 2) {
    const std::int64_t width = k / scale;  // of one wavelet; there are `scale` of them
    const double height = 1 / std::sqrt(static_cast<double>(width));
    for (std::int64_t shift = 0; shift < scale; ++shift)
      for (std::int64_t i = 0; i < width; ++i)
        m[at(scale + shift, shift * width + i, k)] = i < width / 2 ? height : -height;
  }
  return m;
}

matrix_values identity_values(std::int64_t k) {
  matrix_values m(static_cast<std::size_t>(k * k));
  for (std::int64_t f = 0; f < k; ++f) m[at(f, f, k)] = 1;
  return m;
}

matrix_values transposed(const matrix_values& m, std::int64_t k) {
  matrix_values t(m.size());
  for (std::int64_t f = 0; f < k; ++f)
    for (std::int64_t l = 0; l < k; ++l) t[at(l, f, k)] = m[at(f, l, k)];
  return t;
}

std::string text(const tube_dimensions& sizes) {
  std::string all;
  for (const std::int64_t size : sizes) all += (all.empty() ? "" : " x ") + std::to_string(size);
  return all;
}

/// Index of -f, dimension by dimension.
std::int64_t negative(std::int64_t f, const tube_dimensions& dimensions) {
  std::int64_t result = 0, stride = 1;
  for (const std::int64_t k : dimensions) {
    const std::int64_t g = f / stride % k;
    result += stride * (g == 0 ? 0 : k - g);
    stride *= k;
  }
  return result;
}

}  // namespace

transform transform::make(kind k, const std::vector<std::int64_t>& dimensions) {
  detail::checks("transform")
      .between("the number of tube dimensions", static_cast<std::int64_t>(dimensions.size()), 0,
               tube_dimensions::most);
  transform t;
  t.kind_ = k;
  t.dimensions_.count = static_cast<int>(dimensions.size());
  std::copy(dimensions.begin(), dimensions.end(), t.dimensions_.sizes);
  return t;
}
transform transform::dft(const std::vector<std::int64_t>& dimensions) {
  return make(kind::dft, dimensions);
}
transform transform::dct(const std::vector<std::int64_t>& dimensions) {
  return make(kind::dct, dimensions);
}
transform transform::haar(const std::vector<std::int64_t>& dimensions) {
  return make(kind::haar, dimensions);
}
transform transform::identity() { return make(kind::identity, {}); }

transform transform::matrix(std::int64_t k, std::vector<double> values) {
  const checks check("transform::matrix");
  check.between("k", k, 1, 1 << 20);
  if (static_cast<std::int64_t>(values.size()) != k * k)
    check.fail_shape("values holds " + std::to_string(values.size()) + " numbers, but " +
                     std::to_string(k) + " x " + std::to_string(k) + " asks for " +
                     std::to_string(k * k));
  if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
    throw nonfinite_error("transform::matrix: values holds NaN or Inf");

  // M^-1 = V diag(1/s) U^T
  using backend = detail::backend<host>;
  backend b(host::options{1});
  const auto square = [&](std::vector<double>& x) { return detail::contiguous(x.data(), k, k, 1); };
  std::vector<double> work = values, s(static_cast<std::size_t>(k)), u(values.size()),
                      vt(values.size()), inverse(values.size());
  backend::svd_plan<double>(b, k, k, 1, detail::vectors::compute)
      .execute(square(work), s.data(), square(u), square(vt));
  const double condition = s.front() / s.back();
  if (!(condition <= largest_condition))
    check.fail("values has condition number " + std::to_string(condition) + "; the most is 1e12");
  for (std::int64_t i = 0; i < k; ++i)
    for (std::int64_t j = 0; j < k; ++j) u[at(j, i, k)] /= s[static_cast<std::size_t>(i)];
  b.gemm<double>(op::transpose, op::transpose, 1, square(vt), square(u), 0, square(inverse));

  const double squares = std::inner_product(s.begin(), s.end(), s.begin(), 0.0);
  transform t = make(kind::matrix, {});
  t.given_ = std::make_shared<matrix_pair>(matrix_pair{
      k, std::move(values), std::move(inverse), condition, squares / static_cast<double>(k)});
  return t;
}

const char* transform::name() const {
  static constexpr const char* names[] = {"dft", "dct", "haar", "identity", "matrix"};
  return names[static_cast<int>(kind_)];
}

tube_dimensions transform::dimensions(std::int64_t k) const {
  const checks check("transform");
  check.between("the tube length", k, 1, detail::largest_blas_size);
  const tube_dimensions sizes = dimensions_.count > 0 ? dimensions_ : tube_dimensions{1, {k}};
  std::int64_t product = 1;
  for (const std::int64_t size : sizes) {
    check.between("a dimension", size, 1, detail::largest_blas_size);
    if (kind_ == kind::haar && !std::has_single_bit(static_cast<std::uint64_t>(size)))
      check.fail("haar asks for powers of 2, but a dimension is " + std::to_string(size));
    product = product > k / size ? k + 1 : product * size;
  }
  if (product != k)
    check.fail_shape("its dimensions are " + text(sizes) + ", but the tube length is " +
                     std::to_string(k));
  if (given_ && given_->k != k)
    check.fail_shape("its matrix is " + text({2, {given_->k, given_->k}}) +
                     ", but the tube length is " + std::to_string(k));
  return sizes;
}

slice_counts transform::slices(std::int64_t k) const {
  std::int64_t real = 1;
  for (const std::int64_t size : dimensions(k)) real *= slice_counts(size).real;
  return is_dft() ? slice_counts((k - real) / 2, real) : slice_counts(0, k);
}

std::vector<std::int64_t> transform::stored_slices(std::int64_t k) const {
  const tube_dimensions sizes = dimensions(k);
  std::vector<std::int64_t> stored(static_cast<std::size_t>(k));
  if (!is_dft()) {
    std::iota(stored.begin(), stored.end(), std::int64_t{0});
    return stored;
  }
  std::int64_t complex = 0, real = slices(k).complex;
  for (std::int64_t f = 0; f < k; ++f) {
    const std::int64_t g = negative(f, sizes);
    stored[static_cast<std::size_t>(f)] = g == f  ? real++
                                          : f < g ? complex++
                                                  : stored[static_cast<std::size_t>(g)];
  }
  return stored;
}

double transform::scale(std::int64_t k) const {
  static_cast<void>(dimensions(k));
  return is_dft() ? static_cast<double>(k) : given_ ? given_->scale : 1;
}

std::vector<double> transform::values(std::int64_t k) const {
  switch (kind_) {
    case kind::dft:
      return dft_values(k, false);
    case kind::dct:
      return dct_values(k);
    case kind::haar:
      return haar_values(k);
    case kind::identity:
      return identity_values(k);
    case kind::matrix:
      break;
  }
  return given_->values;
}

std::vector<double> transform::inverse_values(std::int64_t k) const {
  if (is_dft()) return dft_values(k, true);
  return given_ ? given_->inverse : transposed(values(k), k);
}

}  // namespace tubal
