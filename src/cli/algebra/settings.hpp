// What an operation of the algebra works on: everything decided, nothing read yet.
#pragma once

#include "cli/algebra/options.hpp"
#include "io/array_file.hpp"

#include <tubal/shape.hpp>
#include <tubal/transform.hpp>

namespace tubal::cli {

struct algebra_settings {
  const algebra_operation& operation;
  algebra_options given;
  std::vector<io::array_reader> inputs = {};  ///< A, B
  io::extents tube = {};                      ///< k1, k2, ...
  transform along = {};
  bool in_float = false;
  std::vector<io::array_place> outputs = {};
};

/// Opens the files, checks every value. Throws `usage_error`, `io::file_error`.
algebra_settings settle(const algebra_operation& operation, const algebra_options& options);

/// n1 x n2 x (k1 k2 ...)
shape shape_of(const io::extents& sizes);

}  // namespace tubal::cli
