// What the program asks `new` for.
#pragma once

#include <cstddef>

namespace tubal::io_test {

/// The largest allocation since the last call.
std::size_t largest_allocation();

/// The most that the process has held, in bytes.
std::size_t peak_memory();

}  // namespace tubal::io_test
