// U * U^T, the t-symmetric positive semidefinite tensor of a factor.
#pragma once

#include <tubal/slicewise.hpp>

namespace tubal {

/// Plan for `X = U * U^T`, n x n x k, of U, n x R x k:   X^_f = U^_f U^_f^H.
/// See slicewise.hpp. Cost: one triangle, n^2 R (real + 4 complex slices) flops, and two
/// transforms.
template <class T, class Space>
class gram_plan : public slicewise_plan<T, Space> {
 public:
  gram_plan(context<Space>& ctx, shape u, const transform& along = {});
  void execute(tensor_view<const T, Space> u, tensor_view<T, Space> x) { this->run({u}, {x}); }

 private:
  struct work;
};

/// `X = U * U^T` in one call, into a new tensor: plans, executes, waits, throws `nonfinite_error`.
template <class T, class Space>
auto gram(context<Space>& ctx, const tensor_view<T, Space>& u, const transform& along = {}) {
  using value = std::remove_const_t<T>;
  return detail::run_once<value>(ctx, gram_plan<value, Space>(ctx, u.shape(), along), u);
}

}  // namespace tubal
