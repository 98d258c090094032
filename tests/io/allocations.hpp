// What the program asks `new` for.
#pragma once

#include <cstddef>

namespace tubal::io_test {

/// The largest allocation since the last call.
std::size_t largest_allocation();

}  // namespace tubal::io_test
