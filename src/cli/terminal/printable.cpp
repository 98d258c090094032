#include "cli/terminal/printable.hpp"

#include <cstddef>

namespace tubal::cli {

namespace {

unsigned byte(const std::string& text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

/// The bytes of the UTF-8 character at `at`; 0 where there is none.
std::size_t length_at(const std::string& text, std::size_t at) {
  const unsigned first = byte(text, at);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(text, at + i) & 0xc0) != 0x80) return 0;
  return length;
}

bool is_control(const std::string& text, std::size_t at, std::size_t length) {
  const unsigned first = byte(text, at);
  return (length == 1 && (first < 0x20 || first == 0x7f)) ||
         (length == 2 && first == 0xc2 && byte(text, at + 1) < 0xa0);
}

}  // namespace

std::string printable(const std::string& text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = length_at(text, at);
    if (length == 0)
      shown += '?';
    else if (is_control(text, at, length))
      shown += ' ';
    else
      shown.append(text, at, length);
    at += length == 0 ? 1 : length;
  }
  return shown;
}

}  // namespace tubal::cli
