// Packed coordinates of t-symmetric tensors.
#include <tubal/symmetric.hpp>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/primitives/symmetric_layout.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

template <class T, class S>
void pack_symmetric(context<S>& ctx, spectrum_input<T, S> spectrum, tensor_view<T, S> packed) {
  const shape s = spectrum.shape();
  const checks check("pack_symmetric");
  check.is(describe("spectrum", spectrum), {s.rows, s.rows, s.tube}, "a t-symmetric tensor")
      .is(describe("packed", packed), {symmetric_dimension(s.rows, s.tube), 1, 1}, "the spectrum")
      .disjoint(describe("packed", packed), describe("spectrum", spectrum));
  detail::pack<T, S>(*ctx.backend(), spectrum, packed.data());
  detail::watch_finite<T>(*ctx.backend(), spectrum.data(), spectrum.size(),
                          detail::nonfinite("pack_symmetric: spectrum"));
}

template <class T, class S>
void unpack_symmetric(context<S>& ctx, input<T, S> packed, half_spectrum_view<T, S> spectrum) {
  const shape s = spectrum.shape();
  const checks check("unpack_symmetric");
  check.is(describe("spectrum", spectrum), {s.rows, s.rows, s.tube}, "a t-symmetric tensor")
      .is(describe("packed", packed), {symmetric_dimension(s.rows, s.tube), 1, 1}, "the spectrum")
      .disjoint(describe("spectrum", spectrum), describe("packed", packed));
  detail::unpack<T, S>(*ctx.backend(), packed.data(), spectrum);
  detail::watch_finite<T>(*ctx.backend(), packed.data(), packed.size(),
                          detail::nonfinite("unpack_symmetric: packed"));
}

#define TUBAL_INSTANTIATE(T, S)                                                       \
  template void pack_symmetric(context<S>&, spectrum_input<T, S>, tensor_view<T, S>); \
  template void unpack_symmetric(context<S>&, input<T, S>, half_spectrum_view<T, S>);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
