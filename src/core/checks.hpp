// Validation of arguments, in one place, before anything is launched.
#pragma once

#include <tubal/half_spectrum.hpp>
#include <tubal/tensor.hpp>

#include <string>

namespace tubal::detail {

/// An argument as it is named in messages.
struct argument {
  const char* name;
  const void* data;
  tubal::shape shape;
  std::size_t element;  // bytes

  std::size_t bytes() const { return static_cast<std::size_t>(shape.size()) * element; }
};

template <class T, class S>
argument describe(const char* name, const tensor_view<T, S>& x) {
  return {name, x.data(), x.shape(), sizeof(T)};
}
template <class T, class S>
argument describe(const char* name, const half_spectrum_view<T, S>& x) {
  return {name, x.data(), x.shape(), sizeof(T)};
}

/// The checks of one operation, whose name begins every message.
class checks {
 public:
  explicit checks(const char* operation) : operation_(operation) {}
  /// Of a member function.
  checks(const char* owner, const char* function) : operation_(owner), function_(function) {}

  /// Sizes a tensor can have: rows, cols >= 0, tube >= 1, and a number of bytes that fits.
  const checks& valid(const char* name, const shape& s) const;
  /// Shape as wanted (`why` says what asks for it), memory there and aligned.
  const checks& is(const argument& a, const shape& wanted, const char* why) const;
  /// Memory there and aligned.
  const checks& usable(const argument& a) const;
  /// A spectrum has the slices of the transform.
  const checks& same_slices(const char* name, slice_counts found, slice_counts wanted) const;
  /// out does not overlap in.
  const checks& disjoint(const argument& out, const argument& in) const;
  /// low <= value <= high
  const checks& between(const char* name, std::int64_t value, std::int64_t low,
                        std::int64_t high) const;
  /// a * x = b is possible: as many rows of both, and one tube length.
  const checks& system(const char* name_a, const shape& a, const char* name_b,
                       const shape& b) const;
  /// As many rows as columns.
  const checks& square(const char* name, const shape& s) const;
  const checks& finite(const char* name, double value) const;
  /// Finite, and > 0 or >= 0.
  const checks& positive(const char* name, double value) const;
  const checks& nonnegative(const char* name, double value) const;

  [[noreturn]] void fail_shape(const std::string& message) const;
  [[noreturn]] void fail(const std::string& message) const;

 private:
  std::string prefix() const {
    return std::string(operation_) + (function_ ? "::" + std::string(function_) : "") + ": ";
  }
  const char* operation_;
  const char* function_ = nullptr;
};

/// s, once it is a shape that a tensor can have.
inline const shape& checked_shape(const char* operation, const char* name, const shape& s) {
  checks(operation).valid(name, s);
  return s;
}

/// s, once it has as many rows as columns.
inline const shape& checked_square(const char* operation, const shape& s) {
  checks(operation).square("a", s);
  return s;
}

/// The largest size that BLAS and LAPACK with 32-bit integers take.
inline constexpr std::int64_t largest_blas_size = 2147483647;

}  // namespace tubal::detail
