#include "input_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tubal::io {

namespace fs = std::filesystem;

std::uintmax_t require_readable(const fs::path& path, const std::string& expected) {
  std::error_code code;
  const auto status = fs::status(path, code);
  if (status.type() == fs::file_type::not_found) throw file_error(path, "no such file");
  if (fs::is_directory(status))
    throw file_error(path, "expected " + expected + ", found a directory");
  if (!fs::is_regular_file(status)) throw file_error(path, "expected " + expected);
  errno = 0;
  if (!std::ifstream(path, std::ios::binary))
    throw file_error(path, std::string("cannot open: ") + std::strerror(errno));
  const auto bytes = fs::file_size(path);
  if (bytes == 0) throw file_error(path, "expected " + expected + ", found an empty file");
  return bytes;
}

}  // namespace tubal::io
