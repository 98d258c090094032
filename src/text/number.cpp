#include "text/number.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace tubal::text {

std::optional<std::int64_t> as_whole(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (!(std::abs(value) <= exact) || value != std::floor(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> parse_whole(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto found = std::from_chars(text.data(), end, value);
  if (found.ptr == end && found.ec == std::errc()) return value;
  if (found.ptr == end && found.ec == std::errc::result_out_of_range)
    return text[0] == '-' ? std::numeric_limits<std::int64_t>::min()
                          : std::numeric_limits<std::int64_t>::max();
  const auto real = parse_real(text);
  return real ? as_whole(*real) : std::nullopt;
}

std::optional<double> parse_real(const std::string& text) {
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) != 0) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

std::string shortest(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

}  // namespace tubal::text
