// What plans of operations on slices share.
#pragma once

#include <tubal/owned.hpp>
#include <tubal/tube_transform.hpp>

#include <array>
#include <initializer_list>
#include <utility>

namespace tubal {

/// How much of an orthogonal factor is wanted. `economy`: min(n1, n2) columns; `full`: all.
enum class factor_size { economy, full };

/// Plan for an operation that is, after a transform along the tubes, one matrix operation per
/// slice. Says what holds for every plan derived from it:
///
/// Constructor: allocates, plans, may wait; throws `shape_error`, `argument_error`,
/// `out_of_memory`. `execute`: enqueues only, no allocation, no wait, capturable unless the plan
/// says otherwise; inputs are unchanged; outputs must overlap neither inputs nor each other
/// (`alias_error`); throws `shape_error` naming the argument and both shapes. What is found while
/// the work runs is thrown by the next `context::wait`: `nonfinite_error` for NaN or Inf in an
/// input, `numerical_error` or `backend_error` from a factorisation; outputs are then unspecified.
/// A plan holds one copy of each input and output in the transform domain, and what the
/// factorisation needs.
template <class T, class Space>
class slicewise_plan {
 public:
  /// Bytes that the plan holds for its execution.
  std::size_t workspace_bytes() const;
  /// Shape of output i, in the order of `execute`.
  const shape& result(std::size_t i = 0) const;
  /// An uninitialised tensor of that shape. Allocates.
  tensor<T, Space> make_result(context<Space>& ctx, std::size_t i = 0) const {
    return {ctx, result(i)};
  }

  struct state;

 protected:
  explicit slicewise_plan(detail::owned<state> s) : state_(std::move(s)) {}
  void run(std::initializer_list<tensor_view<const T, Space>> inputs,
           std::initializer_list<tensor_view<T, Space>> outputs);

  detail::owned<state> state_;
};

namespace detail {

/// The one output of a plan, run once, as a new tensor. Allocates, waits.
template <class T, class Space, class Plan, class... Inputs>
tensor<T, Space> run_once(context<Space>& ctx, Plan plan, const Inputs&... inputs) {
  tensor<T, Space> result = plan.make_result(ctx);
  plan.execute(inputs..., result);
  ctx.wait();
  return result;
}

/// The `count` outputs of a plan, likewise: `Factors{output 0, output 1, ...}`.
template <class Factors, std::size_t count, class Space, class Plan, class Input>
Factors run_once_for(context<Space>& ctx, Plan plan, const Input& a) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    std::array results{plan.make_result(ctx, i)...};
    plan.execute(a, results[i]...);
    ctx.wait();
    return Factors{std::move(results[i])...};
  }
  (std::make_index_sequence<count>());
}

}  // namespace detail

}  // namespace tubal
