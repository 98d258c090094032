// The header of an array file of NumPy.
#pragma once

#include "extents.hpp"

#include <string_view>

namespace tubal::io {

struct npy_header {
  std::string descr;  ///< "<f8"
  bool fortran_order = false;
  extents sizes;
};

/// Parses "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4, 5), }": these three keys, each
/// once, in any order, and white space after. A descr of several fields comes back as its text.
/// Throws `error` with what is wrong.
npy_header parse_npy_header(std::string_view text);

}  // namespace tubal::io
