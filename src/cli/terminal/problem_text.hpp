// How a problem's sizes are told: m beside the dimensions that it is to be compared with.
#pragma once

#include <cstdint>
#include <string>

namespace tubal::cli {

/// Two lines: N and degrees of freedom, and what m means beside them.
std::string dimension_text(std::int64_t n, std::int64_t k, std::int64_t r, std::int64_t m);

}  // namespace tubal::cli
