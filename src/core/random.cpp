// Random tensors.
#include <tubal/random.hpp>

#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

namespace {

template <class Distribution, class T, class S>
void fill(const char* operation, context<S>& ctx, tensor_view<T, S> x, double scale,
          std::uint64_t seed, random_stream stream) {
  detail::checks(operation).usable(detail::describe("x", x)).nonnegative("scale", scale);
  const detail::philox_key key{seed, static_cast<std::uint32_t>(stream)};
  ctx.backend()->for_each(x.size(), detail::fill_random<T, Distribution>{x.data(), scale, key, 0});
}

}  // namespace

template <class T, class S>
void fill_normal(context<S>& ctx, tensor_view<T, S> x, double scale, std::uint64_t seed,
                 random_stream stream) {
  fill<detail::normal>("fill_normal", ctx, x, scale, seed, stream);
}

template <class T, class S>
void fill_uniform(context<S>& ctx, tensor_view<T, S> x, double scale, std::uint64_t seed,
                  random_stream stream) {
  fill<detail::uniform>("fill_uniform", ctx, x, scale, seed, stream);
}

#define TUBAL_INSTANTIATE(T, S)                                                                    \
  template void fill_normal(context<S>&, tensor_view<T, S>, double, std::uint64_t, random_stream); \
  template void fill_uniform(context<S>&, tensor_view<T, S>, double, std::uint64_t, random_stream);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
