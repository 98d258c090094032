#include "append_file.hpp"

#include "target.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tubal::io {

append_file::append_file(const std::filesystem::path& path, std::uintmax_t bytes)
    : path_(path),
      descriptor_(
          ::open(target_of(path).c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666)),
      bytes_(bytes) {
  if (descriptor_ < 0) fail(errno);
  struct stat status = {};
  if (::fstat(descriptor_, &status) == 0 && status.st_size != static_cast<off_t>(bytes_)) cut();
}

append_file::~append_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void append_file::append(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto count = ::pwrite(descriptor_, text.data() + done, text.size() - done,
                                static_cast<off_t>(bytes_ + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int code = errno;
      cut();
      fail(code);
    }
    done += static_cast<std::size_t>(count);
  }
  if (::fsync(descriptor_) != 0) fail(errno);
  bytes_ += text.size();
}

void append_file::cut() {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) fail(errno);
}

void append_file::fail(int code) const { throw write_error(path_, code); }

}  // namespace tubal::io
