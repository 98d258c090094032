#include "seal.hpp"

#include "input_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>

namespace tubal::io {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::array<char, 8> mark = {'t', 'u', 'b', 'a', 'l', 's', 'u', 'm'};

struct trailer {
  std::array<char, 8> begin = mark;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;

  bool operator==(const trailer&) const = default;
};
static_assert(sizeof(trailer) == 24);

/// Of the first `bytes` of the file.
std::uint32_t checksum_of(const std::filesystem::path& path, std::ifstream& file,
                          std::uintmax_t bytes) {
  std::vector<char> block(1 << 20);
  auto sum = crc32(0, nullptr, 0);
  while (bytes > 0) {
    const auto count = std::min<std::uintmax_t>(bytes, block.size());
    if (!file.read(block.data(), static_cast<std::streamsize>(count)))
      throw file_error(path, "cannot read");
    sum = crc32(sum, reinterpret_cast<const Bytef*>(block.data()), static_cast<uInt>(count));
    bytes -= count;
  }
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::uint32_t checksum_of(const std::filesystem::path& path) {
  const auto bytes = require_readable(path, "a file");
  std::ifstream file(path, std::ios::binary);
  return checksum_of(path, file, bytes);
}

void seal(std::vector<char>& bytes) {
  trailer end;
  end.bytes = bytes.size();
  end.checksum = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  const auto* begin = reinterpret_cast<const char*>(&end);
  bytes.insert(bytes.end(), begin, begin + sizeof end);
}

seal_state seal_of(const std::filesystem::path& path) {
  const auto bytes = require_readable(path, "a file");
  if (bytes < sizeof(trailer)) return seal_state::none;
  std::ifstream file(path, std::ios::binary);
  trailer wanted, found;
  file.seekg(static_cast<std::streamoff>(bytes - sizeof(trailer)));
  if (!file.read(reinterpret_cast<char*>(&found), sizeof found))
    throw file_error(path, "cannot read");
  if (found.begin != mark) return seal_state::none;
  wanted.bytes = bytes - sizeof(trailer);
  file.seekg(0);
  wanted.checksum = checksum_of(path, file, wanted.bytes);
  return found == wanted ? seal_state::whole : seal_state::broken;
}

void require_sealed(const std::filesystem::path& path) {
  const auto bytes = require_readable(path, "a checkpoint");
  if (bytes < sizeof(trailer)) throw file_error(path, "expected a checkpoint");
  const auto found = seal_of(path);
  if (found == seal_state::none)
    throw file_error(path, "expected a checkpoint; this is none, or has lost its end");
  if (found == seal_state::broken)
    throw file_error(path, "damaged: its bytes are not those that were written");
}

}  // namespace tubal::io
