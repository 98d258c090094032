// Functors, compiled with a std::complex that cannot compute: where one uses an operator of
// std::complex, which nvcc compiles to nothing in device code, this file does not compile. It has
// no other use.
#include <array>
#include <cfloat>
#include <cmath>
#include <complex>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace std {
template <class T>
struct complex_without_operators {
  T parts[2];
};
}  // namespace std
#define complex complex_without_operators

#include "core/primitives/functors.hpp"

namespace tubal::detail {

#define TUBAL_INSTANTIATE(F) template struct F;
TUBAL_FOR_EACH_ELEMENT(TUBAL_INSTANTIATE, float)
TUBAL_FOR_EACH_ELEMENT(TUBAL_INSTANTIATE, double)
TUBAL_FOR_EACH_TERM(TUBAL_INSTANTIATE, float)
TUBAL_FOR_EACH_TERM(TUBAL_INSTANTIATE, double)

template <class E>
concept computes = requires(E x) {
  x + x;
}
|| requires(E x) { x - x; }
|| requires(E x) { x* x; }
|| requires(E x) { 2.0 * x; }
|| requires(E x) { x / 2.0; }
|| requires(E x) { x += 2.0; }
|| requires(E x) { x *= 2.0; }
|| requires(E x) { -x; };
static_assert(!computes<std::complex<double>> && computes<device_complex<double>>);

}  // namespace tubal::detail
