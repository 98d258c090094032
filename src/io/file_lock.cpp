#include "file_lock.hpp"

#include "target.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tubal::io {

file_lock::file_lock(const std::filesystem::path& path, const std::string& taken)
    : descriptor_(
          ::open(target_of(path).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw write_error(path, errno);
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  const int code = errno;
  ::close(descriptor_);
  throw write_error(
      path, code == EWOULDBLOCK ? taken : std::string("cannot lock: ") + std::strerror(code));
}

file_lock::~file_lock() { ::close(descriptor_); }

}  // namespace tubal::io
