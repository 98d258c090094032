#include "temporary_file.hpp"

#include "target.hpp"
#include "warning.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

const std::string prefix = ".tubal-";
const std::string random_end = "XXXXXX";

/// What the names of temporary files for `target` begin with.
std::string start_for(const fs::path& target) {
  constexpr std::size_t longest = 200;  // names have 255 bytes at the most
  return prefix + target.filename().string().substr(0, longest) + "-";
}

bool is_temporary(const std::string& name, const std::string& start) {
  const std::string lock = ".lock";
  if (name.rfind(prefix, 0) == 0 && name.size() > lock.size() &&
      name.substr(name.size() - lock.size()) == lock)
    return true;
  if (name.rfind(start, 0) != 0 || name.size() < start.size() + random_end.size()) return false;
  const auto end = name.substr(name.size() - random_end.size());
  const bool random =
      std::all_of(end.begin(), end.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  return random && name[name.size() - random_end.size() - 1] == '-';
}

void remove_unless_alive(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
      ::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    ::unlink(path.c_str());
  ::close(descriptor);
}

}  // namespace

temporary_file::temporary_file(const fs::path& target) : target_(target) {
  constexpr int attempts = 100;
  for (int i = 0; i < attempts; ++i) {
    make();
    ::flock(descriptor_, LOCK_SH | LOCK_NB);  // HDF5 may open what it becomes, before it is closed
    // Somebody who cleans up may have come between the two.
    struct stat status = {};
    if (::fstat(descriptor_, &status) == 0 && status.st_nlink > 0) return;
    ::close(std::exchange(descriptor_, -1));
  }
  throw write_error(target_, ENOENT);
}

temporary_file::~temporary_file() {
  if (!name_.empty()) ::unlink(name_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void temporary_file::make() {
  name_ = (directory_of(target_) / (start_for(target_) + random_end)).string();
  descriptor_ = ::mkostemp(name_.data(), O_CLOEXEC);
  if (descriptor_ >= 0) return;
  name_.clear();
  throw write_error(target_, errno);
}

void temporary_file::write(const char* data, std::size_t bytes) {
  while (bytes > 0) {
    const auto done = ::write(descriptor_, data, std::min<std::size_t>(bytes, 1 << 30));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw write_error(target_, errno);
    data += done;
    bytes -= static_cast<std::size_t>(done);
  }
}

void temporary_file::take_mode() {
  struct stat old = {};
  if (::stat(target_.c_str(), &old) != 0) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(descriptor_, 0666 & ~mask);
    return;
  }
  const bool same_group = ::fchown(descriptor_, old.st_uid, old.st_gid) == 0 ||
                          ::fchown(descriptor_, static_cast<uid_t>(-1), old.st_gid) == 0;
  const mode_t kept =
      same_group ? 0777 : 0707;  // another group may not read what the old one could
  ::fchmod(descriptor_, old.st_mode & kept);
  if (old.st_nlink > 1)
    warn(target_.string() + ": was one of " + std::to_string(old.st_nlink) +
         " names of a file (hard links); the others keep the old contents");
}

void temporary_file::become_target() {
  take_mode();
  if (::fsync(descriptor_) != 0) throw write_error(target_, errno);
  if (::rename(name_.c_str(), target_.c_str()) != 0) throw write_error(target_, errno);
  name_.clear();
  ::close(std::exchange(descriptor_, -1));  // all of it is on the disk
}

void remove_temporary_files(const fs::path& directory, const fs::path& target) {
  const auto start = target.empty() ? prefix : start_for(target);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory, code)) {
    const auto name = entry.path().filename().string();
    if (!is_temporary(name, start)) continue;
    if (target.empty() || name.size() == start.size() + random_end.size())
      remove_unless_alive(entry.path());
  }
}

}  // namespace tubal::io
