// Descent on the factors of X = L * Q^T or U * U^T.
#include <tubal/error.hpp>

#include <cmath>
#include <limits>

#include "core/instantiate.hpp"
#include "core/recovery/descent_prepare.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

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
  state_ = detail::make_owned<state>(ctx, sensing, options);
  state_->prepare(y);
  state_->choose_step();
  state_->start(left, right);
}

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
    s.be().sum(n, detail::dot_term<T>{r, r, s.unit}, s.sums.sum(to));
  };
  square(s.residual.data(), s.residual.size(), s.all_sum);
  square(s.holds_out() ? s.fitted.data() : s.residual.data(), s.residual.size(), s.fitted_sum);
  square(truth.data(), truth.data() ? truth.size() : 0, s.truth_sum);
  s.be().sum(truth.data() ? truth.size() : 0,
             detail::squared_difference_term<T>{s.x.data(), truth.data(), s.unit},
             s.sums.sum(s.error_sum));
  s.sums.fetch(s.be());
  const double all = s.sums.read_sum(s.all_sum), fitted = s.sums.read_sum(s.fitted_sum);
  record r;
  r.iteration = s.t;
  using detail::relative;
  r[measure::train_error] = relative(std::sqrt(fitted), s.fitted_norm * s.unit);
  if (s.holds_out())  // NaN stays NaN
    r.held_out_error =
        relative(std::sqrt(all < fitted ? 0 : all - fitted), s.held_out_norm * s.unit);
  if (truth.data())
    r[measure::test_error] =
        relative(std::sqrt(s.sums.read_sum(s.error_sum)), std::sqrt(s.sums.read_sum(s.truth_sum)));
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
  return state_->mu * state_->step_share;
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
double descent<T, S>::mean_train_error() const {
  return state_->mean_train_error;
}
template <class T, class S>
double descent<T, S>::mean_held_out_error() const {
  return state_->mean_held_out_error;
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
