#include "atomic_file.hpp"

#include "target.hpp"
#include "temporary_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace tubal::io {

namespace fs = std::filesystem;

namespace {

// The new file is in place by now: a file system that cannot do this is no reason to fail.
void synchronise(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

void write_atomically(const fs::path& path, const void* data, std::size_t bytes) {
  const auto target = target_of(path);
  temporary_file file(target);
  file.write(static_cast<const char*>(data), bytes);
  file.become_target();
  synchronise(directory_of(target));
}

void remove_leftovers(const fs::path& directory) { remove_temporary_files(directory); }

void remove_leftovers_of(const fs::path& file) {
  const auto target = target_of(file);
  remove_temporary_files(directory_of(target), target);
}

void require_writable(const fs::path& path) {
  if (path.empty()) throw write_error("cannot write a file without a name");
  const auto target = target_of(path);
  const temporary_file probe(target);
}

}  // namespace tubal::io
