// Gradient descent on the factor.
#include <tubal/error.hpp>
#include <tubal/recovery.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/recovery/compressed_factor.hpp"
#include "core/recovery/gram_engine.hpp"
#include "core/sensing/packed_pass.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

namespace {
constexpr std::int64_t longest_recording = 64;  // steps; a graph's size grows with them
}

template <class T, class S>
struct recovery<T, S>::state {
  context<S>& ctx;
  const packed_sensing<T, S>& sensing;
  detail::packed_pass<T, S> pass;
  double mu;
  shape full;        // n x R x k
  shape compressed;  // n x min(R, n) x k
  shape square;      // n x n x k

  /// The factor and all that moves it, in Gram form; else null.
  std::unique_ptr<detail::gram_engine<T, S>> gram;
  half_spectrum<T, S> own_u, u_before;  // compressed; without `gram`
  half_spectrum_view<T, S> u;           // where the factor is
  half_spectrum<T, S> q;                // min(R, n) x R: U = u * q when R > n
  half_spectrum<T, S> x_hat;            // U U^H, then the gradient's sym(A^T r)
  half_spectrum<T, S> back;             // sym(A^T y)
  tensor<T, S> y, x, z, residual;
  double data_norm = 0;
  std::int64_t t = 0;
  bool evaluated = false;  // x and residual are those of U_t, and without `gram` z
  bool has_truth = false;  // `gram` steps relative to it

  /// `length` steps from an evaluated iterate to an evaluated iterate
  struct recorded_steps {
    std::int64_t length;
    typename detail::backend<S>::sequence sequence;
  };
  std::unique_ptr<recorded_steps> recorded;

  state(context<S>& c, const packed_sensing<T, S>& a, shape u0, double step_size,
        const recovery_options<T, S>& o)
      : ctx(c),
        sensing(a),
        pass(*c.backend(), a),
        mu(step_size),
        full(u0),
        compressed(detail::compressed(u0)),
        square{u0.rows, u0.rows, u0.tube},
        x_hat(c, square),
        back(c, square),
        y(c, {a.measurements(), 1, 1}),
        x(c, {a.dimension(), 1, 1}),
        z(c, {a.dimension(), 1, 1}),
        residual(c, {a.measurements(), 1, 1}) {
    const detail::trial_sizes sizes{
        compressed.rows, compressed.tube, compressed.cols, a.measurements(), 1, 1};
    const bool pays = 2 * a.measurements() > a.dimension();  // N^2 / 2 numbers a step, not m N
    const bool whole = a.precision() == entry_precision::working;
    if (o.gram_form && whole && pays && detail::gram_engine<T, S>::fits(c, sizes)) {
      gram = std::make_unique<detail::gram_engine<T, S>>(c, sizes);
      u = gram->factor(0);
    } else {
      own_u = half_spectrum<T, S>(c, compressed);
      u_before = half_spectrum<T, S>(c, compressed);
      u = own_u;
    }
  }

  bool is_compressed() const { return full.cols > full.rows; }
  detail::backend<S>& be() { return *ctx.backend(); }

  void enqueue_evaluation() {
    const typename detail::backend<S>::range name("tubal::recovery evaluate");
    // x = pack(U * U^T)
    detail::packed_gram<T, S>(be(), u, x_hat, x.data());
    if (gram) return enqueue_residual();
    // r = A x - y,  z = A^T r
    pass.execute(sensing, x.data(), y.data(), residual.data(), z.data());
  }

  /// r = A x - y
  void enqueue_residual() {
    const shape a = sensing.matrix().shape();
    be().copy(residual.data(), y.data(), static_cast<std::size_t>(y.size()) * sizeof(T));
    be().template gemm<T>(op::transpose, op::none, T(1),
                          detail::contiguous(sensing.matrix().data(), a.rows, a.cols, 1),
                          detail::contiguous(x.data(), x.size(), 1, 1), T(-1),
                          detail::contiguous(residual.data(), residual.size(), 1, 1));
  }

  void enqueue_update() {
    const typename detail::backend<S>::range name("tubal::recovery update");
    // U <- U - mu sym(A^T r) * U
    detail::unpack<T, S>(be(), z.data(), x_hat);
    detail::copy_spectrum<T, S>(be(), u, u_before);
    detail::multiply<T, S>(be(), op::none, op::none, static_cast<T>(-mu), x_hat, u_before, T(1), u);
  }
};

