// Column spaces of tensors: projections, angles, coherence.
#pragma once

#include <tubal/slicewise.hpp>

#include <vector>

namespace tubal {

/// Plan for the orthogonal projection `Q * Q^T * X` of x, n x c x k, onto the column space of a,
/// n x r x k with r <= n and full column rank in every slice; Q from the t-QR of a.
/// See slicewise.hpp. Cost: a QR per stored slice, 4 n r c flops per real slice, three transforms.
template <class T, class Space>
class projection_plan : public slicewise_plan<T, Space> {
 public:
  projection_plan(context<Space>& ctx, shape a, shape x, const transform& along = {});
  void execute(tensor_view<const T, Space> a, tensor_view<const T, Space> x,
               tensor_view<T, Space> projected) {
    this->run({a, x}, {projected});
  }

 private:
  struct work;
};

/// In one call, into a new tensor: plan, execute, wait.
template <class T, class Space>
auto project(context<Space>& ctx, const tensor_view<T, Space>& a, input<T, Space> x,
             const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(
      ctx, projection_plan<value, Space>(ctx, a.shape(), x.shape(), along), a, x);
}

/// The principal angles between the column spaces of a, n x r x k, and b, n x s x k, both with full
/// column rank in every slice and r, s <= n: min(r, s) for each slice f = 0 .. k-1, in radians,
/// ascending. Small ones are computed from sines, which keep their digits, large ones from cosines.
/// Allocates, waits; throws `shape_error`, `nonfinite_error`.
/// Source: Bjorck and Golub 1973.
template <class T, class Space>
std::vector<double> principal_angles(context<Space>& ctx, const tensor_view<T, Space>& a,
                                     input<T, Space> b, const transform& along = {});

/// The coherence (n/r) (c/k) max_i ||Q^T * e_i||_F^2 of the column space of a, n x r x k, with e_i
/// the i-th column of the identity tensor and c = `transform::scale`, k for the DFT: between 1 and
/// n/r. For multiples of orthogonal transforms. Allocates, waits; throws `shape_error`,
/// `nonfinite_error`. Source: Zhang and Aeron 2017, without their factor 1/k.
template <class T, class Space>
double coherence(context<Space>& ctx, const tensor_view<T, Space>& a, const transform& along = {});

}  // namespace tubal
