#include "core/checks.hpp"

#include <tubal/error.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace tubal::detail {

const checks& checks::valid(const char* name, const shape& s) const {
  if (s.rows < 0 || s.cols < 0 || s.tube < 1)
    fail(std::string(name) + " is " + to_string(s) +
         "; rows and cols must be at least 0, the tube length at least 1");
  const double bytes = 16.0 * static_cast<double>(s.rows) * static_cast<double>(s.cols) *
                       static_cast<double>(s.tube);
  if (s.rows > largest_blas_size || s.cols > largest_blas_size || s.tube > largest_blas_size ||
      bytes > 9e18)
    fail(std::string(name) + " is " + to_string(s) + ", which is too large");
  return *this;
}

const checks& checks::is(const argument& a, const shape& wanted, const char* why) const {
  if (a.shape != wanted)
    fail_shape(std::string(a.name) + " is " + to_string(a.shape) + ", but " + why + " asks for " +
               to_string(wanted));
  return usable(a);
}

const checks& checks::usable(const argument& a) const {
  valid(a.name, a.shape);
  if (a.shape.size() == 0) return *this;
  if (a.data == nullptr)
    fail(std::string(a.name) + " (" + to_string(a.shape) + ") has a null pointer");
  if (reinterpret_cast<std::uintptr_t>(a.data) % a.element != 0)
    fail(std::string(a.name) + " (" + to_string(a.shape) + ") is not aligned to " +
         std::to_string(a.element) + " bytes");
  return *this;
}

const checks& checks::same_slices(const char* name, slice_counts found, slice_counts wanted) const {
  const auto text = [](slice_counts s) {
    return std::to_string(s.complex) + " complex and " + std::to_string(s.real) + " real slices";
  };
  if (found != wanted)
    fail_shape(std::string(name) + " has " + text(found) + ", but the transform asks for " +
               text(wanted));
  return *this;
}

const checks& checks::disjoint(const argument& out, const argument& in) const {
  const auto begin = [](const argument& a) { return reinterpret_cast<std::uintptr_t>(a.data); };
  if (out.bytes() != 0 && in.bytes() != 0 && begin(out) < begin(in) + in.bytes() &&
      begin(in) < begin(out) + out.bytes())
    throw alias_error(prefix() + out.name + " (" + to_string(out.shape) + ") overlaps " + in.name +
                      " (" + to_string(in.shape) + ")");
  return *this;
}

const checks& checks::between(const char* name, std::int64_t value, std::int64_t low,
                              std::int64_t high) const {
  if (value < low || value > high)
    fail(std::string(name) + " is " + std::to_string(value) + "; it must be " +
         (high == std::numeric_limits<std::int64_t>::max()
              ? "at least " + std::to_string(low)
              : "between " + std::to_string(low) + " and " + std::to_string(high)));
  return *this;
}

const checks& checks::system(const char* name_a, const shape& a, const char* name_b,
                             const shape& b) const {
  valid(name_a, a).valid(name_b, b);
  if (a.rows != b.rows || a.tube != b.tube)
    fail_shape(std::string(name_a) + " is " + to_string(a) + " and " + name_b + " is " +
               to_string(b) + ", but as many rows of both are needed, and one tube length");
  return *this;
}

const checks& checks::square(const char* name, const shape& s) const {
  valid(name, s);
  if (s.rows != s.cols)
    fail_shape(std::string(name) + " is " + to_string(s) + ", but a square one is asked for, " +
               to_string(shape{s.rows, s.rows, s.tube}));
  return *this;
}

const checks& checks::finite(const char* name, double value) const {
  if (!std::isfinite(value))
    fail(std::string(name) + " is " + std::to_string(value) + "; it must be finite");
  return *this;
}

const checks& checks::positive(const char* name, double value) const {
  if (!std::isfinite(value) || value <= 0)
    fail(std::string(name) + " is " + std::to_string(value) + "; it must be finite and above 0");
  return *this;
}

const checks& checks::nonnegative(const char* name, double value) const {
  if (!std::isfinite(value) || value < 0)
    fail(std::string(name) + " is " + std::to_string(value) + "; it must be finite and at least 0");
  return *this;
}

std::size_t checked_size(const char* operation, const shape& s) {
  checks(operation).valid("x", s);
  return static_cast<std::size_t>(s.size());
}

void checks::fail_shape(const std::string& message) const { throw shape_error(prefix() + message); }
void checks::fail(const std::string& message) const { throw argument_error(prefix() + message); }

}  // namespace tubal::detail
