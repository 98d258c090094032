// Plans for the DFT along tubes.
#include <tubal/tube_transform.hpp>

#include "core/backend.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/slices.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
struct tube_transform<T, S>::state {
  std::shared_ptr<detail::backend<S>> owner;
  tubal::shape shape;
  typename detail::backend<S>::template transform_plan<T> plan;
};

template <class T, class S>
tube_transform<T, S>::tube_transform(context<S>& ctx, shape s) {
  checks("tube_transform").valid("its shape", s);
  state_ = std::make_unique<state>(ctx.backend(), s,
                                   typename detail::backend<S>::template transform_plan<T>(
                                       *ctx.backend(), s.slice_size(), s.tube));
}
template <class T, class S>
tube_transform<T, S>::~tube_transform() = default;
template <class T, class S>
tube_transform<T, S>::tube_transform(tube_transform&&) noexcept = default;
template <class T, class S>
tube_transform<T, S>& tube_transform<T, S>::operator=(tube_transform&&) noexcept = default;

template <class T, class S>
void tube_transform<T, S>::forward(tensor_view<const T, S> x, half_spectrum_view<T, S> spectrum) {
  checks("tube_transform::forward")
      .is(describe("x", x), state_->shape, "the plan")
      .is(describe("spectrum", spectrum), state_->shape, "the plan")
      .disjoint(describe("spectrum", spectrum), describe("x", x));
  state_->plan.forward(x.data(), spectrum.data());
  detail::watch_finite<T, S>(*state_->owner, spectrum, detail::fault::transform_x);
}

template <class T, class S>
void tube_transform<T, S>::inverse(half_spectrum_view<const T, S> spectrum, tensor_view<T, S> x) {
  checks("tube_transform::inverse")
      .is(describe("spectrum", spectrum), state_->shape, "the plan")
      .is(describe("x", x), state_->shape, "the plan")
      .disjoint(describe("x", x), describe("spectrum", spectrum));
  state_->plan.inverse(spectrum.data(), x.data());
  // every entry of the spectrum of a tube is summed in its first number
  detail::watch_finite<T>(*state_->owner, x.data(), x.shape().slice_size(),
                          detail::fault::transform_spectrum);
}

template <class T, class S>
std::size_t tube_transform<T, S>::workspace_bytes() const {
  return state_->plan.workspace_bytes();
}

#define TUBAL_INSTANTIATE(T, S) template class tube_transform<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
