// Singular values of slices, in main memory.
#include <tubal/norms.hpp>

#include <tubal/algebra.hpp>
#include <tubal/tube_transform.hpp>

#include "core/algebra/spectral_values.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;
using detail::describe;

namespace {

/// The singular values of the stored slices, and what they are values of. Enqueues.
template <class T, class S>
struct stored_values {
  tube_transform<T, S> to;
  half_spectrum<T, S> hat;
  std::int64_t q;
  tensor<T, S> values;
  detail::spectral_svd<T, S> factor;

  stored_values(context<S>& ctx, tensor_view<const T, S> a, const transform& along)
      : to(ctx, a.shape(), along),
        hat(ctx, to.shape()),
        q(std::min(a.shape().rows, a.shape().cols)),
        values(ctx, {q, hat.slices().total(), 1}),
        factor(ctx, hat.shape(), detail::vectors::skip) {
    to.forward(a, hat, detail::nonfinite("singular_values: a"));
    factor.execute(hat, values.data(), {}, {});
  }
};

}  // namespace

template <class T, class S>
singular_values singular_values_of(context<S>& ctx, const tensor_view<T, S>& a,
                                   const transform& along) {
  using value = std::remove_const_t<T>;
  checks("singular_values_of").usable(describe("a", a));
  const stored_values<value, S> stored(ctx, a, along);
  const std::vector<value> found = to_host(ctx, stored.values);
  const std::int64_t k = a.shape().tube;
  singular_values s{stored.q,
                    k,
                    {},
                    along.scale(k),
                    detail::rank_tolerance<value>(a.shape().rows, a.shape().cols)};
  for (const std::int64_t slice : along.stored_slices(k))
    s.values.insert(s.values.end(), found.begin() + slice * s.per_slice,
                    found.begin() + (slice + 1) * s.per_slice);
  return s;
}

template <class T, class S>
tensor<std::remove_const_t<T>, S> singular_tubes(context<S>& ctx, const tensor_view<T, S>& a,
                                                 const transform& along) {
  using value = std::remove_const_t<T>;
  checks("singular_tubes").usable(describe("a", a));
  const stored_values<value, S> stored(ctx, a, along);
  tensor<value, S> tubes(ctx, {stored.q, 1, a.shape().tube});
  tube_transform<value, S> back(ctx, tubes.shape(), along);
  const half_spectrum<value, S> hat(ctx, back.shape());
  detail::put_column<value, S>(*ctx.backend(), stored.values.data(), stored.q, hat);
  back.inverse(hat, tubes);
  ctx.wait();
  return tubes;
}

template <class T, class S>
double trace(context<S>& ctx, const tensor_view<T, S>& a, const transform& along) {
  using value = std::remove_const_t<T>;
  checks("trace").square("a", a.shape()).usable(describe("a", a));
  const tensor<value, S> e(ctx, a.shape());
  set_identity<value, S>(ctx, e, along);
  return inner_product<value, S>(ctx, a, e);
}

#define TUBAL_INSTANTIATE(T, S)                                                                  \
  template singular_values singular_values_of(context<S>&, const tensor_view<T, S>&,             \
                                              const transform&);                                 \
  template singular_values singular_values_of(context<S>&, const tensor_view<const T, S>&,       \
                                              const transform&);                                 \
  template tensor<T, S> singular_tubes(context<S>&, const tensor_view<T, S>&, const transform&); \
  template tensor<T, S> singular_tubes(context<S>&, const tensor_view<const T, S>&,              \
                                       const transform&);                                        \
  template double trace(context<S>&, const tensor_view<T, S>&, const transform&);                \
  template double trace(context<S>&, const tensor_view<const T, S>&, const transform&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
