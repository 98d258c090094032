// The parts of a monitor. Each measures some rows of a record: `enqueue` computes where the data is
// and leaves small numbers in the readback, `read` finishes them in main memory.
#pragma once

#include <tubal/diagnostics.hpp>

#include <algorithm>
#include <cmath>

#include "core/algebra/spectral_factor.hpp"
#include "core/primitives/symmetric_layout.hpp"
#include "core/readback.hpp"

namespace tubal::detail {

template <class T, class S>
class measurer {
 public:
  virtual ~measurer() = default;
  virtual void enqueue(readback<T, S>& to) = 0;
  virtual void read(const readback<T, S>& from, record& r) const = 0;
  virtual std::size_t workspace_bytes() const { return 0; }
};

/// Bytes of tensors and spectra.
template <class... X>
std::size_t bytes_of(const X&... x) {
  return (std::size_t{0} + ... + (static_cast<std::size_t>(x.size()) * sizeof(*x.data())));
}

/// Largest of `count` numbers from `at` on, NaN if one of them is; 0 when there are none.
template <class T, class S>
double largest(const readback<T, S>& from, std::size_t at, std::int64_t count) {
  double value = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double x = from.read(at + static_cast<std::size_t>(i));
    if (std::isnan(x)) return x;
    value = std::max(value, x);
  }
  return value;
}
template <class T, class S>
double largest_norm(const readback<T, S>& from, std::size_t at, std::int64_t count) {
  return std::sqrt(largest(from, at, count));
}

/// Both errors where they come with the steps; see recovery_options::truth.
template <class T, class S>
class stepped_errors_measurer final : public measurer<T, S> {
 public:
  stepped_errors_measurer(recovery<T, S>& run, double truth_norm, readback<T, S>& to)
      : run_(run), truth_norm_(truth_norm), at_(to.reserve_sum()) {
    for (int i = 1; i < descent_sums; ++i) to.reserve_sum();
  }

  void enqueue(readback<T, S>& to) override { run_.copy_error_sums(to.sum(at_)); }
  void read(const readback<T, S>& from, record& r) const override {
    double sums[descent_sums];
    for (std::size_t i = 0; i < descent_sums; ++i) sums[i] = from.read_sum(at_ + i);
    const auto [train, test] = run_.errors(sums);
    r[measure::train_error] = train;
    r[measure::test_error] = test / truth_norm_;
  }

 private:
  recovery<T, S>& run_;
  double truth_norm_;
  std::size_t at_;
};

/// ||A(X_t) - y|| / ||y||
template <class T, class S>
class train_error_measurer final : public measurer<T, S> {
 public:
  train_error_measurer(recovery<T, S>& run, readback<T, S>& to)
      : run_(run), at_(to.reserve_sum()) {}

  void enqueue(readback<T, S>& to) override {
    const auto r = run_.residual();
    run_.where().backend()->sum(r.size(), dot_term<T>{r.data(), r.data(), 1.0}, to.sum(at_));
  }
  void read(const readback<T, S>& from, record& r) const override {
    r[measure::train_error] = std::sqrt(from.read_sum(at_)) / run_.data_norm();
  }

 private:
  recovery<T, S>& run_;
  std::size_t at_;
};

/// ||X_t - T||_F / ||T||_F, in packed coordinates
template <class T, class S>
class test_error_measurer final : public measurer<T, S> {
 public:
  /// `truth`: pack(T)
  test_error_measurer(recovery<T, S>& run, tensor<T, S> truth, double norm, readback<T, S>& to)
      : run_(run), at_(to.reserve_sum()), truth_(std::move(truth)), norm_(norm) {}

  void enqueue(readback<T, S>& to) override {
    run_.where().backend()->sum(
        truth_.size(), squared_difference_term<T>{run_.packed_product().data(), truth_.data()},
        to.sum(at_));
  }
  void read(const readback<T, S>& from, record& r) const override {
    r[measure::test_error] = std::sqrt(from.read_sum(at_)) / norm_;
  }
  std::size_t workspace_bytes() const override { return bytes_of(truth_); }

 private:
  recovery<T, S>& run_;
  std::size_t at_;
  tensor<T, S> truth_;
  double norm_;
};

/// Singular tubes of U_t: effective tubal rank and, with the r-th singular values of X (one per
/// slice), the singular tube error. Its left singular vectors serve the other measurers.
template <class T, class S>
class tube_measurer final : public measurer<T, S> {
 public:
  tube_measurer(recovery<T, S>& run, double rank_tolerance, readback<T, S>& to)
      : run_(run),
        tolerance_(rank_tolerance),
        shape_(run.spectral_factor().shape()),
        q_(std::min(shape_.rows, shape_.cols)),
        u_(run.where(), shape_),
        left_(run.where(), {shape_.rows, q_, shape_.tube}),
        right_(run.where(), {q_, shape_.cols, shape_.tube}),
        svd_(run.where(), shape_, vectors::compute),
        at_(to.reserve(q_ * shape_.slices.total())) {}

