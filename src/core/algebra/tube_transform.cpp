// Plans for transforms along tubes.
#include <tubal/error.hpp>
#include <tubal/tube_transform.hpp>

#include <optional>

#include "core/algebra/separable_transform.hpp"
#include "core/algebra/slices.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
struct tube_transform<T, S>::state {
  using fft = typename detail::backend<S>::template transform_plan<T>;

  std::shared_ptr<detail::backend<S>> owner;
  spectrum_shape shape;
  // one of them: a DFT of the whole tube, or anything else
  std::optional<fft> whole;
  std::optional<detail::separable_transform<T, S>> separable;
  // whether the first slice, in either domain, has a part of every entry of its tube: then NaN and
  // Inf show there
  bool mixes_forward, mixes_inverse;

  state(context<S>& ctx, const tubal::shape& s, const transform& along)
      : owner(ctx.backend()),
        shape(s, along.slices(s.tube)),
        mixes_forward(along.mixes()),
        mixes_inverse(along.inverse_mixes()) {
    if (along.is_dft() && along.dimensions(s.tube).count == 1)
      whole.emplace(*owner, s.slice_size(), s.tube);
    else
      separable.emplace(ctx, s, along);
  }
};

template <class T, class S>
tube_transform<T, S>::tube_transform(context<S>& ctx, tubal::shape s, const transform& along) {
  const checks check("tube_transform");
  check.valid("its shape", s);
  // no digits would be left
  constexpr double largest_condition = sizeof(T) == 4 ? 1e5 : 1e13;
  if (along.condition() > largest_condition)
    check.fail("the matrix of the transform has condition number " +
               std::to_string(along.condition()) + ", too much for this precision");
  state_ = detail::make_owned<state>(ctx, s, along);
}

template <class T, class S>
void tube_transform<T, S>::forward(tensor_view<const T, S> x, half_spectrum_view<T, S> spectrum) {
  forward(x, spectrum, detail::nonfinite("tube_transform::forward: x"));
}

template <class T, class S>
void tube_transform<T, S>::forward(tensor_view<const T, S> x, half_spectrum_view<T, S> spectrum,
                                   detail::fault nonfinite) {
  state& s = *state_;
  checks("tube_transform::forward")
      .is(describe("x", x), s.shape, "the plan")
      .is(describe("spectrum", spectrum), s.shape, "the plan")
      .same_slices("spectrum", spectrum.slices(), s.shape.slices)
      .disjoint(describe("spectrum", spectrum), describe("x", x));
  if (s.whole)
    s.whole->forward(x.data(), spectrum.data());
  else
    s.separable->forward(x.data(), spectrum.data());
  detail::watch_finite<T>(*s.owner, s.mixes_forward ? spectrum.real_data() : spectrum.data(),
                          s.mixes_forward ? s.shape.slice_size() : s.shape.size(), nonfinite);
}

template <class T, class S>
void tube_transform<T, S>::inverse(half_spectrum_view<const T, S> spectrum, tensor_view<T, S> x) {
  state& s = *state_;
  checks("tube_transform::inverse")
      .is(describe("spectrum", spectrum), s.shape, "the plan")
      .same_slices("spectrum", spectrum.slices(), s.shape.slices)
      .is(describe("x", x), s.shape, "the plan")
      .disjoint(describe("x", x), describe("spectrum", spectrum));
  if (s.whole)
    s.whole->inverse(spectrum.data(), x.data());
  else
    s.separable->inverse(spectrum.data(), x.data());
  detail::watch_finite<T>(*s.owner, x.data(),
                          s.mixes_inverse ? s.shape.slice_size() : s.shape.size(),
                          detail::nonfinite("tube_transform::inverse: spectrum"));
}

template <class T, class S>
const spectrum_shape& tube_transform<T, S>::shape() const {
  return state_->shape;
}

template <class T, class S>
std::size_t tube_transform<T, S>::workspace_bytes() const {
  return state_->whole ? state_->whole->workspace_bytes() : state_->separable->workspace_bytes();
}

#define TUBAL_INSTANTIATE(T, S) template class tube_transform<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
