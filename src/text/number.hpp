// Numbers as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tubal::text {

/// The whole number that a real one is; nothing of 0.5, NaN, infinity, and above 2^53, where real
/// numbers are not exact any more.
std::optional<std::int64_t> as_whole(double value);

/// "10000", "-3", "1e4": a whole number. Digits alone beyond 64 bits give the nearest number of 64
/// bits. Nothing of another text.
std::optional<std::int64_t> parse_whole(const std::string& text);

/// "0.5", "1e-7", "inf", "nan". What is too large gives infinity. Nothing of another text.
std::optional<double> parse_real(const std::string& text);

/// "0.5": the shortest decimals that mean this number.
std::string shortest(double value);

}  // namespace tubal::text