  /// Columns of `left`
  std::int64_t columns() const { return q_; }
  /// Left singular vectors of U_t, n x q; after `enqueue`.
  half_spectrum_view<const T, S> left() const { return left_; }
  /// Also measure the singular tube error. `truth`: sigma_r of X per slice.
  void compare_with(std::int64_t r, std::vector<double> truth) {
    r_ = r;
    truth_ = std::move(truth);
  }

  void enqueue(readback<T, S>& to) override {
    copy_spectrum<T, S>(*run_.where().backend(), run_.spectral_factor(), u_);
    svd_.execute(u_, to.values(at_), left_, right_);
  }

  void read(const readback<T, S>& from, record& r) const override {
    double widest = 0, rank = 0;
    for (std::int64_t i = 0; i < q_; ++i) {
      const double norm = tube_norm(from, i);
      if (std::isnan(norm)) return;
      widest = std::max(widest, norm);
    }
    for (std::int64_t i = 0; i < q_; ++i) rank += tube_norm(from, i) > tolerance_ * widest ? 1 : 0;
    r[measure::effective_tubal_rank] = rank;
    if (truth_.empty()) return;
    double error = 0, scale = 0;
    for (std::int64_t f = 0; f < shape_.slices.total(); ++f) {
      const double expected = truth_[static_cast<std::size_t>(f)];
      const double found = r_ <= q_ ? value(from, r_ - 1, f) : 0;
      error += weight(f) * (found - expected) * (found - expected);
      scale += weight(f) * expected * expected;
    }
    r[measure::singular_tube_error] = std::sqrt(error / scale);
  }
  std::size_t workspace_bytes() const override {
    return bytes_of(u_, left_, right_) + svd_.workspace_bytes();
  }

 private:
  /// Parseval: 2/k on complex slices, 1/k on real ones.
  double weight(std::int64_t f) const {
    return (f < shape_.slices.complex ? 2.0 : 1.0) / static_cast<double>(shape_.tube);
  }
  double tube_norm(const readback<T, S>& from, std::int64_t i) const {
    double square = 0;
    for (std::int64_t f = 0; f < shape_.slices.total(); ++f)
      square += weight(f) * value(from, i, f) * value(from, i, f);
    return std::sqrt(square);
  }
  double value(const readback<T, S>& from, std::int64_t i, std::int64_t f) const {
    return from.read(at_ + static_cast<std::size_t>(f * q_ + i));
  }

  recovery<T, S>& run_;
  double tolerance_;
  spectrum_shape shape_;
  std::int64_t q_;
  half_spectrum<T, S> u_, left_, right_;
  spectral_svd<T, S> svd_;
  std::size_t at_;
  std::int64_t r_ = 0;
  std::vector<double> truth_;
};

/// Angle of L_t, the leading r-dimensional column space of U_t, to a fixed space.
template <class T, class S>
class angle_measurer final : public measurer<T, S> {
 public:
  angle_measurer(measure row, context<S>& ctx, const tube_measurer<T, S>& tubes,
                 half_spectrum<T, S> space, readback<T, S>& to)
      : row_(row),
        b_(ctx.backend().get()),
        tubes_(tubes),
        space_(std::move(space)),
        leading_(ctx, {space_.shape().rows, std::min(space_.shape().cols, tubes.columns()),
                       space_.shape().tube}),
        angles_(ctx, space_.shape(), leading_.shape()),
        count_(angles_.values_per_slice() * space_.shape().slices.total()),
        at_(to.reserve(count_)) {}

  void enqueue(readback<T, S>& to) override {
    take_block<T, S>(*b_, tubes_.left(), 0, 0, leading_);
    angles_.execute(space_, leading_, to.values(at_));
  }
  void read(const readback<T, S>& from, record& r) const override {
    r[row_] = largest_norm(from, at_, count_);
  }
  std::size_t workspace_bytes() const override {
    return bytes_of(space_, leading_) + angles_.workspace_bytes();
  }

 private:
  measure row_;
  backend<S>* b_;
  const tube_measurer<T, S>& tubes_;
  half_spectrum<T, S> space_, leading_;
  spectral_angles<T, S> angles_;
  std::int64_t count_;
  std::size_t at_;
};

}  // namespace tubal::detail
