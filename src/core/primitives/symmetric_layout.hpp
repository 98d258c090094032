// Packing and unpacking without checks, for algorithms.
#pragma once

#include <tubal/symmetric.hpp>

#include <cmath>

#include "core/algebra/slices.hpp"

namespace tubal::detail {

inline symmetric_layout layout_of(std::int64_t n, std::int64_t k) {
  const slice_counts slices(k);
  return {n, slices.complex, slices.real, std::sqrt(2.0 / static_cast<double>(k)),
          std::sqrt(1.0 / static_cast<double>(k))};
}

template <class T, class S>
void pack(backend<S>& b, spectrum_input<T, S> x, T* packed) {
  const symmetric_layout at = layout_of(x.shape().rows, x.shape().tube);
  b.for_each(at.entries(), pack_entry<T>{at, x.data(), packed, false});
}
/// Of a Hermitian spectrum, from its lower triangles.
template <class T, class S>
void pack_lower(backend<S>& b, spectrum_input<T, S> x, T* packed) {
  const symmetric_layout at = layout_of(x.shape().rows, x.shape().tube);
  b.for_each(at.entries(), pack_entry<T>{at, x.data(), packed, true});
}
/// packed = coordinates of X^_f = U^_f U^_f^H; through x where the back end has no shorter way.
template <class T, class S>
void packed_gram(backend<S>& b, spectrum_input<T, S> u, half_spectrum_view<T, S> x, T* packed) {
  const shape& s = u.shape();
  if (b.packed_gram(layout_of(s.rows, s.tube), u.data(), s.cols, packed)) return;
  multiply_gram<T, S>(b, u, x);
  pack_lower<T, S>(b, x, packed);
}
template <class T, class S>
void unpack(backend<S>& b, const T* packed, half_spectrum_view<T, S> x) {
  const symmetric_layout at = layout_of(x.shape().rows, x.shape().tube);
  b.for_each(at.entries(), unpack_entry<T>{at, packed, x.data()});
}

}  // namespace tubal::detail
