// The t-SVD cut where the singular values say.
#include <tubal/svd.hpp>

#include <algorithm>
#include <cmath>

#include "core/algebra/spectral_values.hpp"
#include "core/checks.hpp"
#include "core/instantiate.hpp"
#include "core/primitives/backend.hpp"
#include "core/unit.hpp"

namespace tubal {

using detail::checks;

namespace {

/// Singular values of the stored slices, and how many of the k slices each stands for.
struct stored_singular_values {
  std::int64_t per_slice;
  std::vector<double> values;
  std::vector<std::int64_t> weights;
  double unit = 1;  // of squares: 1 over the largest value

  double operator()(std::int64_t i, std::size_t slice) const {
    return values[slice * static_cast<std::size_t>(per_slice) + static_cast<std::size_t>(i)];
  }
  double largest() const {
    double found = 0;
    for (const double v : values) found = std::max(found, v);
    return found;
  }
  /// Squared norm of singular tube i, up to a factor.
  double tube(std::int64_t i) const {
    double sum = 0;
    for (std::size_t slice = 0; slice < weights.size(); ++slice)
      sum += static_cast<double>(weights[slice]) * std::pow(unit * (*this)(i, slice), 2);
    return sum;
  }
};

std::int64_t rank_by_tolerance(const stored_singular_values& s, double tolerance) {
  const double largest = s.largest();
  std::int64_t r = 0;
  for (std::int64_t i = 0; i < s.per_slice; ++i)
    for (std::size_t slice = 0; slice < s.weights.size(); ++slice)
      if (s(i, slice) > tolerance * largest) r = i + 1;
  return r;
}

std::int64_t rank_by_energy(const stored_singular_values& s, double share) {
  double total = 0, kept = 0;
  for (std::int64_t i = s.per_slice; i-- > 0;) total += s.tube(i);
  std::int64_t r = 0;
  while (r < s.per_slice && kept < share * total) kept += s.tube(r++);
  return r;
}

/// Kept in each stored slice, from ranks of all slices.
std::vector<std::int64_t> stored_ranks(const std::vector<std::int64_t>& ranks, std::int64_t k,
                                       std::int64_t q, const std::vector<std::int64_t>& stored,
                                       std::size_t count) {
  const checks check("truncated_svd");
  if (static_cast<std::int64_t>(ranks.size()) != k)
    check.fail("multi_rank holds " + std::to_string(ranks.size()) + " ranks for " +
               std::to_string(k) + " slices");
  std::vector<std::int64_t> kept(count, -1);
  for (std::size_t f = 0; f < ranks.size(); ++f) {
    check.between("a rank of multi_rank", ranks[f], 0, q);
    std::int64_t& slot = kept[static_cast<std::size_t>(stored[f])];
    if (slot >= 0 && slot != ranks[f])
      check.fail("multi_rank differs in slice " + std::to_string(f) + " and its conjugate: " +
                 std::to_string(ranks[f]) + " and " + std::to_string(slot));
    slot = ranks[f];
  }
  return kept;
}

}  // namespace

template <class T, class S>
svd_factors<std::remove_const_t<T>, S> truncated_svd(context<S>& ctx, const tensor_view<T, S>& a,
                                                     const truncation& keep,
                                                     const transform& along) {
  using value = std::remove_const_t<T>;
  const shape s = a.shape();
  const checks check("truncated_svd");
  check.usable(detail::describe("a", a));
  if (keep.tolerance) check.nonnegative("tolerance", *keep.tolerance);
  if (keep.share && !(*keep.share >= 0 && *keep.share <= 1))
    check.fail("energy is " + std::to_string(*keep.share) + "; it must be between 0 and 1");

  detail::backend<S>& be = *ctx.backend();
  tube_transform<value, S> to(ctx, s, along);
  const half_spectrum<value, S> hat(ctx, to.shape());
  detail::decomposed_slices<value, S> factor(ctx, to.shape());
  to.forward(a, hat, detail::nonfinite("svd: a"));
  factor.execute(hat);
  std::vector<value> values = to_host(ctx, factor.values);

  const std::vector<std::int64_t> stored = along.stored_slices(s.tube);
  stored_singular_values found{factor.q, {values.begin(), values.end()}, {}, 1};
  found.weights.resize(static_cast<std::size_t>(hat.slices().total()));
  found.unit = detail::reciprocal_unit(found.largest());
  for (const std::int64_t slice : stored) ++found.weights[static_cast<std::size_t>(slice)];
  std::int64_t r = 0;
  if (!keep.ranks.empty()) {
    const std::vector<std::int64_t> kept =
        stored_ranks(keep.ranks, s.tube, factor.q, stored, found.weights.size());
    r = *std::max_element(kept.begin(), kept.end());
    for (std::size_t e = 0; e < values.size(); ++e) {
      const auto q = static_cast<std::size_t>(factor.q);
      if (static_cast<std::int64_t>(e % q) >= kept[e / q]) values[e] = 0;
    }
    be.upload(factor.values.data(), values.data(), values.size() * sizeof(value));
  } else if (keep.share) {
    r = rank_by_energy(found, *keep.share);
  } else {
    r = rank_by_tolerance(found, detail::rank_tolerance<value>(s.rows, s.cols, keep.tolerance));
  }

  svd_factors<value, S> f{
      {ctx, {s.rows, r, s.tube}}, {ctx, {r, r, s.tube}}, {ctx, {s.cols, r, s.tube}}};
  const half_spectrum<value, S> u(ctx, to.shape().with(s.rows, r)), d(ctx, to.shape().with(r, r)),
      v(ctx, to.shape().with(s.cols, r));
  detail::copy_columns<value, S>(be, factor.left, u, r);
  detail::put_diagonal<value, S>(be, factor.values.data(), factor.q, d);
  detail::copy_adjoint_columns<value, S>(be, factor.right, v, r);
  tube_transform<value, S>(ctx, f.u.shape(), along).inverse(u, f.u);
  tube_transform<value, S>(ctx, f.s.shape(), along).inverse(d, f.s);
  tube_transform<value, S>(ctx, f.v.shape(), along).inverse(v, f.v);
  ctx.wait();
  return f;
}

#define TUBAL_INSTANTIATE(T, S)                                                         \
  template svd_factors<T, S> truncated_svd(context<S>&, const tensor_view<T, S>&,       \
                                           const truncation&, const transform&);        \
  template svd_factors<T, S> truncated_svd(context<S>&, const tensor_view<const T, S>&, \
                                           const truncation&, const transform&);
TUBAL_FOR_EACH_TYPE_AND_SPACE(TUBAL_INSTANTIATE)

}  // namespace tubal
