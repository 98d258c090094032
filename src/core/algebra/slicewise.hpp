// The frame of an operation on slices: to the transform domain, work there, and back.
#pragma once

#include <tubal/slicewise.hpp>

#include <array>
#include <vector>

#include "core/algebra/slices.hpp"
#include "core/checks.hpp"

namespace tubal {

/// An operation derives from it: its constructor names inputs and outputs, `compute` works on their
/// spectra.
template <class T, class S>
struct slicewise_plan<T, S>::state {
  state(context<S>& ctx, const char* operation, const transform& along)
      : owner_(ctx.backend()), operation_(operation), along_(along) {}
  virtual ~state() = default;

  /// Does all of it without the spectra, or nothing and says so.
  virtual bool run_directly(std::initializer_list<tensor_view<const T, S>>,
                            std::initializer_list<tensor_view<T, S>>) {
    return false;
  }
  /// Enqueues only. May destroy the inputs' spectra.
  virtual void compute() = 0;
  /// Bytes beyond those of inputs and outputs.
  virtual std::size_t more_bytes() const { return 0; }

  void run(std::initializer_list<tensor_view<const T, S>> inputs,
           std::initializer_list<tensor_view<T, S>> outputs) {
    check(inputs, outputs);
    const typename detail::backend<S>::range name(operation_);
    if (run_directly(inputs, outputs)) return;
    std::size_t i = 0;
    for (const auto& x : inputs) load(inputs_[i++], x);
    compute();
    i = 0;
    for (const auto& x : outputs) {
      outputs_[i].transform.inverse(outputs_[i].hat, x);
      ++i;
    }
  }

  std::size_t workspace_bytes() const {
    std::size_t bytes = more_bytes();
    for (const auto* all : {&inputs_, &outputs_})
      for (const operand& x : *all)
        bytes += static_cast<std::size_t>(x.hat.size()) * sizeof(T) + x.transform.workspace_bytes();
    return bytes;
  }
  const shape& result(std::size_t i) const { return outputs_.at(i).hat.shape(); }

 protected:
  /// Shape with the slices of the transform.
  spectrum_shape spectral(const shape& s) const { return {s, along_.slices(s.tube)}; }
  detail::checks checks() const { return detail::checks(operation_); }
  void add_input(context<S>& ctx, detail::fault nonfinite, const shape& s) {
    inputs_.push_back(make(ctx, detail::argument_name(nonfinite), s, nonfinite));
  }
  void add_output(context<S>& ctx, const char* name, const shape& s) {
    outputs_.push_back(make(ctx, name, s, {}));
  }
  half_spectrum_view<T, S> input(std::size_t i) { return inputs_[i].hat; }
  half_spectrum_view<T, S> output(std::size_t i) { return outputs_[i].hat; }
  detail::backend<S>& be() { return *owner_; }

  struct operand {
    const char* name;
    half_spectrum<T, S> hat;
    tube_transform<T, S> transform;
    detail::fault nonfinite;
  };
  operand make(context<S>& ctx, const char* name, const shape& s, detail::fault nonfinite) const {
    checks().valid(name, s);
    return {name, half_spectrum<T, S>(ctx, spectral(s)), tube_transform<T, S>(ctx, s, along_),
            nonfinite};
  }
  void load(operand& to, tensor_view<const T, S> x) {
    to.transform.forward(x, to.hat, to.nonfinite);
  }

 private:
  static constexpr std::size_t most_arguments = 6;

  void check(std::initializer_list<tensor_view<const T, S>> inputs,
             std::initializer_list<tensor_view<T, S>> outputs) const {
    const detail::checks check = checks();
    std::array<detail::argument, most_arguments> seen;
    std::size_t count = 0;
    const auto see = [&](const operand& expected, const auto& x) {
      seen[count] = detail::describe(expected.name, x);
      check.is(seen[count], expected.hat.shape(), "the plan");
    };
    for (const auto& x : inputs) {
      see(inputs_[count], x);
      ++count;
    }
    for (const auto& x : outputs) {
      see(outputs_[count - inputs.size()], x);
      for (std::size_t other = 0; other < count; ++other) check.disjoint(seen[count], seen[other]);
      ++count;
    }
  }

  std::shared_ptr<detail::backend<S>> owner_;
  const char* operation_;
  transform along_;
  std::vector<operand> inputs_, outputs_;
};

}  // namespace tubal
