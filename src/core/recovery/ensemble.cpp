// Many recoveries of one size.
#include <tubal/ensemble.hpp>

#include <algorithm>
#include <cmath>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/recovery/compressed_factor.hpp"
#include "core/recovery/gram_engine.hpp"
#include "core/recovery/side_by_side_engine.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

namespace {

detail::trial_sizes checked_sizes(const ensemble_options& o) {
  const std::int64_t largest = detail::largest_blas_size;
  checks("ensemble")
      .between("n", o.n, 1, largest)
      .between("k", o.k, 1, largest)
      .between("width", o.width, 1, o.n)
      .between("measurements", o.measurements, 1, largest)
      .between("trials", o.trials, 1, largest)
      .between("operators", o.operators.value_or(1), 1, o.trials);
  return {o.n, o.k, o.width, o.measurements, o.trials, o.operators.value_or(o.trials)};
}

}  // namespace

template <class T, class S>
struct ensemble<T, S>::state {
  struct trial {
    std::int64_t slot, op;
    double data_norm, truth_norm;
    bool gone = false;
  };

  context<S>& ctx;
  detail::trial_sizes sizes;
  std::unique_ptr<detail::ensemble_engine<T, S>> engine;
  bool gram_form;
  std::vector<trial> trials;
  std::vector<std::int64_t> in_slot;  // the trial
  std::vector<record> records;
  std::int64_t active = 0, operators = 0, t = 0;
  bool observed = false;  // records are those of iteration t

  state(context<S>& c, const ensemble_options& o)
      : ctx(c),
        sizes(checked_sizes(o)),
        gram_form(o.gram_form && detail::gram_engine<T, S>::fits(c, sizes)) {
    if (gram_form)
      engine = std::make_unique<detail::gram_engine<T, S>>(c, sizes);
    else
      engine = std::make_unique<detail::side_by_side_engine<T, S>>(c, sizes);
  }

  trial& at(const char* operation, std::int64_t number) {
    checks(operation).between("trial", number, 0, static_cast<std::int64_t>(trials.size()) - 1);
    return trials[static_cast<std::size_t>(number)];
  }

  void check_new(const packed_sensing<T, S>& sensing, tensor_view<const T, S> y,
                 tensor_view<const T, S> truth, tensor_view<const T, S> initial,
                 double step_size) const {
    const checks check("ensemble::add");
    if (sensing.precision() != entry_precision::working)
      check.fail("sensing keeps its entries in single precision, which an ensemble does not take");
    const std::int64_t m = sizes.measurements, columns = initial.shape().cols;
    const std::int64_t full = columns <= sizes.n ? sizes.width : std::max(columns, sizes.width);
    if (t != 0) check.fail("the trials are at iteration " + std::to_string(t) + "; add them at 0");
    if (static_cast<std::int64_t>(trials.size()) == sizes.trials)
      check.fail("there are " + std::to_string(sizes.trials) + " trials already");
    if (sensing.n() != sizes.n || sensing.k() != sizes.k || sensing.measurements() != m)
      check.fail_shape(
          "sensing has " + std::to_string(sensing.measurements()) + " measurements of " +
          to_string(shape{sensing.n(), sensing.n(), sensing.k()}) + ", but the ensemble " +
          std::to_string(m) + " of " + to_string(sizes.square()));
    if (columns > sizes.n && sizes.width < sizes.n)
      check.fail_shape("initial is " + to_string(initial.shape()) +
                       ", but width = " + std::to_string(sizes.width));
    check.is(describe("y", y), {m, 1, 1}, "the operator")
        .is(describe("initial", initial), {sizes.n, full, sizes.k}, "the ensemble")
        .positive("step_size", step_size);
    if (truth.shape() != shape{})
      check.is(describe("truth", truth), sizes.square(), "the ensemble");
    detail::require_finite(ctx, "ensemble::add: y", y.data(), m);
    detail::require_finite(ctx, "ensemble::add: truth", truth.data(), truth.size());
    detail::require_finite(ctx, "ensemble::add: initial", initial.data(), initial.size());
    detail::require_finite(ctx, "ensemble::add: sensing", sensing.matrix().data(),
                           sensing.matrix().size());
  }

  double norm(tensor_view<const T, S> x) {
    return std::sqrt(detail::sum_of(ctx, x.size(), detail::dot_term<T>{x.data(), x.data(), 1.0}));
  }

  /// The errors of record r, at iteration `now`.
  void note(const std::vector<detail::squared_errors>& errors, std::int64_t r, std::int64_t now) {
    for (std::int64_t slot = 0; slot < active; ++slot) {
      const detail::squared_errors& found = errors[static_cast<std::size_t>(r * active + slot)];
      const auto number = static_cast<std::size_t>(in_slot[static_cast<std::size_t>(slot)]);
      records[number].iteration = now;
      records[number][measure::train_error] = std::sqrt(found.train) / trials[number].data_norm;
      records[number][measure::test_error] = std::sqrt(found.test) / trials[number].truth_norm;
    }
  }

  std::int64_t operator_for(const packed_sensing<T, S>& sensing,
                            std::optional<std::int64_t> sharing) {
    if (sharing) return at("ensemble::add: sharing", *sharing).op;
    if (operators == sizes.operators)
      checks("ensemble::add").fail("there are " + std::to_string(operators) + " operators already");
    engine->set_operator(operators, sensing);
    return operators;
  }

  tensor<T, S> in_tensor_domain(half_spectrum_view<const T, S> spectrum) {
    tensor<T, S> x(ctx, spectrum.shape());
    tube_transform<T, S>(ctx, spectrum.shape()).inverse(spectrum, x);
    ctx.wait();
    return x;
  }
};

