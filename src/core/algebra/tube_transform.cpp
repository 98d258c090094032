// Plans for transforms along tubes.
#include <tubal/error.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
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
  // so many first slices, of the real ones and of the result, that have a part of every number of
  // their tube between them: NaN and Inf show there; 0: look at all. An inverse DFT has all real
  // parts in slice 0 and all imaginary ones in slice 1.
  std::int64_t telling_forward, telling_inverse;

  state(context<S>& ctx, const tubal::shape& s, const transform& along)
      : owner(ctx.backend()),
        shape(s, along.slices(s.tube)),
        telling_forward(along.mixes() ? 1 : 0),
        telling_inverse(along.inverse_mixes() ? 1 : 0) {
    if (along.is_dft() && along.dimensions(s.tube).count == 1)
      whole.emplace(*owner, s.slice_size(), s.tube);
    else
      separable.emplace(ctx, s, along);
    if (whole) telling_inverse = std::min<std::int64_t>(2, s.tube);
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
  const std::int64_t telling = s.telling_forward;
  detail::watch_finite<T>(*s.owner, telling > 0 ? spectrum.real_data() : spectrum.data(),
                          telling > 0 ? telling * s.shape.slice_size() : s.shape.size(), nonfinite);
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
  const std::int64_t telling = s.telling_inverse;
  detail::watch_finite<T>(*s.owner, x.data(),
                          telling > 0 ? telling * s.shape.slice_size() : s.shape.size(),
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
