// Proximal maps and projections: the singular values of every slice changed, U and V kept.
#pragma once

#include <tubal/norms.hpp>
#include <tubal/slicewise.hpp>

namespace tubal {

/// What becomes of a singular value s of a slice, with a parameter p.
enum class shrinkage {
  soft_threshold,  ///< max(s - p, 0): argmin_X p ||X||_* + ||X - A||_F^2 / 2
  hard_threshold,  ///< s if s > p, else 0
  spectral_ball,   ///< min(s, p): the nearest tensor with spectral norm at most p
  tubal_rank       ///< s of the first p of its slice, else 0: the nearest of tubal rank p
};

/// Plan for `C = U * f(S) * V^T` of a = U * S * V^T, n1 x n2 x k. The norms are those of norms.hpp;
/// "argmin" and "nearest" hold for multiples of orthogonal transforms.
/// See slicewise.hpp. Not capturable on a GPU with a dimension above 32. Cost: an SVD per stored
/// slice and two transforms. Source: Lu, Feng, Chen, Liu, Lin and Yan 2020.
template <class T, class Space>
class shrink_plan : public slicewise_plan<T, Space> {
 public:
  shrink_plan(context<Space>& ctx, shape a, shrinkage rule, const transform& along = {});
  /// Throws `argument_error` for a parameter that is negative or not finite.
  void execute(tensor_view<const T, Space> a, tensor_view<T, Space> c, double parameter);

 private:
  struct work;
};

/// In one call, into a new tensor: plan, execute, wait.
template <class T, class Space>
auto shrink(context<Space>& ctx, const tensor_view<T, Space>& a, shrinkage rule, double parameter,
            const transform& along = {}) {
  using value = std::remove_const_t<T>;
  shrink_plan<value, Space> plan(ctx, a.shape(), rule, along);
  tensor<value, Space> c = plan.make_result(ctx);
  plan.execute(a, c, parameter);
  ctx.wait();
  return c;
}

/// The p >= 0 whose soft threshold has nuclear norm `radius`; 0 when that is at least the norm
/// already. Source: Duchi, Shalev-Shwartz, Singer and Chandra 2008.
double nuclear_ball_threshold(const singular_values& s, double radius);

/// The nearest tensor with nuclear norm at most `radius`, into a new tensor. Decomposes twice.
template <class T, class Space>
auto project_to_nuclear_ball(context<Space>& ctx, const tensor_view<T, Space>& a, double radius,
                             const transform& along = {}) {
  const double p = nuclear_ball_threshold(singular_values_of(ctx, a, along), radius);
  return shrink(ctx, a, shrinkage::soft_threshold, p, along);
}

}  // namespace tubal