template <class T, class S>
recovery<T, S>::recovery(context<S>& ctx, const packed_sensing<T, S>& sensing, input<T, S> y,
                         input<T, S> initial, double step_size,
                         const recovery_options<T, S>& options) {
  const std::int64_t n = sensing.n(), m = sensing.measurements();
  checks("recovery")
      .is(describe("y", y), {m, 1, 1}, "the operator")
      .is(describe("initial", initial), {n, initial.shape().cols, sensing.k()}, "the operator")
      .between("n", n, 1, detail::largest_blas_size)
      .between("R (columns of initial)", initial.shape().cols, 1, detail::largest_blas_size)
      .positive("step_size", step_size);
  detail::require_finite(ctx, "recovery: y", y.data(), m);
  detail::require_finite(ctx, "recovery: initial", initial.data(), initial.size());
  if (options.truth.shape() != shape{})
    checks("recovery").is(describe("truth", options.truth), {n, n, sensing.k()}, "the operator");
  detail::require_finite(ctx, "recovery: truth", options.truth.data(), options.truth.size());
  detail::require_finite_entries<T, S>(ctx, "recovery: sensing", sensing);

  state_ = detail::make_owned<state>(ctx, sensing, initial.shape(), step_size, options);
  state& s = *state_;
  copy<T, S>(ctx, y, s.y);
  s.data_norm = std::sqrt(detail::sum_of(ctx, m, detail::dot_term<T>{y.data(), y.data(), 1.0}));
  if (!(s.data_norm > 0 && std::isfinite(s.data_norm)))
    checks("recovery")
        .fail("y has norm " + std::to_string(s.data_norm) + "; there is nothing to recover");
  detail::compress<T, S>(ctx, initial, s.u, s.q);
  sensing.adjoint(ctx, s.y, s.z);
  detail::unpack<T, S>(s.be(), s.z.data(), s.back);
  if (s.gram) {
    detail::set_target<T, S>(ctx, options.truth, s.gram->target(0));
    s.has_truth = options.truth.shape() != shape{};
    s.gram->set_operator(0, sensing);
    s.gram->set_trial(0, 0, sensing, s.y, step_size);
    s.gram->advance(1, 1, 0);
  }
  ctx.wait();
}

template <class T, class S>
void recovery<T, S>::evaluate() {
  state& s = *state_;
  if (s.evaluated) return;
  s.enqueue_evaluation();
  s.evaluated = true;
}

template <class T, class S>
void recovery<T, S>::step() {
  state& s = *state_;
  if (s.gram) return steps(1);
  evaluate();
  s.enqueue_update();
  s.evaluated = false;
  ++s.t;
}

template <class T, class S>
void recovery<T, S>::steps(std::int64_t count) {
  state& s = *state_;
  checks("recovery::steps").between("count", count, 0, std::numeric_limits<std::int64_t>::max());
  if (s.gram) {
    if (count == 0) return;
    const typename detail::backend<S>::range name("tubal::recovery steps");
    s.gram->advance(1, 1, count);
    s.t += count;
    s.evaluated = false;
    return;
  }
  evaluate();
  for (; s.recorded && count >= s.recorded->length; count -= s.recorded->length) {
    s.recorded->sequence.replay();
    s.t += s.recorded->length;
  }
  for (; count > 0; --count) step();
  evaluate();
}

template <class T, class S>
void recovery<T, S>::prepare_steps(std::int64_t count) {
  state& s = *state_;
  checks("recovery::prepare_steps")
      .between("count", count, 1, std::numeric_limits<std::int64_t>::max());
  if (s.gram) return;  // any number of steps are one piece of work already
  const std::int64_t length = std::min(count, longest_recording);
  if (s.recorded && s.recorded->length == length) return;
  // Once before the capture: what runs for the first time may load code, which a capture forbids.
  const bool evaluated = s.evaluated;
  evaluate();
  s.enqueue_update();
  detail::copy_spectrum<T, S>(s.be(), s.u_before, s.u);
  s.evaluated = false;
  if (evaluated) evaluate();
  const auto enqueue = [&s, length] {
    for (std::int64_t i = 0; i < length; ++i) {
      s.enqueue_update();
      s.enqueue_evaluation();
    }
  };
  using recording = typename state::recorded_steps;
  s.recorded = std::make_unique<recording>(recording{length, {s.be(), enqueue}});
}

