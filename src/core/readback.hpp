// A small record: numbers that several operations leave in memory of the space, read in one go.
#pragma once

#include <tubal/tensor.hpp>

#include <cstring>
#include <vector>

#include "core/primitives/backend.hpp"

namespace tubal::detail {

template <class T, class S>
class readback {
 public:
  /// A place for `count` numbers; before `allocate`.
  std::size_t reserve(std::int64_t count) {
    const std::size_t at = values_;
    values_ += static_cast<std::size_t>(count);
    return at;
  }
  /// A place for a sum, likewise.
  std::size_t reserve_sum() { return sums_++; }
  void allocate(context<S>& ctx) {
    memory_ = storage<S>(ctx.backend(), sums_ * sizeof(double) + values_ * sizeof(T));
    host_sums_.resize(sums_);
    host_values_.resize(values_);
    bytes_.resize(memory_.bytes());
  }

  std::size_t bytes() const { return memory_.bytes(); }

  double* sum(std::size_t i) const { return static_cast<double*>(memory_.data()) + i; }
  T* values(std::size_t at) const {
    return reinterpret_cast<T*>(static_cast<double*>(memory_.data()) + sums_) + at;
  }

  /// Waits. Afterwards `read` and `read_sum` give what was there.
  void fetch(backend<S>& b) {
    b.download(bytes_.data(), memory_.data(), bytes_.size());
    const std::size_t sum_bytes = sums_ * sizeof(double);
    if (sums_ > 0) std::memcpy(host_sums_.data(), bytes_.data(), sum_bytes);
    if (values_ > 0)
      std::memcpy(host_values_.data(), bytes_.data() + sum_bytes, values_ * sizeof(T));
  }
  double read_sum(std::size_t i) const { return host_sums_[i]; }
  double read(std::size_t at) const { return static_cast<double>(host_values_[at]); }

 private:
  std::size_t sums_ = 0, values_ = 0;
  storage<S> memory_;
  std::vector<unsigned char> bytes_;
  std::vector<double> host_sums_;
  std::vector<T> host_values_;
};

}  // namespace tubal::detail
