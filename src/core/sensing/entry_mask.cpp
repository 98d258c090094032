// Entries, tubes and slices that are seen as they are.
#include <tubal/error.hpp>
#include <tubal/sensing_operators.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/algebra/slices.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"

namespace tubal {

using detail::checks;

namespace {

using index_list = std::vector<std::int64_t>;

const shape& nonempty(const char* operation, const shape& s) {
  const checks check(operation);
  check.valid("domain", s);
  if (s.size() == 0) check.fail("domain is " + to_string(s) + ", which has no entries");
  return s;
}

const index_list& checked_indices(const shape& s, const index_list& indices) {
  const checks check("entry_mask");
  if (indices.empty()) check.fail("indices is empty: nothing would be seen");
  index_list sorted = indices;
  std::sort(sorted.begin(), sorted.end());
  for (const std::int64_t end : {sorted.front(), sorted.back()})
    if (end < 0 || end >= s.size())
      check.fail("indices holds " + std::to_string(end) + ", but the domain is " + to_string(s) +
                 ", " + std::to_string(s.size()) + " entries");
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) check.fail("indices holds " + std::to_string(*twice) + " twice");
  return indices;
}

/// A share of so many things, rounded, but not none.
std::int64_t share_of(const char* operation, double share, std::int64_t all) {
  if (!(share > 0 && share <= 1))
    checks(operation).fail("share is " + std::to_string(share) + "; it must be above 0, at most 1");
  return std::clamp<std::int64_t>(std::llround(share * static_cast<double>(all)), 1, all);
}

/// The entries of the chosen runs: run c of `size` entries, `stride` apart, begins at start(c).
template <class Start>
index_list entries_of(const index_list& chosen, std::int64_t size, std::int64_t stride,
                      Start&& start) {
  index_list entries;
  entries.reserve(chosen.size() * static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i)
    for (const std::int64_t c : chosen) entries.push_back(start(c) + i * stride);
  return entries;
}

}  // namespace

template <class T, class S>
entry_mask<T, S>::entry_mask(context<S>& ctx, const shape& domain, const index_list& indices)
    : entry_mask(checked{}, ctx, nonempty("entry_mask", domain), checked_indices(domain, indices)) {
}
template <class T, class S>
entry_mask<T, S>::entry_mask(checked, context<S>& ctx, const shape& domain,
                             const index_list& indices)
    : sensing_operator<T, S>("entry_mask", domain, static_cast<std::int64_t>(indices.size())),
      indices_(from_host<std::int64_t>(ctx, {this->measurements(), 1, 1}, indices)) {}

template <class T, class S>
entry_mask<T, S> entry_mask<T, S>::from_mask(context<S>& ctx, input<T, S> mask) {
  const checks check("entry_mask::from_mask");
  check.usable(detail::describe("mask", mask));
  nonempty("entry_mask::from_mask", mask.shape());
  detail::require_finite(ctx, "entry_mask::from_mask: mask", mask.data(), mask.size());
  const std::vector<T> values = to_host(ctx, mask);
  index_list seen;
  for (std::size_t e = 0; e < values.size(); ++e)
    if (values[e] != T(0)) seen.push_back(static_cast<std::int64_t>(e));
  if (seen.empty()) check.fail("mask is zero everywhere: nothing would be seen");
  return {checked{}, ctx, mask.shape(), seen};
}

template <class T, class S>
entry_mask<T, S> entry_mask<T, S>::random(context<S>& ctx, const shape& s, double share,
                                          std::uint64_t seed) {
  const std::int64_t all = nonempty("entry_mask::random", s).size();
  return {checked{}, ctx, s, random_subset(all, share_of("entry_mask::random", share, all), seed)};
}

template <class T, class S>
entry_mask<T, S> entry_mask<T, S>::random_tubes(context<S>& ctx, const shape& s, double share,
                                                std::uint64_t seed) {
  const std::int64_t tubes = nonempty("entry_mask::random_tubes", s).slice_size();
  const std::int64_t count = share_of("entry_mask::random_tubes", share, tubes);
  const index_list chosen = random_subset(tubes, count, seed);
  return {checked{}, ctx, s,
          entries_of(chosen, s.tube, tubes, [](std::int64_t tube) { return tube; })};
}

