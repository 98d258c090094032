// Declarations, which stand in modules and in functions alike.
#pragma once

#include "tokens.hpp"

namespace ptx {

/// Bytes of a fundamental type ("u64"); 0 for what is none.
std::int64_t bytes_of(std::string_view type);

/// What stands after `.shared`, `.local`, `.param`, ...: alignment, type, name, size and values.
variable read_variable(tokens& in);

}  // namespace ptx