template <class T, class S>
bool recovery<T, S>::gram_form() const {
  return state_->gram != nullptr;
}

template <class T, class S>
bool recovery<T, S>::has_errors_for(tensor_view<const T, S> truth) const {
  const state& s = *state_;
  checks("recovery::has_errors_for")
      .is(describe("truth", truth), {s.sensing.dimension(), 1, 1}, "the operator");
  if (!s.gram || !s.has_truth) return false;
  return detail::sum_of(
             s.ctx, truth.size(),
             detail::squared_difference_term<T>{truth.data(), s.gram->target(0).data()}) == 0;
}
template <class T, class S>
void recovery<T, S>::copy_error_sums(double* to) const {
  state_->gram->copy_sums(to);
}
template <class T, class S>
std::array<double, 2> recovery<T, S>::errors(const double* sums) const {
  const detail::squared_errors found = state_->gram->errors(0, sums);
  return {std::sqrt(found.train) / state_->data_norm, std::sqrt(found.test)};
}

template <class T, class S>
void recovery<T, S>::resume(std::int64_t iteration, spectrum_input<T, S> u) {
  state& s = *state_;
  checks("recovery::resume")
      .between("iteration", iteration, 0, std::numeric_limits<std::int64_t>::max())
      .is(describe("u", u), s.compressed, "the spectral factor of the recovery");
  detail::copy_spectrum<T, S>(s.be(), u, s.u);
  if (s.gram) s.gram->advance(1, 1, 0);
  s.t = iteration;
  s.evaluated = false;
}

template <class T, class S>
tensor<T, S> recovery<T, S>::factor() {
  state& s = *state_;
  tensor<T, S> u(s.ctx, s.full);
  tube_transform<T, S> transform(s.ctx, s.full);
  if (s.is_compressed()) {
    // U = L * Q^T
    half_spectrum<T, S> product(s.ctx, s.full);
    detail::multiply<T, S>(s.be(), op::none, op::none, T(1), s.u, s.q, T(0), product);
    transform.inverse(product, u);
    s.ctx.wait();
  } else {
    transform.inverse(s.u, u);
    s.ctx.wait();
  }
  return u;
}

template <class T, class S>
tensor<T, S> recovery<T, S>::product() {
  state& s = *state_;
  evaluate();
  tensor<T, S> x(s.ctx, s.square);
  half_spectrum<T, S> x_hat(s.ctx, s.square);
  detail::unpack<T, S>(s.be(), s.x.data(), x_hat);
  tube_transform<T, S>(s.ctx, s.square).inverse(x_hat, x);
  s.ctx.wait();
  return x;
}

template <class T, class S>
std::int64_t recovery<T, S>::iteration() const {
  return state_->t;
}
template <class T, class S>
tensor_view<const T, S> recovery<T, S>::packed_product() const {
  return state_->x;
}
template <class T, class S>
tensor_view<const T, S> recovery<T, S>::residual() const {
  return state_->residual;
}
template <class T, class S>
half_spectrum_view<const T, S> recovery<T, S>::spectral_factor() const {
  return state_->u;
}
template <class T, class S>
half_spectrum_view<const T, S> recovery<T, S>::backprojection() const {
  return state_->back;
}
template <class T, class S>
double recovery<T, S>::data_norm() const {
  return state_->data_norm;
}
template <class T, class S>
double recovery<T, S>::step_size() const {
  return state_->mu;
}
template <class T, class S>
std::int64_t recovery<T, S>::factor_rank() const {
  return state_->full.cols;
}
template <class T, class S>
context<S>& recovery<T, S>::where() const {
  return state_->ctx;
}
template <class T, class S>
std::size_t recovery<T, S>::workspace_bytes() const {
  const state& s = *state_;
  const auto held = [](const auto&... x) { return (std::int64_t{0} + ... + x.size()); };
  return static_cast<std::size_t>(
             held(s.own_u, s.u_before, s.q, s.x_hat, s.back, s.y, s.x, s.z, s.residual)) *
             sizeof(T) +
         s.pass.workspace_bytes() + (s.gram ? s.gram->workspace_bytes() : 0);
}

#define TUBAL_INSTANTIATE(T, S) template class recovery<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
