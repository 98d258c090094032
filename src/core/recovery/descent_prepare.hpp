// How a descent begins: data, step, factors.
#pragma once

#include <tubal/norms.hpp>
#include <tubal/random.hpp>
#include <tubal/sensing_operators.hpp>

#include "core/checks.hpp"
#include "core/recovery/descent_start.hpp"
#include "core/recovery/descent_state.hpp"

namespace tubal {

/// Takes in y, and draws what is held out.
template <class T, class S>
void descent<T, S>::state::prepare(input<T, S> data) {
  const detail::checks check("descent");
  const std::int64_t m = sensing.measurements();
  copy<T, S>(ctx, data, y);
  const auto held = static_cast<std::int64_t>(std::llround(options.held_out * double(m)));
  norm = frobenius_norm(ctx, y);
  unit = detail::reciprocal_unit(norm);
  fitted_norm = norm;
  if (held > 0) {
    check.between("the number of measurements not held out", m - held, 1, m);
    std::vector<T> share(static_cast<std::size_t>(m), T(1));
    for (const std::int64_t i : random_subset(m, held, options.seed, random_stream::held_out))
      share[static_cast<std::size_t>(i)] = T(0);
    fitted_share = from_host<T, S>(ctx, {m, 1, 1}, share);
    fitted = tensor<T, S>(ctx, {m, 1, 1});
    keep_fitted(y, fitted);
    fitted_norm = frobenius_norm(ctx, fitted);
    const double all = norm * unit, rest = fitted_norm * unit;
    held_out_norm = std::sqrt(std::max(0.0, all * all - rest * rest)) / unit;
  }
  measure_mean();
}

/// The errors of X = c, where c minimises the fitted one; changes x and residual.
template <class T, class S>
void descent<T, S>::state::measure_mean() {
  if (is_zero()) return;
  be().for_each(x.size(), detail::fill_constant<T>{x.data(), T(1)});
  sensing.apply(ctx, x, residual);
  // of a = A(1), in units in which y and a are near 1
  const double of_a = detail::reciprocal_unit(frobenius_norm(ctx, residual));
  struct products {
    double aa, ay, yy;
  };
  const auto measure = [&](const tensor<T, S>& a, double norm_of_y) {
    const auto dot = [&](const tensor<T, S>& b, double scale) {
      return detail::sum_of(ctx, y.size(), detail::dot_term<T>{a.data(), b.data(), scale});
    };
    return products{dot(a, of_a), dot(y, std::sqrt(of_a) * std::sqrt(unit)),
                    std::pow(norm_of_y * unit, 2)};
  };
  const products all = measure(residual, norm);
  products fit = all;
  if (holds_out()) {
    keep_fitted(residual, fitted);
    fit = measure(fitted, fitted_norm);
  }
  if (!(fit.aa > 0)) return;
  const double c = fit.ay / fit.aa;
  const auto error = [&](const products& p) {
    return std::sqrt(std::max(0.0, (c * c * p.aa - 2 * c * p.ay + p.yy) / p.yy));
  };
  mean_train_error = error(fit);
  if (held_out_norm > 0)
    mean_held_out_error = error({all.aa - fit.aa, all.ay - fit.ay, all.yy - fit.yy});
}

/// ||A||_F^2 / N, what A^T A does on average, from one random tensor; changes x and residual.
template <class T, class S>
double descent<T, S>::state::mean_gain() {
  fill_normal<T, S>(ctx, x, 1, options.seed, random_stream::probe);
  sensing.apply(ctx, x, residual);
  return std::pow(frobenius_norm(ctx, residual) / frobenius_norm(ctx, x), 2);
}

/// ||y|| / ||A||_F: the root mean square entry of X, where A does to it what it does on average.
template <class T, class S>
double descent<T, S>::state::entry_size() {
  const double size = norm / std::sqrt(mean_gain() * static_cast<double>(sensing.domain().size()));
  return size > 0 && std::isfinite(size) ? size : 1;
}

/// mu, and where the weight decay starts; z = A^T y.
template <class T, class S>
void descent<T, S>::state::choose_step() {
  if (holds_out()) keep_fitted(y, fitted);
  sensing.adjoint(ctx, holds_out() ? fitted : y, z);
  ctx.wait();
  const bool from_norm = options.rule == step_rule::from_norm;
  const bool by_size =
      options.rule != step_rule::constant && options.method == descent_method::gradient;
  double largest = 0;
  if (by_size || options.continuation > 0) {
    const auto f = randomized_svd(ctx, static_cast<const tensor_view<T, S>&>(z), 1,
                                  {.seed = options.seed, .along = options.along});
    largest = spectral_norm(ctx, f.s, options.along);
  }
  decay_start = options.continuation * largest;
  mu = options.step_size;
  if (is_zero()) return;
  if (by_size) mu /= largest / mean_gain();
  if (from_norm) {
    const double of_a =
        options.norm ? *options.norm : operator_norm<T, S>(ctx, sensing, {.seed = options.seed});
    mu /= of_a * of_a * (by_size ? 2 : 1);
  }
  if (!(std::isfinite(mu) && mu > 0))
    detail::checks("descent").fail("the step would be " + std::to_string(mu) +
                                   "; the spectral norm of A^T y is " + std::to_string(largest));
}

template <class T, class S>
void descent<T, S>::state::start(input<T, S> given_left, input<T, S> given_right) {
  detail::starting_factors<T, S> made;
  tensor_view<const T, S> l = given_left, q = given_right;
  if (options.start != descent_start::given) {
    made = options.start == descent_start::random
               ? detail::random_start<T, S>(ctx, sensing.domain(), entry_size(), options)
               : detail::spectral_start<T, S>(ctx, z, options);
    l = made.left;
    q = made.right;
  }
  columns = l.shape().cols;
  detail::compact_factors<T, S> f = detail::compact<T, S>(ctx, l, q, options.along);
  const auto place = [&](half_spectrum<T, S>& from, detail::moving_factor<T, S>& to) {
    to = detail::moving_factor<T, S>(ctx, from.shape(), options.momentum > 0);
    to.hat = std::move(from);
    if (options.momentum > 0)
      be().for_each(to.velocity.size(), detail::fill_constant<T>{to.velocity.data(), T(0)});
  };
  place(f.left, left);
  if (!symmetric()) place(f.right, right);
  turn = std::move(f.turn);
  if (options.method != descent_method::gradient)
    precondition.emplace(ctx, left.hat.shape(),
                         std::max(sensing.domain().rows, sensing.domain().cols));
  if (options.rule == step_rule::backtracking)
    search.emplace(ctx, y.size(), options.along.scale(sensing.domain().tube), unit);
  if (is_zero())
    for (detail::moving_factor<T, S>* moving : {&left, &right})
      be().for_each(moving->hat.size(), detail::fill_constant<T>{moving->hat.data(), T(0)});
  else if (options.start == descent_start::spectral)
    fit_scale();
  ctx.wait();
}

/// X_0 <- c X_0 with the c that minimises ||A(c X_0) - y|| over what is fitted
template <class T, class S>
void descent<T, S>::state::fit_scale() {
  evaluate();
  // <A X_0, y> and ||A X_0||^2 from r = A X_0 - y
  const tensor<T, S>& r = holds_out() ? fitted : residual;
  const std::int64_t m = y.size();
  const double rr = detail::sum_of(ctx, m, detail::dot_term<T>{r.data(), r.data(), unit});
  const double ry = detail::sum_of(ctx, m, detail::dot_term<T>{r.data(), y.data(), unit});
  const double yy = std::pow(fitted_norm * unit, 2), squared = rr + 2 * ry + yy;
  const double c = squared > 0 ? (ry + yy) / squared : 1;
  evaluated = false;
  if (!(c > 0 && std::isfinite(c))) return;
  for (detail::moving_factor<T, S>* f : {&left, &right})
    be().for_each(f->hat.size(), detail::scale_all<T>{f->hat.data(), std::sqrt(c)});
}

}  // namespace tubal
