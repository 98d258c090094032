// Proximal maps.
#include <tubal/proximal.hpp>

#include "core/algebra/slicewise.hpp"
#include "core/algebra/spectral_values.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

namespace {

detail::value_map map_of(shrinkage rule) {
  switch (rule) {
    case shrinkage::soft_threshold:
      return detail::value_map::soft_threshold;
    case shrinkage::hard_threshold:
      return detail::value_map::hard_threshold;
    case shrinkage::spectral_ball:
      return detail::value_map::clip;
    case shrinkage::tubal_rank:
      break;
  }
  return detail::value_map::keep_first;
}

}  // namespace

template <class T, class S>
struct shrink_plan<T, S>::work final : slicewise_plan<T, S>::state {
  detail::value_map map;
  double parameter = 0;
  detail::decomposed_slices<T, S> factor;

  work(context<S>& ctx, shape a, shrinkage rule, const transform& along)
      : slicewise_plan<T, S>::state(ctx, "shrink", along),
        map(map_of(rule)),
        factor(ctx, this->spectral(a)) {
    this->add_input(ctx, detail::nonfinite("shrink: a"), a);
    this->add_output(ctx, "c", a);
  }
  std::size_t more_bytes() const override { return factor.workspace_bytes(); }
  void compute() override {
    auto& be = this->be();
    // U f(S) V^H
    factor.execute(this->input(0));
    factor.change(be, map, parameter);
    detail::scale_by_values<T, S>(be, factor.left, factor.values.data(), factor.q);
    detail::multiply<T, S>(be, op::none, op::none, T(1), factor.left, factor.right, T(0),
                           this->output(0));
  }
};

template <class T, class S>
shrink_plan<T, S>::shrink_plan(context<S>& ctx, shape a, shrinkage rule, const transform& along)
    : slicewise_plan<T, S>(detail::make_owned<typename slicewise_plan<T, S>::state, work>(
          ctx, detail::checked_shape("shrink", "a", a), rule, along)) {}

template <class T, class S>
void shrink_plan<T, S>::execute(tensor_view<const T, S> a, tensor_view<T, S> c, double parameter) {
  detail::checks("shrink").nonnegative("parameter", parameter);
  static_cast<work&>(*this->state_).parameter = parameter;
  this->run({a}, {c});
}

#define TUBAL_INSTANTIATE(T, S) template class shrink_plan<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
