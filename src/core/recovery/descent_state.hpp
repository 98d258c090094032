// What a descent holds, and its steps.
#pragma once

#include <tubal/algebra.hpp>
#include <tubal/descent.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/readback.hpp"
#include "core/recovery/factor_update.hpp"
#include "core/recovery/line_search.hpp"
#include "core/unit.hpp"

namespace tubal {

template <class T, class S>
struct descent<T, S>::state {
  context<S>& ctx;
  const sensing_operator<T, S>& sensing;
  descent_options options;
  tube_transform<T, S> transform;
  std::int64_t columns = 0;  // R
  double mu = 0;
  double step_share = 1;   // of mu that the last step went, where the loss is searched
  double decay_start = 0;  // weight decay of step 0 where there is a continuation

  detail::moving_factor<T, S> left, right;
  half_spectrum<T, S> turn;  // c x R: the whole L is left * turn
  std::optional<detail::preconditioner<T, S>> precondition;
  std::optional<detail::line_search<T, S>> search;
  half_spectrum<T, S> hat;  // X^, then Z^
  tensor<T, S> y, x, z, residual;
  tensor<T, S> fitted_share, fitted;  // 1 or 0 for each measurement, and that times a vector
  detail::readback<T, S> sums;
  std::size_t all_sum, fitted_sum, error_sum, truth_sum;
  double norm = 0, fitted_norm = 0, held_out_norm = 0;  // of y
  double unit = 1;                                      // of squares: 1 over the size of y
  double mean_train_error = 1, mean_held_out_error = std::numeric_limits<double>::quiet_NaN();
  std::int64_t t = 0;
  bool evaluated = false;

  state(context<S>& c, const sensing_operator<T, S>& a, const descent_options& o)
      : ctx(c),
        sensing(a),
        options(o),
        transform(c, a.domain(), o.along),
        hat(c, transform.shape()),
        y(c, {a.measurements(), 1, 1}),
        x(c, a.domain()),
        z(c, a.domain()),
        residual(c, {a.measurements(), 1, 1}),
        all_sum(sums.reserve_sum()),
        fitted_sum(sums.reserve_sum()),
        error_sum(sums.reserve_sum()),
        truth_sum(sums.reserve_sum()) {
    sums.allocate(c);
  }

  detail::backend<S>& be() { return *ctx.backend(); }
  bool symmetric() const { return options.form == factor_form::symmetric; }
  bool is_zero() const { return !(fitted_norm > 0); }  // then X = 0
  bool holds_out() const { return fitted_share.size() > 0; }
  const detail::moving_factor<T, S>& other() const { return symmetric() ? left : right; }
  double weight_decay(std::int64_t step) const {
    return std::max(options.weight_decay,
                    decay_start * std::pow(options.continuation_rate, static_cast<double>(step)));
  }

  /// to = from, and 0 where held out
  void keep_fitted(const tensor<T, S>& from, const tensor<T, S>& to) {
    be().for_each(from.size(), detail::weigh<T>{fitted_share.data(), from.data(), to.data()});
  }

  /// X, A(X) - y, Z = A^T(A(X) - y)
  void evaluate() {
    if (evaluated) return;
    const typename detail::backend<S>::range name("tubal::descent evaluate");
    product(left.hat, other().hat, 0);
    transform.inverse(hat, x);
    if (holds_out()) {
      sensing.apply(ctx, x, residual);
      be().for_each(y.size(), detail::subtract_data<T>{y.data(), residual.data()});
      keep_fitted(residual, fitted);
      sensing.adjoint(ctx, fitted, z);
    } else {
      sensing.normal_step(ctx, x, y, residual, z);
    }
    evaluated = true;
  }

