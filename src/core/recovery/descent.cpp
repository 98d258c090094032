// Descent on the factors of X = L * Q^T or U * U^T.
#include <tubal/algebra.hpp>
#include <tubal/descent.hpp>
#include <tubal/error.hpp>
#include <tubal/norms.hpp>
#include <tubal/random.hpp>
#include <tubal/sensing_operators.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/readback.hpp"
#include "core/recovery/descent_start.hpp"
#include "core/recovery/factor_update.hpp"
#include "core/recovery/line_search.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
struct descent<T, S>::state {
  context<S>& ctx;
  const sensing_operator<T, S>& sensing;
  descent_options options;
  tube_transform<T, S> transform;
  std::int64_t columns = 0;  // R
  double mu = 0;
  double share = 1;        // of mu that the last step went, where the loss is searched
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
  double fitted_norm = 0, held_out_norm = 0;  // of y
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
    share = change.share(std::min(1.0, 2 * share));
    for (detail::moving_factor<T, S>* f : moving)
      be().for_each(f->direction.size(), detail::scale_all<T>{f->direction.data(), share});
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
  void choose_step();
  void fit_scale();
};

namespace {

void check_options(const checks& check, const shape& domain, const descent_options& o) {
  check.positive("step_size", o.step_size)
      .nonnegative("weight_decay", o.weight_decay)
      .nonnegative("continuation", o.continuation)
      .positive("continuation_rate", o.continuation_rate)
      .nonnegative("momentum", o.momentum)
      .nonnegative("held_out", o.held_out);
  if (o.continuation_rate >= 1)
    check.fail("continuation_rate is " + std::to_string(o.continuation_rate) +
               "; it must be under 1");
  if (o.momentum >= 1)
    check.fail("momentum is " + std::to_string(o.momentum) + "; it must be under 1");
  if (o.held_out >= 1)
    check.fail("held_out is " + std::to_string(o.held_out) + "; it must be under 1");
  if (o.momentum > 0 && o.rule == step_rule::backtracking)
    check.fail("momentum is " + std::to_string(o.momentum) + "; with backtracking it must be 0");
  if (o.norm) check.positive("norm", *o.norm);
  if (o.damping) check.nonnegative("damping", *o.damping);
  if (o.start == descent_start::random) check.positive("init_scale", o.init_scale);
  if (o.start != descent_start::given)
    check.between("factor_rank", o.factor_rank, 1, detail::largest_blas_size);
  if (domain.size() == 0) check.fail("the operator's domain is " + to_string(domain));
  if (o.form == factor_form::symmetric) {
    if (domain.rows != domain.cols)
      check.fail_shape("the operator's domain is " + to_string(domain) +
                       ", but the symmetric form asks for a square one");
    if (o.method == descent_method::alternating)
      check.fail("the symmetric form has one factor; alternating asks for two");
  }
  constexpr double orthogonal = 1 + 1e-6;
  if (o.along.condition() > orthogonal)
    check.fail("along has condition number " + std::to_string(o.along.condition()) +
               "; it must be a multiple of an orthogonal transform");
}

}  // namespace

/// Takes in y, and draws what is held out.
template <class T, class S>
void descent<T, S>::state::prepare(input<T, S> data) {
  const checks check("descent");
  const std::int64_t m = sensing.measurements();
  copy<T, S>(ctx, data, y);
  const auto held = static_cast<std::int64_t>(std::llround(options.held_out * double(m)));
  double all = frobenius_norm(ctx, y);
  fitted_norm = all;
  if (held > 0) {
    check.between("the number of measurements not held out", m - held, 1, m);
    std::vector<T> share(static_cast<std::size_t>(m), T(1));
    for (const std::int64_t i : random_subset(m, held, options.seed, random_stream::held_out))
      share[static_cast<std::size_t>(i)] = T(0);
    fitted_share = from_host<T, S>(ctx, {m, 1, 1}, share);
    fitted = tensor<T, S>(ctx, {m, 1, 1});
    keep_fitted(y, fitted);
    fitted_norm = frobenius_norm(ctx, fitted);
    held_out_norm = std::sqrt(std::max(0.0, all * all - fitted_norm * fitted_norm));
  }
  if (!(fitted_norm > 0))
    check.fail("y has norm " + std::to_string(fitted_norm) + "; there is nothing to recover");
}

/// ||A||_F^2 / N, what A^T A does on average, from one random tensor; changes x and residual.
template <class T, class S>
double descent<T, S>::state::mean_gain() {
  fill_normal<T, S>(ctx, x, 1, options.seed, random_stream::probe);
  sensing.apply(ctx, x, residual);
  return std::pow(frobenius_norm(ctx, residual) / frobenius_norm(ctx, x), 2);
}

