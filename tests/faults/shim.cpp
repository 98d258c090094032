// A library to be preloaded: makes one system call on files of a folder fail.
//   TUBAL_FAULT_UNDER    the folder
//   TUBAL_FAULT_AT       which of the calls that change or read its files, from 1 on; 0: none
//   TUBAL_FAULT_ERROR    errno of the call that fails; 0: a write that takes only half, and goes on
//   TUBAL_FAULT_LASTS    1: and of all that follow, as on a full disk
//   TUBAL_FAULT_COUNT    a file for the number of calls and the name of the one that failed
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::atomic<long> calls = 0;
const char* failed = "";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}
long number(const char* name) { return std::strtol(variable(name).c_str(), nullptr, 10); }

template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

bool is_ours(const std::string& path) {
  static const std::string under = variable("TUBAL_FAULT_UNDER");
  return !under.empty() && path.rfind(under, 0) == 0;
}
bool is_ours(int descriptor) {
  char path[4096];
  const auto name = "/proc/self/fd/" + std::to_string(descriptor);
  const auto length = readlink(name.c_str(), path, sizeof path);
  struct stat status = {};
  return length > 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
         is_ours(std::string(path, static_cast<std::size_t>(length)));
}

/// Whether this call, one of the folder's, is to fail.
bool fails(const char* name) {
  static const long at = number("TUBAL_FAULT_AT"), lasts = number("TUBAL_FAULT_LASTS");
  const long now = ++calls;
  if (at == 0 || now < at || (now > at && lasts == 0)) return false;
  if (now == at) failed = name;
  return true;
}

int error() {
  static const int code = static_cast<int>(number("TUBAL_FAULT_ERROR"));
  return code;
}
int refuse() {
  errno = error();
  return -1;
}

struct teller {
  ~teller() {
    const auto path = variable("TUBAL_FAULT_COUNT");
    std::FILE* file = path.empty() ? nullptr : std::fopen(path.c_str(), "w");
    if (file == nullptr) return;
    std::fprintf(file, "%ld %s\n", calls.load(), failed);
    std::fclose(file);
  }
} tells_at_the_end;

}  // namespace

// Bare names: those that programs are linked with.
extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = va_arg(rest, mode_t);
  va_end(rest);
  const bool counts = is_ours(path) && (flags & O_DIRECTORY) == 0;
  if (counts && fails("open") && error() != 0) return refuse();
  return real<int(const char*, int, ...)>("open")(path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));

int mkostemp(char* pattern, int flags) {
  if (is_ours(pattern) && fails("mkostemp") && error() != 0) return refuse();
  return real<int(char*, int)>("mkostemp")(pattern, flags);
}
int mkostemp64(char* pattern, int flags) __attribute__((alias("mkostemp")));

ssize_t write(int descriptor, const void* data, std::size_t bytes) {
  if (is_ours(descriptor) && fails("write")) {
    if (error() != 0) return refuse();
    bytes = (bytes + 1) / 2;
  }
  return real<ssize_t(int, const void*, std::size_t)>("write")(descriptor, data, bytes);
}

ssize_t pwrite(int descriptor, const void* data, std::size_t bytes, off_t at) {
  if (is_ours(descriptor) && fails("pwrite")) {
    if (error() != 0) return refuse();
    bytes = (bytes + 1) / 2;
  }
  return real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite")(descriptor, data, bytes, at);
}
ssize_t pwrite64(int descriptor, const void* data, std::size_t bytes, off_t at)
    __attribute__((alias("pwrite")));

ssize_t read(int descriptor, void* data, std::size_t bytes) {
  if (is_ours(descriptor) && fails("read")) {
    if (error() != 0) return refuse();
    bytes = (bytes + 1) / 2;
  }
  return real<ssize_t(int, void*, std::size_t)>("read")(descriptor, data, bytes);
}

ssize_t pread(int descriptor, void* data, std::size_t bytes, off_t at) {
  if (is_ours(descriptor) && fails("pread")) {
    if (error() != 0) return refuse();
    bytes = (bytes + 1) / 2;
  }
  return real<ssize_t(int, void*, std::size_t, off_t)>("pread")(descriptor, data, bytes, at);
}
ssize_t pread64(int descriptor, void* data, std::size_t bytes, off_t at)
    __attribute__((alias("pread")));

int fsync(int descriptor) {
  if (is_ours(descriptor) && fails("fsync") && error() != 0) return refuse();
  return real<int(int)>("fsync")(descriptor);
}

int ftruncate(int descriptor, off_t bytes) {
  if (is_ours(descriptor) && fails("ftruncate") && error() != 0) return refuse();
  return real<int(int, off_t)>("ftruncate")(descriptor, bytes);
}
int ftruncate64(int descriptor, off_t bytes) __attribute__((alias("ftruncate")));

int rename(const char* from, const char* to) {
  if (is_ours(to) && fails("rename") && error() != 0) return refuse();
  return real<int(const char*, const char*)>("rename")(from, to);
}

int mkdir(const char* path, mode_t mode) {
  if (is_ours(path) && fails("mkdir") && error() != 0) return refuse();
  return real<int(const char*, mode_t)>("mkdir")(path, mode);
}

int close(int descriptor) {
  const bool fault = is_ours(descriptor) && fails("close") && error() != 0;
  const int result = real<int(int)>("close")(descriptor);
  return fault ? refuse() : result;
}
}
