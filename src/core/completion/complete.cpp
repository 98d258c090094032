// complete: what is given, checked and brought to the host.
#include <tubal/completion.hpp>
#include <tubal/error.hpp>

#include <cmath>

#include "core/checks.hpp"
#include "core/completion/choices.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal::detail {

namespace {

/// What is finite where `seen`; missing where NaN.
template <class T>
seen_data take(const shape& s, const std::vector<T>& x, std::vector<char> seen) {
  seen_data d{.sizes = s, .seen = std::move(seen), .values = std::vector<double>(x.size())};
  double largest = 0;
  bool any = false;
  for (std::size_t e = 0; e < x.size(); ++e) {
    if (d.seen[e] == 0 || std::isnan(x[e])) {
      d.seen[e] = 0;
      continue;
    }
    if (std::isinf(x[e]))
      throw nonfinite_error("complete: x holds Inf at entry " + std::to_string(e) +
                            ", which is seen");
    any = true;
    largest = std::max(largest, std::abs(static_cast<double>(x[e])));
  }
  if (!any) checks("complete").fail("nothing is seen: the mask is 0, or x is NaN, everywhere");
  d.is_zero = largest == 0;
  if (!d.is_zero) std::frexp(largest, &d.exponent);
  for (std::size_t e = 0; e < x.size(); ++e)
    if (d.seen[e] != 0) d.values[e] = std::ldexp(static_cast<double>(x[e]), -d.exponent);
  return d;
}

template <class T, class S>
completion<T, S> complete_seen(context<S>& ctx, tensor_view<const T, S> x, std::vector<char> seen,
                               const completion_options& o, const observer& see) {
  const checks check("complete");
  if (o.factor_rank)
    check.between("factor_rank", *o.factor_rank, 1, std::min(x.shape().rows, x.shape().cols));
  const std::vector<T> given = to_host(ctx, x);
  return completing<T, S>(ctx, given, take(x.shape(), given, std::move(seen)), o, see).complete();
}

template <class T, class S>
tensor_view<const T, S> checked(tensor_view<const T, S> x) {
  const checks check("complete");
  check.valid("x", x.shape()).usable(describe("x", x));
  if (x.size() == 0) check.fail("x is " + to_string(x.shape()) + ", which has no entries");
  return x;
}

}  // namespace

template <class T, class S>
completion<T, S> complete_nan(context<S>& ctx, tensor_view<const T, S> x,
                              const completion_options& o, const observer& see) {
  const auto size = static_cast<std::size_t>(checked<T, S>(x).size());
  return complete_seen<T, S>(ctx, x, std::vector<char>(size, 1), o, see);
}
template <class T, class S>
completion<T, S> complete_mask(context<S>& ctx, tensor_view<const T, S> x,
                               tensor_view<const T, S> mask, const completion_options& o,
                               const observer& see) {
  checked<T, S>(x);
  checks("complete").is(describe("mask", mask), x.shape(), "x");
  const std::vector<T> values = to_host(ctx, mask);
  std::vector<char> seen(values.size());
  for (std::size_t e = 0; e < values.size(); ++e) {
    if (std::isnan(values[e]))
      throw nonfinite_error("complete: mask holds NaN at entry " + std::to_string(e));
    seen[e] = values[e] != T(0) ? 1 : 0;
  }
  return complete_seen<T, S>(ctx, x, std::move(seen), o, see);
}
template <class T, class S>
completion<T, S> complete_entries(context<S>& ctx, tensor_view<const T, S> x,
                                  const entry_mask<T, S>& mask, const completion_options& o,
                                  const observer& see) {
  checked<T, S>(x);
  if (!(mask.domain() == x.shape()))
    checks("complete")
        .fail_shape("mask is of " + to_string(mask.domain()) + ", but x is " +
                    to_string(x.shape()));
  std::vector<char> seen(static_cast<std::size_t>(x.size()));
  for (const auto e : to_host(ctx, mask.indices())) seen[static_cast<std::size_t>(e)] = 1;
  return complete_seen<T, S>(ctx, x, std::move(seen), o, see);
}

#define TUBAL_INSTANTIATE(T, S)                                                                  \
  template completion<T, S> complete_nan(context<S>&, tensor_view<const T, S>,                   \
                                         const completion_options&, const observer&);            \
  template completion<T, S> complete_mask(context<S>&, tensor_view<const T, S>,                  \
                                          tensor_view<const T, S>, const completion_options&,    \
                                          const observer&);                                      \
  template completion<T, S> complete_entries(context<S>&, tensor_view<const T, S>,               \
                                             const entry_mask<T, S>&, const completion_options&, \
                                             const observer&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal::detail