/// mu, and where the weight decay starts; z = A^T y.
template <class T, class S>
void descent<T, S>::state::choose_step() {
  if (holds_out()) keep_fitted(y, fitted);
  sensing.adjoint(ctx, holds_out() ? fitted : y, z);
  ctx.wait();
  const bool from_norm = options.rule == step_rule::from_norm;
  const bool by_size = from_norm && options.method == descent_method::gradient;
  double largest = 0;
  if (by_size || options.continuation > 0) {
    const auto f = randomized_svd(ctx, static_cast<const tensor_view<T, S>&>(z), 1,
                                  {.seed = options.seed, .along = options.along});
    largest = spectral_norm(ctx, f.s, options.along);
  }
  decay_start = options.continuation * largest;
  mu = options.step_size;
  if (from_norm) {
    const double norm =
        options.norm ? *options.norm : operator_norm<T, S>(ctx, sensing, {.seed = options.seed});
    mu /= norm * norm * (by_size ? 2 * largest / mean_gain() : 1);
  }
  if (!(std::isfinite(mu) && mu > 0))
    checks("descent").fail("the step would be " + std::to_string(mu) +
                           "; the spectral norm of A^T y is " + std::to_string(largest));
}

template <class T, class S>
void descent<T, S>::state::start(input<T, S> given_left, input<T, S> given_right) {
  detail::starting_factors<T, S> made;
  tensor_view<const T, S> l = given_left, q = given_right;
  if (options.start != descent_start::given) {
    made = options.start == descent_start::random
               ? detail::random_start<T, S>(ctx, sensing.domain(), options)
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
    search.emplace(ctx, y.size(), options.along.scale(sensing.domain().tube));
  if (options.start == descent_start::spectral) fit_scale();
  ctx.wait();
}

/// X_0 <- c X_0 with the c that minimises ||A(c X_0) - y|| over what is fitted
template <class T, class S>
void descent<T, S>::state::fit_scale() {
  evaluate();
  // <A X_0, y> and ||A X_0||^2 from r = A X_0 - y
  const tensor<T, S>& r = holds_out() ? fitted : residual;
  const std::int64_t m = y.size();
  const double rr = detail::sum_of(ctx, m, detail::dot_term<T>{r.data(), r.data(), 1});
  const double ry = detail::sum_of(ctx, m, detail::dot_term<T>{r.data(), y.data(), 1});
  const double yy = fitted_norm * fitted_norm, squared = rr + 2 * ry + yy;
  const double c = squared > 0 ? (ry + yy) / squared : 1;
  evaluated = false;
  if (!(c > 0 && std::isfinite(c))) return;
  for (detail::moving_factor<T, S>* f : {&left, &right})
    be().for_each(f->hat.size(), detail::scale_all<T>{f->hat.data(), std::sqrt(c)});
}

template <class T, class S>
descent<T, S>::descent(context<S>& ctx, const sensing_operator<T, S>& sensing, input<T, S> y,
                       const descent_options& options)
    : descent(ctx, sensing, y, options, {}, {}) {}

template <class T, class S>
descent<T, S>::descent(context<S>& ctx, const sensing_operator<T, S>& sensing, input<T, S> y,
                       const descent_options& options, input<T, S> left, input<T, S> right) {
  const checks check("descent");
  const shape domain = sensing.domain();
  check_options(check, domain, options);
  check.is(describe("y", y), {sensing.measurements(), 1, 1}, "the operator");
  detail::require_finite(ctx, "descent: y", y.data(), y.size());
  if (options.start == descent_start::given) {
    const std::int64_t columns = left.shape().cols;
    check.between("R (columns of left)", columns, 1, detail::largest_blas_size)
        .is(describe("left", left), {domain.rows, columns, domain.tube}, "the operator");
    detail::require_finite(ctx, "descent: left", left.data(), left.size());
    if (options.form == factor_form::asymmetric) {
      check.is(describe("right", right), {domain.cols, columns, domain.tube}, "left");
      detail::require_finite(ctx, "descent: right", right.data(), right.size());
    }
  } else if (left.data() || right.data()) {
    check.fail("left or right is given, but options.start does not say so");
  }
  if (options.form == factor_form::symmetric && right.data())
    check.fail("right is given, but the symmetric form has one factor");
  state_ = std::make_unique<state>(ctx, sensing, options);
  state_->prepare(y);
  state_->choose_step();
  state_->start(left, right);
}
template <class T, class S>
descent<T, S>::~descent() = default;
template <class T, class S>
descent<T, S>::descent(descent&&) noexcept = default;
template <class T, class S>
descent<T, S>& descent<T, S>::operator=(descent&&) noexcept = default;

template <class T, class S>
void descent<T, S>::evaluate() {
  state_->evaluate();
}
template <class T, class S>
void descent<T, S>::step() {
  state_->step();
}
template <class T, class S>
void descent<T, S>::steps(std::int64_t count) {
  checks("descent::steps").between("count", count, 0, std::numeric_limits<std::int64_t>::max());
  for (; count > 0; --count) step();
  evaluate();
}

template <class T, class S>
record descent<T, S>::observe(input<T, S> truth) {
  state& s = *state_;
  if (truth.data()) checks("descent::observe").is(describe("truth", truth), s.x.shape(), "X");
  evaluate();
  const auto square = [&](const T* r, std::int64_t n, std::size_t to) {
    s.be().sum(n, detail::dot_term<T>{r, r, 1}, s.sums.sum(to));
  };
  square(s.residual.data(), s.residual.size(), s.all_sum);
  square(s.holds_out() ? s.fitted.data() : s.residual.data(), s.residual.size(), s.fitted_sum);
  square(truth.data(), truth.data() ? truth.size() : 0, s.truth_sum);
  s.be().sum(truth.data() ? truth.size() : 0,
             detail::squared_difference_term<T>{s.x.data(), truth.data()}, s.sums.sum(s.error_sum));
  s.sums.fetch(s.be());
  const double all = s.sums.read_sum(s.all_sum), fitted = s.sums.read_sum(s.fitted_sum);
  record r;
  r.iteration = s.t;
  r[measure::train_error] = std::sqrt(fitted) / s.fitted_norm;
  if (s.holds_out())  // NaN stays NaN
    r.held_out_error = std::sqrt(all < fitted ? 0 : all - fitted) / s.held_out_norm;
  if (truth.data())
    r[measure::test_error] = std::sqrt(s.sums.read_sum(s.error_sum) / s.sums.read_sum(s.truth_sum));
  return r;
}

template <class T, class S>
void descent<T, S>::keep() {
  state& s = *state_;
  for (detail::moving_factor<T, S>* f : {&s.left, &s.right}) {
    if (f->kept.size() == 0) f->kept = half_spectrum<T, S>(s.ctx, f->hat.shape());
    detail::copy_spectrum<T, S>(s.be(), f->hat, f->kept);
  }
}

template <class T, class S>
void descent<T, S>::go_back() {
  state& s = *state_;
  if (s.left.kept.size() == 0) checks("descent::go_back").fail("nothing was kept");
  for (detail::moving_factor<T, S>* f : {&s.left, &s.right}) {
    detail::copy_spectrum<T, S>(s.be(), f->kept, f->hat);
    s.be().for_each(f->velocity.size(), detail::fill_constant<T>{f->velocity.data(), T(0)});
  }
  s.evaluated = false;
}

template <class T, class S>
tensor<T, S> descent<T, S>::left() {
  return state_->whole(state_->left.hat);
}
template <class T, class S>
tensor<T, S> descent<T, S>::right() {
  return state_->whole(state_->other().hat);
}
template <class T, class S>
tensor<T, S> descent<T, S>::product() {
  state& s = *state_;
  evaluate();
  tensor<T, S> x(s.ctx, s.x.shape());
  copy<T, S>(s.ctx, s.x, x);
  detail::watch_finite<T>(s.be(), x.data(), x.size(),
                          detail::nonfinite("tube_transform::inverse: spectrum"));
  s.ctx.wait();
  return x;
}
template <class T, class S>
tensor_view<const T, S> descent<T, S>::evaluated_product() const {
  return state_->x;
}
template <class T, class S>
tensor_view<const T, S> descent<T, S>::residual() const {
  return state_->residual;
}
template <class T, class S>
std::int64_t descent<T, S>::iteration() const {
  return state_->t;
}
template <class T, class S>
double descent<T, S>::step_size() const {
  return state_->mu * state_->share;
}
template <class T, class S>
double descent<T, S>::weight_decay(std::int64_t t) const {
  return state_->weight_decay(t);
}
template <class T, class S>
std::int64_t descent<T, S>::factor_rank() const {
  return state_->columns;
}
template <class T, class S>
const descent_options& descent<T, S>::options() const {
  return state_->options;
}
template <class T, class S>
context<S>& descent<T, S>::where() const {
  return state_->ctx;
}

#define TUBAL_INSTANTIATE(T, S) template class descent<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
