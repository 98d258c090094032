// Measures that follow the stages of the descent: the power iterate, signal and noise.
#pragma once

#include <algorithm>

#include "core/recovery/measures.hpp"

namespace tubal::detail {

/// Angle of the leading r-dimensional column space of the power iterate (I + mu Y)^t U_0 to L, the
/// space of the r largest eigenvalues of Y = sym(A^T y).
///
/// In the eigenbasis of Y the iterate is D^t C with C = V^H U_0 and D = diag(1 + mu lambda); its
/// rows are sorted by size, so that the singular vectors keep their relative accuracy however far
/// the rows are apart. (Iterating would drown the smaller directions in rounding.)
template <class T, class S>
class power_measurer final : public measurer<T, S> {
 public:
  /// `basis`: eigenvectors V by descending eigenvalue; `lambda`: the eigenvalues, n per slice.
  power_measurer(recovery<T, S>& run, std::int64_t r, spectrum_input<T, S> basis,
                 const std::vector<double>& lambda, readback<T, S>& to)
      : run_(run),
        r_(r),
        shape_(run.spectral_factor().shape()),
        q_(std::min(shape_.rows, shape_.cols)),
        start_(run.where(), shape_),
        iterate_(run.where(), shape_),
        left_(run.where(), {shape_.rows, q_, shape_.tube}),
        right_(run.where(), {q_, shape_.cols, shape_.tube}),
        outside_(run.where(), {shape_.rows - r, std::min(r, q_), shape_.tube}),
        growth_(run.where(), {shape_.rows, shape_.slices.total(), 1}),
        values_(run.where(), {q_, shape_.slices.total(), 1}),
        svd_(run.where(), shape_, vectors::graded),
        norms_(run.where(), outside_.shape()),
        count_(norms_.values_per_slice() * shape_.slices.total()),
        at_(to.reserve(count_)) {
    backend<S>& b = *run.where().backend();
    multiply<T, S>(b, op::transpose, op::none, T(1), basis, run.spectral_factor(), T(0), start_);
    std::vector<double> ratio(lambda.size());
    const auto n = static_cast<std::size_t>(shape_.rows);
    for (std::size_t i = 0; i < lambda.size(); ++i)
      ratio[i] = (1 + run.step_size() * lambda[i]) / (1 + run.step_size() * lambda[i / n * n]);
    b.upload(growth_.data(), ratio.data(), ratio.size() * sizeof(double));
  }

  void enqueue(readback<T, S>& to) override {
    backend<S>& b = *run_.where().backend();
    const auto power = static_cast<double>(run_.iteration());
    const double* ratio = growth_.data();
    for_both_parts(
        [&](auto from, auto scaled) {
          using E = std::remove_pointer_t<decltype(scaled.data)>;
          b.for_each(scaled.count * scaled.rows * scaled.cols,
                     scale_rows_by_power<E>{from, scaled, ratio, power});
          ratio += scaled.count * scaled.rows;
        },
        start_, iterate_);
    // the singular vectors outside of the first r coordinates, which are L
    svd_.execute(iterate_, values_.data(), left_, right_);
    take_block<T, S>(b, left_, r_, 0, outside_);
    norms_.execute(outside_, to.values(at_));
  }
  void read(const readback<T, S>& from, record& r) const override {
    r[measure::power_method_angle_to_spectral_subspace] = largest_norm(from, at_, count_);
  }
  std::size_t workspace_bytes() const override {
    return bytes_of(start_, iterate_, left_, right_, outside_, growth_, values_) +
           svd_.workspace_bytes() + norms_.workspace_bytes();
  }

 private:
  recovery<T, S>& run_;
  std::int64_t r_;
  spectrum_shape shape_;
  std::int64_t q_;
  half_spectrum<T, S> start_, iterate_, left_, right_, outside_;
  tensor<double, S> growth_;
  tensor<T, S> values_;
  spectral_svd<T, S> svd_;
  spectral_norms<T, S> norms_;
  std::int64_t count_;
  std::size_t at_;
};

/// With W the right singular vectors of V_X^H U_t: signal U_t W, smallest singular value; noise
/// U_t - U_t W W^H, spectral norm.
template <class T, class S>
class signal_measurer final : public measurer<T, S> {
 public:
  signal_measurer(recovery<T, S>& run, spectrum_input<T, S> truth_space, readback<T, S>& to)
      : run_(run),
        shape_(run.spectral_factor().shape()),
        r_(truth_space.shape().cols),
        w_(std::min(r_, shape_.cols)),
        space_(run.where(), truth_space.shape()),
        overlap_(run.where(), {r_, shape_.cols, shape_.tube}),
        left_(run.where(), {r_, w_, shape_.tube}),
        right_(run.where(), {w_, shape_.cols, shape_.tube}),
        signal_(run.where(), {shape_.rows, w_, shape_.tube}),
        noise_(run.where(), shape_),
        values_(run.where(), {w_, shape_.slices.total(), 1}),
        overlap_svd_(run.where(), overlap_.shape(), vectors::compute),
        signal_svd_(run.where(), signal_.shape(), vectors::skip),
        norms_(run.where(), shape_),
        at_signal_(to.reserve(w_ * shape_.slices.total())),
        noise_count_(norms_.values_per_slice() * shape_.slices.total()),
        at_noise_(to.reserve(noise_count_)) {
    copy_spectrum<T, S>(*run.where().backend(), truth_space, space_);
  }

  void enqueue(readback<T, S>& to) override {
    backend<S>& b = *run_.where().backend();
    const auto u = run_.spectral_factor();
    multiply<T, S>(b, op::transpose, op::none, T(1), space_, u, T(0), overlap_);
    overlap_svd_.execute(overlap_, values_.data(), left_, right_);
    // U W, then U - (U W) W^H
    multiply<T, S>(b, op::none, op::transpose, T(1), u, right_, T(0), signal_);
    copy_spectrum<T, S>(b, u, noise_);
    multiply<T, S>(b, op::none, op::none, T(-1), signal_, right_, T(1), noise_);
    signal_svd_.execute(signal_, to.values(at_signal_), {}, {});
    norms_.execute(noise_, to.values(at_noise_));
  }

  void read(const readback<T, S>& from, record& r) const override {
    double smallest = std::numeric_limits<double>::infinity();
    for (std::int64_t f = 0; f < shape_.slices.total(); ++f) {
      const double value = from.read(at_signal_ + static_cast<std::size_t>(f * w_ + w_ - 1));
      if (!(value >= smallest)) smallest = value;
    }
    r[measure::signal] = smallest;
    r[measure::noise] = largest_norm(from, at_noise_, noise_count_);
  }
  std::size_t workspace_bytes() const override {
    return bytes_of(space_, overlap_, left_, right_, signal_, noise_, values_) +
           overlap_svd_.workspace_bytes() + signal_svd_.workspace_bytes() +
           norms_.workspace_bytes();
  }

 private:
  recovery<T, S>& run_;
  spectrum_shape shape_;
  std::int64_t r_, w_;
  half_spectrum<T, S> space_, overlap_, left_, right_, signal_, noise_;
  tensor<T, S> values_;
  spectral_svd<T, S> overlap_svd_, signal_svd_;
  spectral_norms<T, S> norms_;
  std::size_t at_signal_;
  std::int64_t noise_count_;
  std::size_t at_noise_;
};

}  // namespace tubal::detail
