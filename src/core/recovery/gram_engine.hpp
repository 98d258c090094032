// Trials in Gram form (descents.hpp), each advanced by one thread or block.
#pragma once

#include <cmath>

#include "core/recovery/ensemble_engine.hpp"

namespace tubal::detail {

template <class T, class S>
class gram_engine final : public ensemble_engine<T, S> {
  using base = ensemble_engine<T, S>;
  using plan = typename backend<S>::template descent_plan<T>;

 public:
  static bool fits(context<S>& ctx, const trial_sizes& s) {
    return plan::fits(*ctx.backend(), s.n, s.width, s.k);
  }

  gram_engine(context<S>& ctx, const trial_sizes& s)
      : base(ctx, s),
        plan_(*ctx.backend(), s.n, s.width, s.k),
        grams_(ctx, {plan::gram_reals(s.dimension()), s.operators, 1}),
        gradients_(ctx, {s.dimension(), s.trials, 1}),
        pulls_(ctx, {s.dimension(), s.trials, 1}),
        residual_(ctx, {s.measurements, 1, 1}),
        step_sizes_(ctx, {s.trials, 1, 1}),
        sums_(ctx, {descent_sums, s.trials, most_records}),
        gram_of_(ctx.backend(), static_cast<std::size_t>(s.trials) * sizeof(std::int64_t)),
        host_sums_(static_cast<std::size_t>(sums_.size())),
        host_gram_of_(static_cast<std::size_t>(s.trials)),
        host_step_sizes_(static_cast<std::size_t>(s.trials)),
        distance_(static_cast<std::size_t>(s.trials)) {}

  void set_operator(std::int64_t op, const packed_sensing<T, S>& sensing) override {
    // M = A^T A, the lower triangle
    const std::int64_t size = sensing.dimension();
    const tensor<T, S> gram(this->ctx_, {size, size, 1});
    this->be().template gram<T>(
        contiguous(sensing.matrix().data(), size, sensing.measurements(), 1),
        contiguous(gram.data(), size, size, 1));
    plan_.keep_gram(contiguous(gram.data(), size, size, 1),
                    grams_.data() + op * grams_.shape().rows);
    this->ctx_.wait();
  }

  void set_trial(std::int64_t slot, std::int64_t op, const packed_sensing<T, S>& sensing,
                 tensor_view<const T, S> y, double step_size) override {
    // r = y - A target, its norm and A^T r
    const std::int64_t m = sensing.measurements();
    sensing.apply(this->ctx_, this->target(slot), residual_);
    this->be().for_each(m, subtract_from<T>{y.data(), residual_.data()});
    sensing.adjoint(this->ctx_, residual_, pull(slot));
    const std::size_t at = static_cast<std::size_t>(slot);
    distance_[at] = sum_of(this->ctx_, m, dot_term<T>{residual_.data(), residual_.data(), 1.0});
    host_gram_of_[at] = op;
    host_step_sizes_[at] = step_size;
    upload();
    evaluated_ = false;
    this->ctx_.wait();
  }

  void exchange(std::int64_t a, std::int64_t b) override {
    base::exchange(a, b);
    this->exchange_parts(gradients_, a, b);
    this->exchange_parts(pulls_, a, b);
    for (std::vector<double>* x : {&host_step_sizes_, &distance_})
      std::swap((*x)[static_cast<std::size_t>(a)], (*x)[static_cast<std::size_t>(b)]);
    std::swap(host_gram_of_[static_cast<std::size_t>(a)],
              host_gram_of_[static_cast<std::size_t>(b)]);
    upload();
  }

  void advance(std::int64_t active, std::int64_t records, std::int64_t every) override {
    const shape s = this->sizes_.factor();
    plan_.execute({.n = s.rows,
                   .width = s.cols,
                   .k = s.tube,
                   .count = active,
                   .factors = this->factors_.data(),
                   .factor_stride = this->factors_.shape().rows,
                   .gradients = gradients_.data(),
                   .targets = this->targets_.data(),
                   .pulls = pulls_.data(),
                   .grams = grams_.data(),
                   .gram_of = static_cast<const std::int64_t*>(gram_of_.data()),
                   .step_sizes = step_sizes_.data(),
                   .sums = sums_.data()},
                  {.records = records, .every = every, .evaluated = evaluated_ && every > 0});
    evaluated_ = true;
  }

  std::vector<squared_errors> fetch(std::int64_t active, std::int64_t records) override {
    const std::int64_t count = records * active;
    this->be().download(host_sums_.data(), sums_.data(),
                        static_cast<std::size_t>(count * descent_sums) * sizeof(double));
    std::vector<squared_errors> found;
    for (std::int64_t i = 0; i < count; ++i)
      found.push_back(errors(i % active, host_sums_.data() + i * descent_sums));
    return found;
  }

  /// Those of `slot`, whose d.d, d.z and d.pull are given.
  squared_errors errors(std::int64_t slot, const double* sum) const {
    const double train = sum[1] - sum[2] + distance_[static_cast<std::size_t>(slot)];
    // rounding may leave a negative number near 0
    return {std::isnan(train) ? train : std::max(train, 0.0), sum[0]};
  }
  std::size_t workspace_bytes() const {
    const std::int64_t held = grams_.size() + gradients_.size() + pulls_.size() + residual_.size() +
                              this->factors_.size() + this->targets_.size();
    return static_cast<std::size_t>(held) * sizeof(T) +
           static_cast<std::size_t>(step_sizes_.size() + sums_.size()) * sizeof(double) +
           gram_of_.bytes() + plan_.workspace_bytes();
  }
  /// The sums of the first slot at the first record. Enqueues.
  void copy_sums(double* to) { this->be().copy(to, sums_.data(), descent_sums * sizeof(double)); }

 private:
  tensor_view<T, S> pull(std::int64_t slot) {
    return {pulls_.data() + slot * pulls_.shape().rows, {pulls_.shape().rows, 1, 1}};
  }
  void upload() {
    this->be().upload(gram_of_.data(), host_gram_of_.data(),
                      host_gram_of_.size() * sizeof(std::int64_t));
    this->be().upload(step_sizes_.data(), host_step_sizes_.data(),
                      host_step_sizes_.size() * sizeof(double));
  }

  plan plan_;
  tensor<T, S> grams_, gradients_, pulls_, residual_;
  tensor<double, S> step_sizes_, sums_;
  storage<S> gram_of_;
  std::vector<double> host_sums_;
  std::vector<std::int64_t> host_gram_of_;
  std::vector<double> host_step_sizes_, distance_;  // ||y - A target||^2
  bool evaluated_ = false;
};

}  // namespace tubal::detail
