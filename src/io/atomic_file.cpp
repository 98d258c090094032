#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const char* what, int code) {
  throw write_error(path, std::string(what) + ": " + std::strerror(code));
}

/// The file that a name stands for, behind symbolic links.
fs::path resolve(const fs::path& path) {
  std::error_code code;
  const auto real =
      fs::is_symlink(fs::symlink_status(path, code)) ? fs::weakly_canonical(path, code) : path;
  const auto status = fs::status(real, code);
  if (fs::is_directory(status)) throw write_error(path, "cannot write: it is a directory");
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw write_error(path, "cannot write: it is not a regular file");
  if (fs::exists(status) && access(real.c_str(), W_OK) != 0) fail(path, "cannot write", errno);
  return real;
}

fs::path directory_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

const std::string temporary_prefix = ".tubal-";
const std::string random_end = "XXXXXX";

/// What the names of temporary files for `target` begin with.
fs::path temporary_start(const fs::path& target) {
  constexpr std::size_t longest = 200;  // names have 255 bytes at the most
  return directory_of(target) /
         (temporary_prefix + target.filename().string().substr(0, longest) + "-");
}

template <class Chosen>
void remove_files(const fs::path& directory, const Chosen& chosen) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory, code))
    if (chosen(entry.path().filename().string())) fs::remove(entry.path(), code);
}

class temporary_file {
 public:
  explicit temporary_file(const fs::path& target)
      : target_(target), name_(temporary_start(target).string() + random_end) {
    descriptor_ = mkostemp(name_.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail(target_, "cannot write", errno);
  }
  ~temporary_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  void write(const char* data, std::size_t bytes) {
    while (bytes > 0) {
      const auto done = ::write(descriptor_, data, std::min<std::size_t>(bytes, 1 << 30));
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) fail(target_, "cannot write", errno);
      data += done;
      bytes -= static_cast<std::size_t>(done);
    }
  }

  void become_target() {
    // As a file made in the ordinary way.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(descriptor_, 0666 & ~mask);
    if (::fsync(descriptor_) != 0) fail(target_, "cannot write", errno);
    if (::close(std::exchange(descriptor_, -1)) != 0) fail(target_, "cannot write", errno);
    if (::rename(name_.c_str(), target_.c_str()) != 0) fail(target_, "cannot write", errno);
    name_.clear();
  }

 private:
  fs::path target_;
  std::string name_;
  int descriptor_ = -1;
};

// The new file is in place by now: a file system that cannot do this is no reason to fail.
void synchronise(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

void write_atomically(const fs::path& path, const void* data, std::size_t bytes) {
  const auto target = resolve(path);
  temporary_file file(target);
  file.write(static_cast<const char*>(data), bytes);
  file.become_target();
  synchronise(directory_of(target));
}

void remove_leftovers(const fs::path& directory) {
  remove_files(directory, [](const auto& name) { return name.rfind(temporary_prefix, 0) == 0; });
}

void remove_leftovers_of(const fs::path& file) {
  const auto target = resolve(file);
  const auto start = temporary_start(target).filename().string();
  remove_files(directory_of(target), [&](const auto& name) {
    return name.rfind(start, 0) == 0 && name.size() == start.size() + random_end.size();
  });
}

void require_writable(const fs::path& path) {
  if (path.empty()) throw write_error("cannot write a file without a name");
  const auto target = resolve(path);
  const temporary_file probe(target);
}

}  // namespace tubal::io
