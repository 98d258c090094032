// One pass over the entries of a `packed_sensing`, in the precision that they are kept in.
#pragma once

#include <tubal/sensing.hpp>

#include <optional>

#include "core/algebra/slices.hpp"

namespace tubal::detail {

/// residual = A x - y and z = A^T residual
template <class T, class S>
class packed_pass {
  template <class Stored>
  using plan = typename backend<S>::template sensing_plan<T, Stored>;

 public:
  packed_pass(backend<S>& b, const packed_sensing<T, S>& a) {
    if (a.precision() == entry_precision::single)
      rounded_.emplace(b, a.measurements(), a.dimension());
    else
      whole_.emplace(b, a.measurements(), a.dimension());
  }
  void execute(const packed_sensing<T, S>& a, const T* x, const T* y, T* residual, T* z) {
    if (rounded_)
      rounded_->execute(a.rounded_matrix().data(), x, y, residual, z);
    else
      whole_->execute(a.matrix().data(), x, y, residual, z);
  }
  std::size_t workspace_bytes() const {
    return rounded_ ? rounded_->workspace_bytes() : whole_->workspace_bytes();
  }

 private:
  std::optional<plan<T>> whole_;
  std::optional<plan<float>> rounded_;
};

/// Throws `nonfinite_error`. Waits.
template <class T, class S>
void require_finite_entries(context<S>& ctx, const char* what, const packed_sensing<T, S>& a) {
  const auto look = [&](const auto& entries) {
    require_finite(ctx, what, entries.data(), entries.size());
  };
  if (a.precision() == entry_precision::single)
    look(a.rounded_matrix());
  else
    look(a.matrix());
}

}  // namespace tubal::detail
