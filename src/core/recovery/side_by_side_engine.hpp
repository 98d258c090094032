// Trials with the operations of a single recovery, each of them over all trials.
#pragma once

#include "core/recovery/ensemble_engine.hpp"

namespace tubal::detail {

template <class T, class S>
class side_by_side_engine final : public ensemble_engine<T, S> {
  using base = ensemble_engine<T, S>;

 public:
  side_by_side_engine(context<S>& ctx, const trial_sizes& s)
      : base(ctx, s),
        sense_(*ctx.backend(), s.measurements, s.dimension(), s.trials),
        before_(ctx, {trial_sizes::stride(s.factor()), s.trials, 1}),
        squares_(ctx, {trial_sizes::stride(s.square()), s.trials, 1}),
        x_(ctx, {s.dimension(), s.trials, 1}),
        z_(ctx, x_.shape()),
        y_(ctx, {s.measurements, s.trials, 1}),
        residual_(ctx, y_.shape()),
        step_sizes_(ctx, {s.trials, 1, 1}),
        operators_(static_cast<std::size_t>(s.operators)),
        operator_of_(static_cast<std::size_t>(s.trials)),
        host_step_sizes_(static_cast<std::size_t>(s.trials)) {
    for (std::int64_t i = 0; i < 2 * s.trials * most_records; ++i) sums_.reserve_sum();
    sums_.allocate(ctx);
  }

  void set_operator(std::int64_t op, const packed_sensing<T, S>& sensing) override {
    operators_[static_cast<std::size_t>(op)] = &sensing;
  }

  void set_trial(std::int64_t slot, std::int64_t op, const packed_sensing<T, S>&,
                 tensor_view<const T, S> y, double step_size) override {
    this->be().copy(column(y_, slot), y.data(), static_cast<std::size_t>(y.size()) * sizeof(T));
    operator_of_[static_cast<std::size_t>(slot)] = op;
    host_step_sizes_[static_cast<std::size_t>(slot)] = step_size;
    upload();
    evaluated_ = false;
    this->ctx_.wait();
  }

  void exchange(std::int64_t a, std::int64_t b) override {
    base::exchange(a, b);
    for (const tensor<T, S>* x : {&x_, &z_, &y_, &residual_}) this->exchange_parts(*x, a, b);
    std::swap(operator_of_[static_cast<std::size_t>(a)], operator_of_[static_cast<std::size_t>(b)]);
    std::swap(host_step_sizes_[static_cast<std::size_t>(a)],
              host_step_sizes_[static_cast<std::size_t>(b)]);
    upload();
  }

  void advance(std::int64_t active, std::int64_t records, std::int64_t every) override {
    if (!evaluated_) evaluate(active);
    evaluated_ = true;
    for (std::int64_t r = 0; r < records; ++r) {
      for (std::int64_t t = 0; t < every; ++t) {
        update(active);
        evaluate(active);
      }
      for (std::int64_t b = 0; b < active; ++b)
        measure(b, static_cast<std::size_t>(r * active + b));
    }
  }

  std::vector<squared_errors> fetch(std::int64_t active, std::int64_t records) override {
    sums_.fetch(this->be());
    std::vector<squared_errors> errors;
    for (std::size_t i = 0; i < static_cast<std::size_t>(records * active); ++i)
      errors.push_back({sums_.read_sum(2 * i), sums_.read_sum(2 * i + 1)});
    return errors;
  }

 private:
  static T* column(const tensor<T, S>& x, std::int64_t b) { return x.data() + b * x.shape().rows; }
  void upload() {
    this->be().upload(step_sizes_.data(), host_step_sizes_.data(),
                      host_step_sizes_.size() * sizeof(double));
  }

