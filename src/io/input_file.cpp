#include "input_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

/// The number of bytes read, up to the end of the file; -1 after an error.
ssize_t read_fully(int descriptor, char* to, std::size_t bytes) {
  std::size_t done = 0;
  while (done < bytes) {
    const auto count = ::read(descriptor, to + done, bytes - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(done);
}

}  // namespace

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

std::string read_text(const fs::path& path, const std::string& expected) {
  std::string text(require_readable(path, expected), '\0');
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw file_error(path, std::string("cannot open: ") + std::strerror(errno));
  const auto count = read_fully(descriptor, text.data(), text.size());
  const int code = errno;
  ::close(descriptor);
  if (count < 0) throw file_error(path, std::string("cannot read: ") + std::strerror(code));
  text.resize(static_cast<std::size_t>(count));
  return text;
}

}  // namespace tubal::io
