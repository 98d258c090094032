// min ||L||_* + lambda ||S||_1 subject to L + S = M.
#include "core/algebra/slices.hpp"
#include "core/convex/penalty.hpp"
#include "core/instantiate.hpp"
#include "core/readback.hpp"
#include "core/unit.hpp"

#include <tubal/algebra.hpp>

namespace tubal {

template <class T, class S>
struct robust_pca<T, S>::state {
  context<S>& ctx;
  detail::backend<S>& b;
  shape sizes;
  double lambda;
  tensor<T, S> m, l, s, u, v, p;
  shrink_plan<T, S> shrink;
  detail::penalty rho;
  detail::readback<T, S> numbers;
  std::size_t residual_sum, change_sum, size_sum, error_sum, truth_sum;
  std::int64_t iteration = 0;
  double change = 0;
  double unit;  // of squares: 1 over the size of M

  state(context<S>& c, input<T, S> given, const robust_pca_options& o)
      : ctx(c),
        b(*c.backend()),
        sizes(given.shape()),
        lambda(o.sparsity.value_or(
            1 / std::sqrt(static_cast<double>(std::max(sizes.rows, sizes.cols) * sizes.tube)))),
        m(c, sizes),
        l(zeros<T>(c, sizes)),
        s(zeros<T>(c, sizes)),
        u(zeros<T>(c, sizes)),
        v(c, sizes),
        p(zeros<T>(c, sizes)),
        shrink(c, sizes, shrinkage::soft_threshold, o.admm.along),
        rho(o.admm, spectral_norm(c, given, o.admm.along)),
        unit(detail::reciprocal_unit(frobenius_norm(c, given))) {
    copy<T, S>(ctx, given, m);
    copy<T, S>(ctx, given, v);
    for (auto* at : {&residual_sum, &change_sum, &size_sum, &error_sum, &truth_sum})
      *at = numbers.reserve_sum();
    numbers.allocate(ctx);
    ctx.wait();
  }

  void step() {
    shrink.execute(v, l, 1 / rho());
    const double threshold = lambda / rho();
    b.for_each(sizes.size(), detail::robust_update<T>{m.data(), l.data(), threshold, rho.grow(),
                                                      s.data(), u.data(), v.data(), p.data()});
    ++iteration;
  }

  double sum(std::size_t at) const { return std::sqrt(numbers.read_sum(at)); }
  record observe(input<T, S> truth) {
    const auto square = [&](const T* a, std::size_t at) {
      b.sum(sizes.size(), detail::dot_term<T>{a, a, unit}, numbers.sum(at));
    };
    b.sum(sizes.size(), detail::robust_residual_term<T>{l.data(), s.data(), m.data(), unit},
          numbers.sum(residual_sum));
    square(p.data(), change_sum);
    square(m.data(), size_sum);
    if (truth.data()) {
      b.sum(sizes.size(), detail::squared_difference_term<T>{l.data(), truth.data(), unit},
            numbers.sum(error_sum));
      square(truth.data(), truth_sum);
    }
    numbers.fetch(b);
    record r;
    r.iteration = iteration;
    r[measure::train_error] = detail::relative(sum(residual_sum), sum(size_sum));
    if (truth.data()) r[measure::test_error] = detail::relative(sum(error_sum), sum(truth_sum));
    change = detail::relative(sum(change_sum), sum(size_sum));
    return r;
  }
};

template <class T, class S>
robust_pca<T, S>::robust_pca(context<S>& ctx, input<T, S> m, const robust_pca_options& options) {
  detail::check_admm("robust_pca", options.admm);
  detail::checks("robust_pca").valid("m", m.shape()).usable(detail::describe("m", m));
  if (options.sparsity) detail::checks("robust_pca").positive("sparsity", *options.sparsity);
  detail::require_finite(ctx, "robust_pca: m", m.data(), m.size());
  state_ = detail::make_owned<state>(ctx, m, options);
}

template <class T, class S>
void robust_pca<T, S>::step() {
  state_->step();
}
template <class T, class S>
std::int64_t robust_pca<T, S>::iteration() const {
  return state_->iteration;
}
template <class T, class S>
tensor_view<const T, S> robust_pca<T, S>::low_rank() const {
  return state_->l;
}
template <class T, class S>
tensor_view<const T, S> robust_pca<T, S>::sparse() const {
  return state_->s;
}
template <class T, class S>
record robust_pca<T, S>::observe(input<T, S> truth) {
  if (truth.data())
    detail::checks("robust_pca", "observe")
        .is(detail::describe("truth", truth), state_->sizes, "m");
  return state_->observe(truth);
}
template <class T, class S>
double robust_pca<T, S>::change() const {
  return state_->change;
}
template <class T, class S>
context<S>& robust_pca<T, S>::where() const {
  return state_->ctx;
}
template <class T, class S>
run_result run(robust_pca<T, S>& r, const run_options& options, const observer& see,
               input<T, S> truth) {
  return detail::run_admm<T, S>(r, options, see, truth);
}

#define TUBAL_INSTANTIATE(T, S)    \
  template class robust_pca<T, S>; \
  template run_result run(robust_pca<T, S>&, const run_options&, const observer&, input<T, S>);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
