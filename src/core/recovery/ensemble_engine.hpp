// How the trials of an ensemble advance: each engine keeps their state in slots, of which the first
// `active` ones move.
#pragma once

#include <tubal/sensing.hpp>
#include <tubal/tube_transform.hpp>

#include <algorithm>
#include <vector>

#include "core/algebra/slices.hpp"
#include "core/primitives/symmetric_layout.hpp"
#include "core/readback.hpp"

namespace tubal::detail {

/// Sizes of an ensemble.
struct trial_sizes {
  std::int64_t n, k, width, measurements, trials, operators;

  shape factor() const { return {n, width, k}; }
  shape square() const { return {n, n, k}; }
  std::int64_t dimension() const { return symmetric_dimension(n, k); }
  /// Reals from one trial's spectrum to the next: even, for complex numbers.
  static std::int64_t stride(const shape& s) { return (s.size() + 1) / 2 * 2; }
};

/// ||A(X) - y||^2 and ||X - T||^2
struct squared_errors {
  double train, test;
};

/// packed = pack(T), or 0 without a truth. Allocates, waits.
template <class T, class S>
void set_target(context<S>& ctx, tensor_view<const T, S> truth, tensor_view<T, S> packed) {
  if (truth.shape() == shape{})
    return ctx.backend()->for_each(packed.size(), fill_constant<T>{packed.data(), T(0)});
  half_spectrum<T, S> spectrum(ctx, truth.shape());
  tube_transform<T, S>(ctx, truth.shape()).forward(truth, spectrum);
  pack<T, S>(*ctx.backend(), spectrum, packed.data());
  ctx.wait();
}

/// Records of one `advance`, at the most.
inline constexpr std::int64_t most_records = 64;

template <class T, class S>
class ensemble_engine {
 public:
  ensemble_engine(context<S>& ctx, const trial_sizes& s)
      : ctx_(ctx),
        sizes_(s),
        factors_(ctx, {trial_sizes::stride(s.factor()), s.trials, 1}),
        targets_(ctx, {s.dimension(), s.trials, 1}),
        spare_(ctx,
               {std::max({trial_sizes::stride(s.factor()), s.dimension(), s.measurements}), 1, 1}) {
  }
  virtual ~ensemble_engine() = default;

  half_spectrum_view<T, S> factor(std::int64_t slot) {
    return {factors_.data() + slot * trial_sizes::stride(sizes_.factor()), sizes_.factor()};
  }
  /// pack(T), {N,1,1}
  tensor_view<T, S> target(std::int64_t slot) {
    return {targets_.data() + slot * sizes_.dimension(), {sizes_.dimension(), 1, 1}};
  }

  /// Keeps what it needs of operator `op`. Allocates, waits.
  virtual void set_operator(std::int64_t op, const packed_sensing<T, S>& sensing) = 0;
  /// The trial in `slot`, whose factor and target are there already. Waits.
  virtual void set_trial(std::int64_t slot, std::int64_t op, const packed_sensing<T, S>& sensing,
                         tensor_view<const T, S> y, double step_size) = 0;
  /// Two trials change places. Waits.
  virtual void exchange(std::int64_t a, std::int64_t b) {
    exchange_parts(factors_, a, b);
    exchange_parts(targets_, a, b);
  }
  /// `records` times `every` steps of the first `active` slots, and their errors after each; of the
  /// iterates as they are when `every` is 0. Enqueues only.
  virtual void advance(std::int64_t active, std::int64_t records, std::int64_t every) = 0;
  /// What the last `advance` measured, record by record. Waits.
  virtual std::vector<squared_errors> fetch(std::int64_t active, std::int64_t records) = 0;

 protected:
  backend<S>& be() { return *ctx_.backend(); }

  /// Of a tensor with a column per slot.
  void exchange_parts(const tensor<T, S>& x, std::int64_t a, std::int64_t b) {
    const auto bytes = static_cast<std::size_t>(x.shape().rows) * sizeof(T);
    T* one = x.data() + a * x.shape().rows;
    T* other = x.data() + b * x.shape().rows;
    be().copy(spare_.data(), one, bytes);
    be().copy(one, other, bytes);
    be().copy(other, spare_.data(), bytes);
  }

  context<S>& ctx_;
  trial_sizes sizes_;
  tensor<T, S> factors_, targets_;

 private:
  tensor<T, S> spare_;  // one column
};

}  // namespace tubal::detail