  /// Slice f of the spectra in every column of x, as one batch of rows x cols matrices; f(parts...)
  /// for every slice.
  template <class F, class... X>
  void for_each_slice(std::int64_t active, F&& f, std::pair<const tensor<T, S>*, shape> first,
                      X... more) {
    const slice_counts slices(this->sizes_.k);
    for (std::int64_t c = 0; c < slices.complex; ++c)
      f(slice<std::complex<T>>(first, 2 * c, active),
        slice<std::complex<T>>(more, 2 * c, active)...);
    for (std::int64_t c = 2 * slices.complex; c < this->sizes_.k; ++c)
      f(slice<T>(first, c, active), slice<T>(more, c, active)...);
  }
  template <class E>
  static batch<E> slice(const std::pair<const tensor<T, S>*, shape>& x, std::int64_t place,
                        std::int64_t active) {
    const shape s = x.second;
    constexpr auto reals = static_cast<std::int64_t>(sizeof(E) / sizeof(T));
    return {reinterpret_cast<E*>(x.first->data() + place * s.slice_size()),
            s.rows,
            s.cols,
            s.rows,
            x.first->shape().rows / reals,
            active};
  }

  void evaluate(std::int64_t active) {
    backend<S>& b = this->be();
    const trial_sizes& s = this->sizes_;
    // x = pack(U * U^T)
    for_each_slice(
        active,
        [&](auto u, auto x) {
          using E = std::remove_pointer_t<decltype(x.data)>;
          b.template gram<E>(u, x);
        },
        std::pair(&this->factors_, s.factor()), std::pair(&squares_, s.square()));
    const symmetric_layout at = layout_of(s.n, s.k);
    b.for_each(active * at.entries(),
               pack_trials<T>{
                   {at, squares_.data(), x_.data(), true}, squares_.shape().rows, x_.shape().rows});
    // r = A x - y,  z = A^T r
    if (one_operator(active))
      return sense_.execute(operator_of(0).matrix().data(), x_.data(), y_.data(), residual_.data(),
                            z_.data(), active);
    for (std::int64_t i = 0; i < active; ++i)
      sense_.execute(operator_of(i).matrix().data(), column(x_, i), column(y_, i),
                     column(residual_, i), column(z_, i));
  }

  void measure(std::int64_t slot, std::size_t place) {
    backend<S>& b = this->be();
    const T* r = column(residual_, slot);
    b.sum(y_.shape().rows, dot_term<T>{r, r, 1.0}, sums_.sum(2 * place));
    b.sum(x_.shape().rows,
          squared_difference_term<T>{column(x_, slot), column(this->targets_, slot)},
          sums_.sum(2 * place + 1));
  }

  void update(std::int64_t active) {
    backend<S>& b = this->be();
    const trial_sizes& s = this->sizes_;
    // U <- U - mu unpack(z) U
    const symmetric_layout at = layout_of(s.n, s.k);
    b.for_each(active * s.dimension(),
               scale_trials<T>{z_.data(), s.dimension(), step_sizes_.data()});
    b.for_each(
        active * at.entries(),
        unpack_trials<T>{{at, z_.data(), squares_.data()}, z_.shape().rows, squares_.shape().rows});
    b.copy(before_.data(), this->factors_.data(),
           static_cast<std::size_t>(before_.shape().rows * active) * sizeof(T));
    for_each_slice(
        active,
        [&](auto h, auto before, auto u) {
          using E = std::remove_pointer_t<decltype(u.data)>;
          b.template gemm<E>(op::none, op::none, E(1), h, before, E(1), u);
        },
        std::pair(&squares_, s.square()), std::pair(&before_, s.factor()),
        std::pair(&this->factors_, s.factor()));
  }

  const packed_sensing<T, S>& operator_of(std::int64_t slot) const {
    return *operators_[static_cast<std::size_t>(operator_of_[static_cast<std::size_t>(slot)])];
  }
  bool one_operator(std::int64_t active) const {
    return std::all_of(operator_of_.begin(), operator_of_.begin() + active,
                       [&](std::int64_t op) { return op == operator_of_.front(); });
  }

  typename backend<S>::template sensing_plan<T> sense_;
  tensor<T, S> before_, squares_, x_, z_, y_, residual_;
  tensor<double, S> step_sizes_;
  readback<T, S> sums_;
  std::vector<const packed_sensing<T, S>*> operators_;
  std::vector<std::int64_t> operator_of_;
  std::vector<double> host_step_sizes_;
  bool evaluated_ = false;
};

}  // namespace tubal::detail
