// Everything tubal throws. Messages name the argument with the shapes, or the failing vendor call
// with its status, or the slice, as half_spectrum.hpp counts them; nothing is printed.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace tubal {

/// Base of all errors thrown on purpose.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument has a value that the operation cannot use (negative size, null pointer, ...).
class argument_error : public error {
 public:
  using error::error;
};

/// The shapes of two arguments do not fit together.
class shape_error : public argument_error {
 public:
  using argument_error::argument_error;
};

/// Output memory overlaps an input that the operation still reads.
class alias_error : public argument_error {
 public:
  using argument_error::argument_error;
};

/// NaN or Inf in an input, or an overflow on the way.
class nonfinite_error : public error {
 public:
  using error::error;
};

/// The numbers do not allow the operation: a tensor to invert is singular, one to take the square
/// root of is not positive semidefinite.
class numerical_error : public error {
 public:
  using error::error;
};

/// An allocation failed.
class out_of_memory : public error {
 public:
  out_of_memory(const std::string& message, std::size_t wanted)
      : error(message), bytes_wanted(wanted) {}
  std::size_t bytes_wanted;
};

/// No usable device: built without CUDA, no driver, no GPU, or a GPU this binary has no code for.
class device_error : public error {
 public:
  using error::error;
};

/// A vendor library (BLAS, LAPACK, FFT, CUDA) reported a failure.
class backend_error : public error {
 public:
  using error::error;
};

}  // namespace tubal
