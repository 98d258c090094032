#include "write_turn.hpp"

#include "target.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds pause(5);
constexpr std::chrono::minutes patience(10);

void require_free(const fs::path& target) {
  const int descriptor = ::open(target.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  const bool taken = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  if (taken) throw write_error(target, "cannot write: another program has it open for writing");
}

}  // namespace

fs::path turn_path(const fs::path& target) {
  constexpr std::size_t longest = 200;  // names have 255 bytes at the most
  return directory_of(target) /
         (".tubal-" + target.filename().string().substr(0, longest) + ".lock");
}

write_turn::write_turn(const fs::path& target) : target_(target), lock_(turn_path(target)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() > end)
      throw write_error(target_, "cannot write: others write to it for too long");
    std::this_thread::sleep_for(pause);
  }
  try {
    require_free(target_);
  } catch (...) {
    ::unlink(lock_.c_str());
    ::close(descriptor_);
    throw;
  }
}

// The file may have been removed, by the writer before, between the two.
bool write_turn::try_lock() {
  descriptor_ = ::open(lock_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw write_error(target_, errno);
  struct stat held = {}, there = {};
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
    if (::fstat(descriptor_, &held) == 0 && ::stat(lock_.c_str(), &there) == 0 &&
        held.st_ino == there.st_ino && held.st_dev == there.st_dev)
      return true;
  } else if (errno != EWOULDBLOCK && errno != EINTR) {
    const int code = errno;
    ::close(std::exchange(descriptor_, -1));
    throw write_error(lock_, code);
  }
  ::close(std::exchange(descriptor_, -1));
  return false;
}

write_turn::~write_turn() {
  ::unlink(lock_.c_str());
  ::close(descriptor_);
}

}  // namespace tubal::io
