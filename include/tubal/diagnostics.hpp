// What a gradient-descent run is doing: errors, angles, signal and noise, stages.
#pragma once

#include <tubal/owned.hpp>
#include <tubal/recovery.hpp>

#include <array>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>

namespace tubal {

/// What can be measured at an iterate U_t, X_t = U_t * U_t^T. Norms over tensors are Frobenius
/// norms; angles are the sine of the largest principal angle, max_f ||(I - V_f V_f^H) W_f||_2.
enum class measure {
  train_error,                 ///< ||A(X_t) - y|| / ||y||
  test_error,                  ///< ||X_t - T||_F / ||T||_F
  singular_tube_error,         ///< ||sigma_r(U_t) - sigma_r(X)||_2 / ||sigma_r(X)||_2
  angle_to_spectral_subspace,  ///< leading r-dimensional column space L_t of U_t to L, the space of
                               ///< the r largest eigenvalues (per slice) of sym(A^T y)
  angle_to_ground_truth,       ///< L_t to the column space of X
  power_method_angle_to_spectral_subspace,  ///< leading space of (I + mu sym(A^T y))^t U_0 to L
  signal,  ///< smallest singular value (over slices) of U_t W_t, with W_t the right singular space
           ///< of V_X^T U_t
  noise,   ///< spectral norm of U_t (I - W_t W_t^T)
  effective_tubal_rank  ///< singular tubes of U_t above `rank_tolerance` times the largest
};
inline constexpr int measure_count = 9;

/// The names used in run files, in the order of `measure`.
std::string_view name(measure m);

/// A choice of measures.
class measure_set {
 public:
  constexpr measure_set() = default;
  constexpr measure_set(std::initializer_list<measure> members) {
    for (const measure m : members) insert(m);
  }
  static constexpr measure_set all() {
    measure_set every;
    every.bits_ = (1u << measure_count) - 1;
    return every;
  }

  constexpr void insert(measure m) { bits_ |= bit(m); }
  constexpr bool contains(measure m) const { return (bits_ & bit(m)) != 0; }
  constexpr bool intersects(measure_set other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool operator==(const measure_set&) const = default;

 private:
  static constexpr unsigned bit(measure m) { return 1u << static_cast<unsigned>(m); }
  unsigned bits_ = 0;
};

/// What was measured at one iterate; NaN where a row is not available.
struct record {
  record() { values.fill(std::numeric_limits<double>::quiet_NaN()); }
  double operator[](measure m) const { return values[static_cast<std::size_t>(m)]; }
  double& operator[](measure m) { return values[static_cast<std::size_t>(m)]; }

  std::int64_t iteration = 0;
  std::array<double, measure_count> values;
  /// ||A(X_t) - y|| / ||y|| over measurements that are not fitted; NaN without any (descent.hpp).
  double held_out_error = std::numeric_limits<double>::quiet_NaN();
};

struct monitor_options {
  /// Tubal rank r of the truth. Without it only errors and the effective rank are measured.
  std::optional<std::int64_t> tubal_rank = {};
  /// See `measure::effective_tubal_rank`.
  double rank_tolerance = 1e-2;
  /// What to measure; the rest is not available, and costs nothing. The errors alone cost two sums
  /// over vectors; everything else needs singular values of the factor.
  measure_set measures = measure_set::all();
};

/// Measures the iterates of one recovery.
template <class T, class Space>
class monitor {
 public:
  /// `truth`: T, n x n x k, or an empty view when it is not known. Call before the first step: U_0
  /// is read. Allocates, plans, waits. Throws `shape_error`, `argument_error`, `nonfinite_error`.
  monitor(recovery<T, Space>& run, input<T, Space> truth, const monitor_options& options);

  /// Everything available about the current iterate. Computed where the data is; one small record
  /// is read back. Waits, allocates nothing. With a non-finite iterate the values are NaN.
  record observe();

  bool available(measure m) const;
  /// Bytes that the monitor holds.
  std::size_t workspace_bytes() const;
  /// Smallest singular value of X; NaN unless a measure of the singular values or the space of X is
  /// available.
  double smallest_signal_of_truth() const;

 private:
  struct state;
  detail::owned<state> state_;
};

/// The iterations at which the stages of the descent begin, read off a sequence of records. The
/// first one, alignment, begins at 0: U_t follows the power iterate and L_t turns towards L.
struct stages {
  /// Growth: L_t is as close to L as it gets before convergence; from here on U_t leaves the power
  /// iterate while its signal grows geometrically. Certain once `convergence` is.
  std::optional<std::int64_t> growth;
  /// Local convergence: signal >= smallest singular value of X / sqrt(10).
  /// Source: Stoger and Soltanolkotabi 2021, end of phase II.
  std::optional<std::int64_t> convergence;

  void update(const record& r, double smallest_signal_of_truth);

 private:
  double smallest_angle_ = std::numeric_limits<double>::infinity();
};

}  // namespace tubal
