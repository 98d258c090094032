// How far to go along a direction, from the loss itself. X = (L + s D) * (Q + s E)^T is quadratic
// in s, so the change of the loss is a polynomial of degree four: known exactly from A of its
// terms.
#pragma once

#include <tubal/half_spectrum.hpp>

#include <array>
#include <cmath>
#include <initializer_list>

#include "core/readback.hpp"
#include "core/recovery/factor_update.hpp"

namespace tubal::detail {

/// c_0 s + c_1 s^2 + c_2 s^3 + c_3 s^4
struct change_of_loss {
  std::array<double, 4> c;
  double operator()(double s) const { return s * (c[0] + s * (c[1] + s * (c[2] + s * c[3]))); }

  /// The first of start, start/2, ... with at least 1e-4 of the fall that the slope promises
  /// (Armijo); 0 when there is none.
  double share(double start) const {
    constexpr double demand = 1e-4;
    constexpr int halvings = 60;
    for (int i = 0; i <= halvings; ++i, start /= 2)
      if (c[0] < 0 && (*this)(start) <= demand * start * c[0]) return start;
    return 0;
  }
};

template <class T, class S>
class line_search {
 public:
  /// `orthogonality`: l of the transform, M M^H = l I; `unit`: what residuals are measured in, so
  /// that the loss is near 1.
  line_search(context<S>& ctx, std::int64_t m, double orthogonality, double unit)
      : first(ctx, {m, 1, 1}), second(ctx, {m, 1, 1}), orthogonality_(orthogonality), unit_(unit) {
    for (std::size_t& sum : sums_) sum = readback_.reserve_sum();
    readback_.allocate(ctx);
  }

  tensor<T, S> first;   ///< A(D * Q^T + L * E^T)
  tensor<T, S> second;  ///< A(D * E^T); 0 where one factor moves alone

  /// Of `weight` ||r||^2 + (decay/2) ||factors||^2, times unit^2, from the residual r, `first` and
  /// `second`. Waits.
  change_of_loss change(backend<S>& b, const tensor<T, S>& r, double weight, double decay,
                        std::initializer_list<moving_factor<T, S>*> moving) {
    const auto dot = [&](const tensor<T, S>& x, const tensor<T, S>& y, std::size_t to) {
      b.sum(x.size(), dot_term<T>{x.data(), y.data(), unit_}, readback_.sum(sums_[to]));
    };
    dot(r, first, 0);
    dot(first, first, 1);
    dot(r, second, 2);
    dot(first, second, 3);
    dot(second, second, 4);
    for (const std::size_t to : {5u, 6u}) b.sum(0, dot_term<T>{}, readback_.sum(sums_[to]));
    for (const moving_factor<T, S>* f : moving) {
      add_inner_product(b, f->hat, f->direction, readback_.sum(sums_[5]));
      add_inner_product(b, f->direction, f->direction, readback_.sum(sums_[6]));
    }
    readback_.fetch(b);
    decay *= unit_;  // the other one is in sums 5 and 6
    const auto sum = [&](std::size_t i) { return readback_.read_sum(sums_[i]); };
    return {{2 * weight * sum(0) + decay * sum(5),
             weight * (sum(1) + 2 * sum(2)) + decay / 2 * sum(6), 2 * weight * sum(3),
             weight * sum(4)}};
  }

 private:
  /// *sum += <x, y>, by Parseval.
  void add_inner_product(backend<S>& b, const half_spectrum<T, S>& x, const half_spectrum<T, S>& y,
                         double* sum) {
    const auto s = x.shape();
    const std::int64_t paired = 2 * s.rows * s.cols * x.slices().complex;
    const double once = std::sqrt(unit_ / orthogonality_), twice = std::sqrt(2.0) * once;
    b.sum(paired, dot_term<T>{x.data(), y.data(), twice}, sum, true);
    b.sum(x.size() - paired, dot_term<T>{x.data() + paired, y.data() + paired, once}, sum, true);
  }

  double orthogonality_, unit_;
  std::array<std::size_t, 7> sums_{};
  readback<T, S> readback_;
};

}  // namespace tubal::detail