template <class T, class S>
entry_mask<T, S> entry_mask<T, S>::random_slices(context<S>& ctx, const shape& s, slice_kind kind,
                                                 double share, std::uint64_t seed) {
  const char* operation = "entry_mask::random_slices";
  nonempty(operation, s);
  const std::int64_t all = kind == slice_kind::frontal   ? s.tube
                           : kind == slice_kind::lateral ? s.cols
                                                         : s.rows;
  const index_list chosen = random_subset(all, share_of(operation, share, all), seed);
  std::vector<bool> is_chosen(static_cast<std::size_t>(all));
  for (const std::int64_t c : chosen) is_chosen[static_cast<std::size_t>(c)] = true;
  index_list entries;
  for (std::int64_t l = 0, e = 0; l < s.tube; ++l)
    for (std::int64_t j = 0; j < s.cols; ++j)
      for (std::int64_t i = 0; i < s.rows; ++i, ++e) {
        const std::int64_t slice = kind == slice_kind::frontal   ? l
                                   : kind == slice_kind::lateral ? j
                                                                 : i;
        if (is_chosen[static_cast<std::size_t>(slice)]) entries.push_back(e);
      }
  return {checked{}, ctx, s, entries};
}

template <class T, class S>
void entry_mask<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                tensor_view<T, S> y) const {
  ctx.backend()->for_each(this->measurements(),
                          detail::gather_entries<T>{x.data(), indices_.data(), 1, y.data()});
}
template <class T, class S>
void entry_mask<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                  tensor_view<T, S> x) const {
  ctx.backend()->for_each(x.size(), detail::fill_constant<T>{x.data(), T(0)});
  ctx.backend()->for_each(this->measurements(),
                          detail::scatter_entries<T>{y.data(), indices_.data(), 1, x.data()});
}
template <class T, class S>
void entry_mask<T, S>::do_normal_step(context<S>& ctx, tensor_view<const T, S> x,
                                      tensor_view<const T, S> y, tensor_view<T, S> residual,
                                      tensor_view<T, S> z) const {
  ctx.backend()->for_each(z.size(), detail::fill_constant<T>{z.data(), T(0)});
  ctx.backend()->for_each(
      this->measurements(),
      detail::scatter_residual<T>{x.data(), y.data(), indices_.data(), residual.data(), z.data()});
}
template <class T, class S>
std::size_t entry_mask<T, S>::bytes() const {
  return static_cast<std::size_t>(indices_.size()) * sizeof(std::int64_t);
}

template <class T, class S>
identity_sensing<T, S>::identity_sensing(const shape& domain)
    : sensing_operator<T, S>("identity_sensing", nonempty("identity_sensing", domain),
                             domain.size()) {}
template <class T, class S>
void identity_sensing<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                      tensor_view<T, S> y) const {
  ctx.backend()->copy(y.data(), x.data(), static_cast<std::size_t>(x.size()) * sizeof(T));
}
template <class T, class S>
void identity_sensing<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                        tensor_view<T, S> x) const {
  ctx.backend()->copy(x.data(), y.data(), static_cast<std::size_t>(x.size()) * sizeof(T));
}

template <class T, class S>
custom_sensing<T, S>::custom_sensing(const shape& domain, std::int64_t m, function apply,
                                     function adjoint)
    : sensing_operator<T, S>("custom_sensing", nonempty("custom_sensing", domain), m),
      apply_(std::move(apply)),
      adjoint_(std::move(adjoint)) {
  const checks check("custom_sensing");
  check.between("m", m, 1, std::numeric_limits<std::int64_t>::max());
  if (!apply_) check.fail("apply is empty");
  if (!adjoint_) check.fail("adjoint is empty");
}
template <class T, class S>
void custom_sensing<T, S>::do_apply(context<S>& ctx, tensor_view<const T, S> x,
                                    tensor_view<T, S> y) const {
  apply_(ctx, x, y);
}
template <class T, class S>
void custom_sensing<T, S>::do_adjoint(context<S>& ctx, tensor_view<const T, S> y,
                                      tensor_view<T, S> x) const {
  adjoint_(ctx, y, x);
}

#define TUBAL_INSTANTIATE(T, S)          \
  template class entry_mask<T, S>;       \
  template class identity_sensing<T, S>; \
  template class custom_sensing<T, S>;
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
