// PNG files written by hand: chunks, with the deflate stream of zlib's stored blocks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tubal::image_test {

inline std::string big_endian(std::uint32_t x) {
  std::string s;
  for (int shift = 24; shift >= 0; shift -= 8) s += static_cast<char>(x >> shift & 255);
  return s;
}

inline std::uint32_t crc(const std::string& bytes) {
  std::uint32_t c = 0xffffffffu;
  for (const char x : bytes) {
    c ^= static_cast<unsigned char>(x);
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ (c & 1 ? 0xedb88320u : 0);
  }
  return ~c;
}

inline std::string chunk(const std::string& type, const std::string& data) {
  return big_endian(static_cast<std::uint32_t>(data.size())) + type + data +
         big_endian(crc(type + data));
}

inline std::string stored(const std::string& data) {
  std::uint32_t a = 1, b = 0;
  for (const char x : data) {
    a = (a + static_cast<unsigned char>(x)) % 65521;
    b = (b + a) % 65521;
  }
  const auto size = static_cast<std::uint16_t>(data.size());
  std::string s = "\x78\x01\x01";
  for (const int x : {size & 255, size >> 8, ~size & 255, ~size >> 8 & 255})
    s += static_cast<char>(x);
  return s + data + big_endian(b << 16 | a);
}

/// Color types of PNG.
enum color : char { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgba = 6 };

/// `rows`: the bytes of each row, without the filter byte. `more`: chunks before the data.
inline std::string png(std::uint32_t width, std::uint32_t height, char depth, color type,
                       const std::vector<std::string>& rows, const std::string& more = {}) {
  std::string data;
  for (const auto& row : rows) data += '\0' + row;
  const std::string header =
      big_endian(width) + big_endian(height) + depth + char(type) + std::string(3, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + more + chunk("IDAT", stored(data)) +
         chunk("IEND", "");
}

}  // namespace tubal::image_test
