// min ||X||_* subject to A(X) = y.
#include "core/algebra/slices.hpp"
#include "core/convex/constraint.hpp"
#include "core/convex/penalty.hpp"
#include "core/instantiate.hpp"
#include "core/readback.hpp"
#include "core/unit.hpp"

namespace tubal {

template <class T, class S>
struct nuclear_norm_recovery<T, S>::state {
  context<S>& ctx;
  detail::backend<S>& b;
  shape sizes;
  detail::constraint<T, S> feasible;
  tensor<T, S> x, z, u, v, p;
  shrink_plan<T, S> shrink;
  detail::penalty rho;
  detail::readback<T, S> numbers;
  std::size_t residual_sum, data_sum, change_sum, size_sum, error_sum, truth_sum;
  std::int64_t iteration = 0;
  double change = 0;

  state(context<S>& c, const sensing_operator<T, S>& a, input<T, S> y, const admm_options& o)
      : ctx(c),
        b(*c.backend()),
        sizes(a.domain()),
        feasible(c, a, y, o.inner_iterations),
        x(zeros<T>(c, sizes)),
        z(zeros<T>(c, sizes)),
        u(zeros<T>(c, sizes)),
        v(zeros<T>(c, sizes)),
        p(c, sizes),
        shrink(c, sizes, shrinkage::soft_threshold, o.along),
        rho(o, start(o)) {
    for (auto* at : {&residual_sum, &data_sum, &change_sum, &size_sum, &error_sum, &truth_sum})
      *at = numbers.reserve_sum();
    numbers.allocate(ctx);
  }

  /// X = V = the least-norm solution, U = 0. Its spectral norm.
  double start(const admm_options& o) {
    feasible.direction(v, p);
    b.for_each(sizes.size(), detail::admm_update<T>{z.data(), feasible.scale(), 1, x.data(),
                                                    u.data(), v.data(), p.data()});
    copy<T, S>(ctx, x, v);
    b.for_each(sizes.size(), detail::fill_constant<T>{u.data(), T(0)});
    ctx.wait();
    return spectral_norm(ctx, x, o.along);
  }

  void step() {
    const std::int64_t n = sizes.size();
    shrink.execute(v, z, 1 / rho());
    b.for_each(n, detail::sum_of_two<T>{z.data(), u.data(), -1, v.data()});
    feasible.direction(v, p);
    b.for_each(n, detail::admm_update<T>{z.data(), feasible.scale(), rho.grow(), x.data(), u.data(),
                                         v.data(), p.data()});
    ++iteration;
  }

  double sum(std::size_t at) const { return std::sqrt(numbers.read_sum(at)); }
  record observe(input<T, S> truth) {
    const auto square = [&](const T* a, std::int64_t n, std::size_t at) {
      b.sum(n, detail::dot_term<T>{a, a, feasible.unit()}, numbers.sum(at));
    };
    const std::int64_t n = sizes.size();
    const auto residual = feasible.residual_of(z);
    square(residual.data(), residual.size(), residual_sum);
    square(feasible.y().data(), feasible.y().size(), data_sum);
    square(p.data(), n, change_sum);
    square(x.data(), n, size_sum);
    if (truth.data()) {
      b.sum(n, detail::squared_difference_term<T>{x.data(), truth.data(), feasible.unit()},
            numbers.sum(error_sum));
      square(truth.data(), n, truth_sum);
    }
    numbers.fetch(b);
    record r;
    r.iteration = iteration;
    r[measure::train_error] = detail::relative(sum(residual_sum), sum(data_sum));
    if (truth.data()) r[measure::test_error] = detail::relative(sum(error_sum), sum(truth_sum));
    change = detail::relative(sum(change_sum), sum(size_sum));
    return r;
  }
};

template <class T, class S>
nuclear_norm_recovery<T, S>::nuclear_norm_recovery(context<S>& ctx,
                                                   const sensing_operator<T, S>& sensing,
                                                   input<T, S> y, const admm_options& options) {
  const char* name = "nuclear_norm_recovery";
  detail::check_admm(name, options);
  detail::checks(name).is(detail::describe("y", y), {sensing.measurements(), 1, 1}, "the operator");
  detail::require_finite(ctx, "nuclear_norm_recovery: y", y.data(), y.size());
  state_ = detail::make_owned<state>(ctx, sensing, y, options);
}

template <class T, class S>
void nuclear_norm_recovery<T, S>::step() {
  state_->step();
}
template <class T, class S>
std::int64_t nuclear_norm_recovery<T, S>::iteration() const {
  return state_->iteration;
}
template <class T, class S>
tensor_view<const T, S> nuclear_norm_recovery<T, S>::feasible() const {
  return state_->x;
}
template <class T, class S>
tensor_view<const T, S> nuclear_norm_recovery<T, S>::low_rank() const {
  return state_->z;
}
template <class T, class S>
record nuclear_norm_recovery<T, S>::observe(input<T, S> truth) {
  if (truth.data())
    detail::checks("nuclear_norm_recovery", "observe")
        .is(detail::describe("truth", truth), state_->sizes, "the operator");
  return state_->observe(truth);
}
template <class T, class S>
double nuclear_norm_recovery<T, S>::change() const {
  return state_->change;
}
template <class T, class S>
context<S>& nuclear_norm_recovery<T, S>::where() const {
  return state_->ctx;
}
template <class T, class S>
run_result run(nuclear_norm_recovery<T, S>& r, const run_options& options, const observer& see,
               input<T, S> truth) {
  return detail::run_admm<T, S>(r, options, see, truth);
}

#define TUBAL_INSTANTIATE(T, S)                                                              \
  template class nuclear_norm_recovery<T, S>;                                                \
  template run_result run(nuclear_norm_recovery<T, S>&, const run_options&, const observer&, \
                          input<T, S>);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