  /// direction = -mu (Z Q + w L) (Q^H Q + d I)^-1 for f = L, with Z^H for f = Q
  void direct(detail::moving_factor<T, S>& f, const detail::moving_factor<T, S>& by, op op_z) {
    const double w = weight_decay(t);
    half_spectrum_view<T, S> to = f.direction;
    if (precondition) to = precondition->scratch(f.hat.shape());
    detail::copy_spectrum<T, S>(be(), f.hat, to);
    const double share = symmetric() ? mu / 2 : mu;  // sym(Z) = (Z + Z^H) / 2
    detail::multiply<T, S>(be(), op_z, op::none, static_cast<T>(-share), hat, by.hat,
                           static_cast<T>(-mu * w), to);
    if (symmetric())
      detail::multiply<T, S>(be(), op::transpose, op::none, static_cast<T>(-share), hat, by.hat,
                             T(1), to);
    if (precondition)
      precondition->execute(be(), by.hat, std::max(options.damping.value_or(0), mu * w),
                            f.direction);
  }

  /// X^ <- F * G^T + beta X^
  void product(const half_spectrum<T, S>& f, const half_spectrum<T, S>& g, T beta) {
    detail::multiply<T, S>(be(), op::none, op::transpose, T(1), f, g, beta, hat);
  }
  /// to <- A(X), 0 where held out; by way of x.
  void measure_product(const tensor<T, S>& to) {
    transform.inverse(hat, x);
    sensing.apply(ctx, x, to);
    if (holds_out()) keep_fitted(to, to);
  }

  /// The directions of the factors that are about to move <- the share of them that the loss bears.
  void find_share(std::initializer_list<detail::moving_factor<T, S>*> moving) {
    if (!search) return;
    const bool together = symmetric() || moving.size() == 2;
    const auto& l = left.hat;
    const auto& q = other().hat;
    const auto& e = other().direction;
    // A(D * Q^T + L * E^T), A(D * E^T)
    T beta = 0;
    if (together || *moving.begin() == &left) {
      product(left.direction, q, beta);
      beta = 1;
    }
    if (together || *moving.begin() == &right) product(l, e, beta);
    measure_product(search->first);
    if (together) {
      product(left.direction, e, 0);
      measure_product(search->second);
    } else {
      be().for_each(y.size(), detail::fill_constant<T>{search->second.data(), T(0)});
    }
    const auto change = search->change(be(), holds_out() ? fitted : residual,
                                       symmetric() ? 0.25 : 0.5, weight_decay(t), moving);
    step_share = change.share(step_share > 0 ? std::min(1.0, 2 * step_share) : 1.0);
    for (detail::moving_factor<T, S>* f : moving)
      be().for_each(f->direction.size(), detail::scale_all<T>{f->direction.data(), step_share});
  }

  /// V <- b V + D,  L <- L + D + b V
  void move(detail::moving_factor<T, S>& f) {
    const double b = options.momentum;
    detail::add<T, S>(be(), f.direction, 1, 1, f.hat);
    if (b > 0) {
      detail::add<T, S>(be(), f.direction, 1, b, f.velocity);
      detail::add<T, S>(be(), f.velocity, b, 1, f.hat);
    }
    evaluated = false;
  }

  void step() {
    const typename detail::backend<S>::range name("tubal::descent step");
    evaluate();
    if (is_zero()) {
      ++t;
      return;
    }
    transform.forward(z, hat);
    direct(left, other(), op::none);
    if (!symmetric() && options.method != descent_method::alternating) {
      direct(right, left, op::transpose);
      find_share({&left, &right});
      move(right);
    } else {
      find_share({&left});
    }
    move(left);
    if (options.method == descent_method::alternating) {
      evaluate();
      transform.forward(z, hat);
      direct(right, left, op::transpose);
      find_share({&right});
      move(right);
    }
    ++t;
  }

  tensor<T, S> whole(const half_spectrum<T, S>& factor) {
    const spectrum_shape s = factor.shape().with(factor.shape().rows, columns);
    tensor<T, S> result(ctx, s);
    tube_transform<T, S> back(ctx, s, options.along);
    if (turn.size() > 0) {
      half_spectrum<T, S> full(ctx, s);
      detail::multiply<T, S>(be(), op::none, op::none, T(1), factor, turn, T(0), full);
      back.inverse(full, result);
      ctx.wait();
    } else {
      back.inverse(factor, result);
      ctx.wait();
    }
    return result;
  }

  void prepare(input<T, S> data);
  void start(input<T, S> given_left, input<T, S> given_right);
  double mean_gain();
  double entry_size();
  void measure_mean();
  void choose_step();
  void fit_scale();
};

}  // namespace tubal