template <class T, class S>
ensemble<T, S>::ensemble(context<S>& ctx, const ensemble_options& options)
    : state_(detail::make_owned<state>(ctx, options)) {}

template <class T, class S>
std::int64_t ensemble<T, S>::add(const packed_sensing<T, S>& sensing, input<T, S> y,
                                 input<T, S> truth, input<T, S> initial, double step_size,
                                 std::optional<std::int64_t> sharing) {
  state& s = *state_;
  s.check_new(sensing, y, truth, initial, step_size);
  const auto number = static_cast<std::int64_t>(s.trials.size());
  if (s.active != number) checks("ensemble::add").fail("a trial has been dropped already");
  const double data_norm = s.norm(y);
  if (!(data_norm > 0 && std::isfinite(data_norm)))
    checks("ensemble::add")
        .fail("y has norm " + std::to_string(data_norm) + "; there is nothing to recover");
  const std::int64_t op = s.operator_for(sensing, sharing);
  half_spectrum<T, S> right;  // the orthogonal factor, which the trial does without
  detail::compress<T, S>(s.ctx, initial, s.engine->factor(number), right);
  detail::set_target<T, S>(s.ctx, truth, s.engine->target(number));
  s.engine->set_trial(number, op, sensing, y, step_size);
  const bool known = truth.shape() != shape{};
  s.trials.push_back(
      {number, op, data_norm,
       known ? s.norm(s.engine->target(number)) : std::numeric_limits<double>::quiet_NaN()});
  s.in_slot.push_back(number);
  s.records.emplace_back();
  ++s.active;
  s.operators = std::max(s.operators, op + 1);
  return number;
}

template <class T, class S>
void ensemble<T, S>::steps(std::int64_t count) {
  state& s = *state_;
  checks("ensemble::steps").between("count", count, 0, std::numeric_limits<std::int64_t>::max());
  const typename detail::backend<S>::range name("tubal::ensemble steps");
  if (count > 0 && s.active > 0) {
    s.engine->advance(s.active, 1, count);
    s.observed = false;
  }
  s.t += count;
}

template <class T, class S>
const std::vector<record>& ensemble<T, S>::observe() {
  state& s = *state_;
  if (s.observed || s.active == 0) return s.records;
  if (s.t == 0) s.engine->advance(s.active, 1, 0);
  s.note(s.engine->fetch(s.active, 1), 0, s.t);
  s.observed = true;
  return s.records;
}

template <class T, class S>
std::vector<std::vector<record>> ensemble<T, S>::course(std::int64_t records, std::int64_t every) {
  static_assert(longest_course == detail::most_records);
  state& s = *state_;
  checks("ensemble::course")
      .between("records", records, 1, longest_course)
      .between("every", every, 1, std::numeric_limits<std::int64_t>::max());
  const typename detail::backend<S>::range name("tubal::ensemble course");
  std::vector<std::vector<record>> found;
  if (s.active > 0) {
    s.engine->advance(s.active, records, every);
    const auto errors = s.engine->fetch(s.active, records);
    for (std::int64_t r = 0; r < records; ++r) {
      s.note(errors, r, s.t + (r + 1) * every);
      found.push_back(s.records);
    }
    s.observed = true;
  }
  s.t += records * every;
  return found;
}

template <class T, class S>
void ensemble<T, S>::drop(std::int64_t trial) {
  state& s = *state_;
  typename state::trial& leaving = s.at("ensemble::drop", trial);
  if (leaving.gone) checks("ensemble::drop").fail("trial " + std::to_string(trial) + " is gone");
  observe();
  const std::int64_t last = s.active - 1, slot = leaving.slot;
  if (slot != last) {
    s.engine->exchange(slot, last);
    std::swap(s.in_slot[static_cast<std::size_t>(slot)], s.in_slot[static_cast<std::size_t>(last)]);
    s.trials[static_cast<std::size_t>(s.in_slot[static_cast<std::size_t>(slot)])].slot = slot;
    leaving.slot = last;
  }
  leaving.gone = true;
  --s.active;
  s.ctx.wait();
}

template <class T, class S>
bool ensemble<T, S>::gram_form() const {
  return state_->gram_form;
}
template <class T, class S>
std::int64_t ensemble<T, S>::iteration() const {
  return state_->t;
}
template <class T, class S>
std::int64_t ensemble<T, S>::trials() const {
  return static_cast<std::int64_t>(state_->trials.size());
}
template <class T, class S>
std::int64_t ensemble<T, S>::active() const {
  return state_->active;
}
template <class T, class S>
bool ensemble<T, S>::is_active(std::int64_t trial) const {
  return !state_->at("ensemble::is_active", trial).gone;
}

template <class T, class S>
tensor<T, S> ensemble<T, S>::factor(std::int64_t trial) {
  state& s = *state_;
  return s.in_tensor_domain(s.engine->factor(s.at("ensemble::factor", trial).slot));
}

template <class T, class S>
tensor<T, S> ensemble<T, S>::product(std::int64_t trial) {
  state& s = *state_;
  const half_spectrum_view<const T, S> u = s.engine->factor(s.at("ensemble::product", trial).slot);
  half_spectrum<T, S> x_hat(s.ctx, s.sizes.square());
  detail::multiply<T, S>(*s.ctx.backend(), op::none, op::transpose, T(1), u, u, T(0), x_hat);
  return s.in_tensor_domain(x_hat);
}

#define TUBAL_INSTANTIATE(T, S) template class ensemble<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
